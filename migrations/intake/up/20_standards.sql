-- What a standard's file says beyond our own columns, field by field as published: nothing read is lost.
alter table core.parcel add column published jsonb not null default '{}';
alter table core.site add column published jsonb not null default '{}';
alter table core.pole rename column facts to published;
alter table core.establishment add column published jsonb not null default '{}', add column commune_insee text;
comment on column core.parcel.published is 'official fields without a column of their own, as published; never served to the public';

-- Land known by a point or only by its references takes the union of its cadastral parcels, and says so.
alter table core.parcel add column outline text check (outline in ('cadastre'));
create index parcel_without_outline on core.parcel (id) where geom is null and deleted_on is null;
comment on column core.parcel.outline is 'where the outline is from when no source or planner drew one: cadastre';

-- The history of what these layers say; parcels have theirs with the edits.
drop trigger history_upd on core.site;
drop trigger history_del on core.site;
create trigger history_upd after update on core.site referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('key', 'name', 'site_type', 'vocation', 'etat', 'commune_insee', 'commune_name', 'epci_siren', 'epci_name', 'published', 'geom');
create trigger history_del after delete on core.site referencing old table as old_rows
    for each statement execute function core.write_history('key', 'name', 'site_type', 'vocation', 'etat', 'commune_insee', 'commune_name', 'epci_siren', 'epci_name', 'published', 'geom');
create trigger history_upd after update on core.pole referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('key', 'name', 'published', 'geom');
create trigger history_del after delete on core.pole referencing old table as old_rows
    for each statement execute function core.write_history('key', 'name', 'published', 'geom');
create trigger history_upd after update on core.establishment referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('siret', 'name', 'activity_code', 'commune_insee', 'published', 'geom');
create trigger history_del after delete on core.establishment referencing old table as old_rows
    for each statement execute function core.write_history('siret', 'name', 'activity_code', 'commune_insee', 'published', 'geom');
