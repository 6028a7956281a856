-- Tiles of zooms 0 to 12, kept for each sight: docs/decisions/kept-tiles.md.

-- What a session may see of parcels, by name: two sessions of one sight see the same. Its parts are those that the row
-- rules of geo/store/views.py ask for.
create function core.sight() returns text language sql stable parallel safe as $$
    select case session_user
        when 'emprise_public' then 'public'
        when 'emprise_admin' then 'admin'
        when 'emprise_company' then 'company ' || coalesce(core.current_project()::text, '-')
        when 'emprise_planner' then 'planner ' || coalesce(core.current_organisation()::text, '-')
            || case when core.is_agency() then ' agency' else '' end
    end
$$;
revoke execute on function core.sight() from public;
grant execute on function core.sight() to emprise_public, emprise_company, emprise_planner, emprise_admin, emprise_worker;

-- Which transaction changed what a tile shows. Never updated: writers do not wait for each other.
create table core.tile_mark (
    zoom smallint not null check (zoom between -1 and 12),
    col integer not null,
    row integer not null,
    xid xid8 not null,
    primary key (zoom, col, row, xid)
);
comment on column core.tile_mark.zoom is '-1: every tile';

-- Squares of zoom 10 that a parcel has ever touched.
create table core.tile_square (
    col integer not null,
    row integer not null,
    primary key (col, row)
);

create table core.tile (
    sight text not null,
    zoom smallint not null check (zoom between 0 and 12),
    col integer not null,
    row integer not null,
    recipe text not null,
    day date not null,
    made_at pg_snapshot not null,
    kept_at timestamptz not null default clock_timestamp(),
    content bytea not null,
    drawn integer not null,
    merged bigint not null,
    primary key (sight, zoom, col, row)
);
alter table core.tile alter column content set storage external;
comment on column core.tile.recipe is 'digest of the statement that made it';

-- Parcels of a square counted in 64 cells, from which the tiles of zooms 0 to 9 are made. Sums of x and y in centimetres.
create table core.tile_count (
    sight text not null,
    col integer not null,
    row integer not null,
    recipe text not null,
    day date not null,
    made_at pg_snapshot not null,
    cells integer[] not null,
    counts integer[] not null,
    surfaces bigint[] not null,
    xs bigint[] not null,
    ys bigint[] not null,
    primary key (sight, col, row)
);

do $$
declare t text;
begin
    foreach t in array array['tile', 'tile_count'] loop
        execute format('alter table core.%I enable row level security, force row level security', t);
        execute format('create policy own on core.%I for select to emprise_owner using (sight = core.sight())', t);
        execute format('create policy work on core.%I to emprise_worker using (true) with check (true)', t);
    end loop;
end $$;
grant select, insert, update, delete on core.tile, core.tile_count, core.tile_mark, core.tile_square to emprise_worker;

-- Marks a tile wherever one of these shapes (EPSG:3857) or its surroundings of a 64th of a tile's side may be drawn.
create function core.mark_tiles(shapes geometry[]) returns void
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    if cardinality(shapes) = 0 then
        return;
    end if;
    insert into core.tile_square (col, row)
    select distinct p.col, p.row from unnest(shapes) s cross join lateral core.tiles_of(s, 10) p
    order by 1, 2 on conflict do nothing;
    if cardinality(shapes) > 20000 then
        perform core.mark_every_tile();
        return;
    end if;
    insert into core.tile_mark (zoom, col, row, xid)
    select distinct z, p.col, p.row, pg_current_xact_id()
    from unnest(shapes) s cross join generate_series(0, 12) z cross join lateral core.tiles_of(s, z) p
    on conflict do nothing;
end $$;
create function core.mark_every_tile() returns void
language sql security definer set search_path = core, public, pg_temp as $$
    insert into core.tile_mark (zoom, col, row, xid) values (-1, 0, 0, pg_current_xact_id()) on conflict do nothing
$$;
create function core.tiles_of(shape geometry, zoom integer) returns table (col integer, "row" integer)
language sql immutable set search_path = core, public, pg_temp as $$
    select c, r
    from (select 2 ^ zoom / 40075016.685578488 as a_metre, 2 ^ zoom::int - 1 as last) t
    cross join lateral generate_series(
        greatest(0, floor((st_xmin(shape) + 20037508.342789244) * a_metre - 1 / 64.0))::int,
        least(last, floor((st_xmax(shape) + 20037508.342789244) * a_metre + 1 / 64.0))::int) c
    cross join lateral generate_series(
        greatest(0, floor((20037508.342789244 - st_ymax(shape)) * a_metre - 1 / 64.0))::int,
        least(last, floor((20037508.342789244 - st_ymin(shape)) * a_metre + 1 / 64.0))::int) r
$$;

create function core.tiles_of_served() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    case tg_op
    when 'INSERT' then
        perform core.mark_tiles(array(select geom_3857 from new_rows where geom_3857 is not null));
    when 'DELETE' then
        perform core.mark_tiles(array(select geom_3857 from old_rows where geom_3857 is not null));
    else
        perform core.mark_tiles(array(
            select g from new_rows n join old_rows o using (parcel) cross join lateral (values (n.geom_3857), (o.geom_3857)) v (g)
            where n.doc <> o.doc and g is not null));
    end case;
    return null;
end $$;
create trigger tiles_ins after insert on core.parcel_served referencing new table as new_rows
    for each statement execute function core.tiles_of_served();
create trigger tiles_upd after update on core.parcel_served referencing old table as old_rows new table as new_rows
    for each statement execute function core.tiles_of_served();
create trigger tiles_del after delete on core.parcel_served referencing old table as old_rows
    for each statement execute function core.tiles_of_served();

-- A parcel that is hidden or shown uncovers or covers prospects.
create index parcel_derived_covered on core.parcel_derived (covered_by) where covered_by is not null;
create function core.tiles_of_parcels() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    perform core.mark_tiles(array(
        select s.geom_3857 from core.parcel_served s where s.geom_3857 is not null and s.parcel in (
            select n.id from new_rows n join old_rows o using (id)
            where (n.name, n.market, n.visibility, n.responsible, n.deleted_on)
                is distinct from (o.name, o.market, o.visibility, o.responsible, o.deleted_on)
            union select d.parcel from new_rows n join old_rows o using (id) join core.parcel_derived d on d.covered_by = n.id
            where (n.visibility, n.responsible, n.deleted_on) is distinct from (o.visibility, o.responsible, o.deleted_on))));
    return null;
end $$;
create trigger tiles_upd after update on core.parcel referencing old table as old_rows new table as new_rows
    for each statement execute function core.tiles_of_parcels();

create function core.tiles_of_derived() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    perform core.mark_tiles(array(
        select s.geom_3857 from new_rows n join old_rows o using (parcel) join core.parcel_served s using (parcel)
        where s.geom_3857 is not null
          and (n.surface_m2, n.buildable_m2, n.zone_label, n.industry, n.commune_insee, n.covered_by, n.site, n.state_id)
            is distinct from
              (o.surface_m2, o.buildable_m2, o.zone_label, o.industry, o.commune_insee, o.covered_by, o.site, o.state_id)));
    return null;
end $$;
create trigger tiles_upd after update on core.parcel_derived referencing old table as old_rows new table as new_rows
    for each statement execute function core.tiles_of_derived();

create function core.tiles_of_consents() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    perform core.mark_tiles(array(
        select geom_3857 from core.parcel_served where geom_3857 is not null and parcel in (
            select coalesce(new.parcel, old.parcel)
            union select parcel from core.parcel_derived where covered_by = coalesce(new.parcel, old.parcel))));
    return null;
end $$;
create trigger tiles after insert or update or delete on core.consent
    for each row execute function core.tiles_of_consents();

-- Today's dates of a state that parcels are in. Those of a new state come before the parcels that will be in it.
create function core.tiles_of_readiness() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    if exists (select from changed_rows n where n.need_class = 'owner' and n.as_of = core.today()
               and exists (select from core.parcel_derived d where d.state_id = n.state_id)) then
        perform core.mark_every_tile();
    end if;
    return null;
end $$;
create trigger tiles_ins after insert on core.readiness referencing new table as changed_rows
    for each statement execute function core.tiles_of_readiness();
create trigger tiles_del after delete on core.readiness referencing old table as changed_rows
    for each statement execute function core.tiles_of_readiness();
create function core.tiles_of_dates() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    if exists (select from new_rows n join old_rows o using (state_id, need_class, as_of)
               where n.need_class = 'owner' and n.as_of = core.today()
                 and (n.p80, n.ready_class) is distinct from (o.p80, o.ready_class)) then
        perform core.mark_every_tile();
    end if;
    return null;
end $$;
create trigger tiles_upd after update on core.readiness referencing old table as old_rows new table as new_rows
    for each statement execute function core.tiles_of_dates();

-- The names of communes and sites are shown in tiles.
create function core.tiles_of_names() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    perform core.mark_every_tile();
    return null;
end $$;
create trigger tiles_ins after insert on core.commune for each statement execute function core.tiles_of_names();
create trigger tiles_upd after update of name on core.commune for each statement execute function core.tiles_of_names();
create trigger tiles_del after delete on core.commune for each statement execute function core.tiles_of_names();
create trigger tiles_upd after update of commune_name on core.site
    for each statement execute function core.tiles_of_names();

revoke execute on function core.mark_tiles(geometry[]), core.mark_every_tile(), core.tiles_of(geometry, integer),
    core.tiles_of_served(), core.tiles_of_parcels(), core.tiles_of_derived(), core.tiles_of_consents(),
    core.tiles_of_readiness(), core.tiles_of_dates(), core.tiles_of_names() from public;

-- The parcels large enough to be drawn at zooms 0 to 9: see LARGE in geo/store/tiles.py.
create index parcel_served_large on core.parcel_served using gist (geom_3857)
    where (st_xmax(geom_3857) - st_xmin(geom_3857)) * (st_ymax(geom_3857) - st_ymin(geom_3857)) >= 90000;

insert into core.tile_square (col, row)
select distinct p.col, p.row from core.parcel_served s cross join lateral core.tiles_of(s.geom_3857, 10) p
where s.geom_3857 is not null;
