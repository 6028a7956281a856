drop table core.dated_class;
