drop table core.column_mapping;
