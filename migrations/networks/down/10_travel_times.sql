drop table core.travel_time;
