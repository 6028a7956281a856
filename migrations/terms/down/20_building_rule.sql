drop table core.building_rule;
