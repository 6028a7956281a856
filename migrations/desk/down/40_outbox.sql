drop table core.message;
