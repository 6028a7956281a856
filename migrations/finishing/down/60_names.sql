drop index core.cadastral_parcel_created;
drop index if exists core.parcel_served_name_parts;
drop index core.parcel_served_name;
