drop trigger neighbours_upd on core.parcel;
drop function core.neighbours_changed();
drop table core.adjacency;
