-- What lists are filtered on most. A number is compared as it is shown, with two decimals (geo/store/column.py).
create index parcel_derived_zone on core.parcel_derived (zone_label, round(surface_m2::numeric, 2));
create index parcel_derived_shown_surface on core.parcel_derived (round(surface_m2::numeric, 2));
