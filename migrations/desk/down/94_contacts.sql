drop table core.contact;
