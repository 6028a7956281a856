drop schema staging cascade;
