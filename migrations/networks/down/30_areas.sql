drop trigger changed_ins on core.named_area;
drop trigger changed_upd on core.named_area;
drop trigger changed_del on core.named_area;
drop table core.parcel_area, core.area_commune;
drop function core.area_changed();
drop function core.area_listed();
drop function core.whole_commune(text);
delete from core.named_area where geom is null;
alter table core.named_area drop column source, drop column "import", alter column geom set not null;
