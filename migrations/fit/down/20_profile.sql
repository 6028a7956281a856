alter table core.parcel_derived drop column profile;
