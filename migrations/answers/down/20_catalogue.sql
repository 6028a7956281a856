drop table core.catalogue_used;
