create index parcel_derived_zone on core.parcel_derived (zone_label, round(surface_m2::numeric, 2));
create index parcel_derived_shown_surface on core.parcel_derived (round(surface_m2::numeric, 2));
drop index core.parcel_served_zone;
drop index core.parcel_served_surface;
drop index core.parcel_served_buildable;
drop index core.parcel_served_market;
drop index core.parcel_served_state;
drop trigger listed on core.parcel_served;
drop trigger listed_upd on core.parcel;
drop trigger listed_ins on core.parcel_derived;
drop trigger listed_upd on core.parcel_derived;
drop function core.list_served();
drop function core.list_parcels();
drop function core.list_derived();
alter table core.parcel_served
    drop column visibility, drop column responsible, drop column gone, drop column name, drop column market,
    drop column observed_on, drop column covered_by, drop column state_id, drop column site, drop column commune_insee,
    drop column zone_label, drop column zone_type, drop column industry, drop column surface_m2,
    drop column buildable_m2;
