drop index core.parcel_derived_zone;
drop index core.parcel_derived_shown_surface;
