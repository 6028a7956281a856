alter table core.establishment drop column published;
alter table core.pole rename column published to facts;
alter table core.site drop column published;
alter table core.parcel drop column published;
