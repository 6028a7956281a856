drop index core.network_point_geom;
drop trigger extent_ins on core.parcel;
drop trigger extent_upd on core.parcel;
drop trigger extent_upd_left on core.parcel;
drop trigger extent_del on core.parcel;
drop function core.extent_grown(), core.extent_left();
drop table core.parcel_extent;
