drop table staging.again;
drop index core.cadastral_parcel_import, core.parcel_import, core.parcel_ended, core.cadastral_parcel_retired;
alter table core.cadastral_parcel drop column raw;
alter table core.parcel drop column raw;
