drop table core.dossier;
