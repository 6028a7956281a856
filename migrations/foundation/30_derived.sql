-- What is computed from facts, apart from them, and the marks of what is stale.
create table core.readiness_state (
    id bigint generated always as identity primary key,
    digest bytea not null unique,
    states jsonb not null
);

create table core.readiness (
    state_id bigint not null references core.readiness_state,
    need_class text not null,
    as_of date not null,
    catalogue text not null,
    p50 date,
    p80 date,
    ready_class text not null,
    quantiles jsonb not null,
    primary key (as_of, need_class, state_id)
);
create index readiness_served on core.readiness (state_id, as_of) include (p50, p80, ready_class)
    where need_class = 'owner';

create table core.parcel_derived (
    parcel bigint primary key references core.parcel on delete cascade,
    scale double precision,
    surface_m2 double precision,
    buildable geometry(MultiPolygon, {srid}),
    buildable_m2 double precision,
    built boolean,
    touched jsonb not null default '[]',
    zone_shares jsonb not null default '[]',
    zone_label text,
    zone_type text,
    industry text not null default 'unknown',
    industry_rule text,
    industry_source text,
    industry_confidence double precision,
    commune_insee text,
    covered_by bigint references core.parcel on delete set null,
    site bigint references core.site on delete set null,
    substation bigint references core.network_point on delete set null,
    substation_km double precision,
    state_id bigint references core.readiness_state,
    inputs jsonb not null default '{}'
);
create index parcel_derived_surface on core.parcel_derived (surface_m2);
create index parcel_derived_state on core.parcel_derived (state_id);
comment on column core.parcel_derived.covered_by is 'offered land that covers at least half of this prospect';
comment on column core.parcel_derived.scale is 'CRS scale factor k at the parcel: planar length = ground length * k';
comment on column core.parcel_derived.surface_m2 is 'measured, on the ground: planar area / k2';
comment on column core.parcel_derived.inputs is '{part: "recipe:digest of the inputs"}';

create table core.parcel_served (
    parcel bigint primary key references core.parcel on delete cascade,
    geom_4326 geometry(MultiPolygon, 4326),
    geom_3857 geometry(MultiPolygon, 3857),
    doc text not null
);
create index parcel_served_4326 on core.parcel_served using gist (geom_4326);
create index parcel_served_3857 on core.parcel_served using gist (geom_3857);
comment on column core.parcel_served.doc is 'GeoJSON Feature of the public facts, left open after its last property';

-- Scale factor k of the CRS at a shape (conformal, so any direction will do): two points 100 m apart on the ground.
create function core.scale_factor(shape geometry) returns double precision
language sql immutable parallel safe set search_path = public as $$
    select st_distance(st_transform(st_project(g, 50, 0)::geometry, {srid}),
                       st_transform(st_project(g, 50, pi())::geometry, {srid})) / 100
    from (select st_transform(st_pointonsurface(shape), 4326)::geography as g) c
$$;

-- Parts are bits, so that marks add up: see geo/derive/parts.py.
create table core.dirty (
    parcel bigint primary key references core.parcel on delete cascade,
    parts integer not null check (parts > 0),
    marked_at timestamptz not null default clock_timestamp()
);

-- Which version of each part's computation made what is stored.
create table core.recipe (
    part text primary key,
    number integer not null
);

create function core.mark_dirty(parcels bigint[], bits integer) returns void
language sql security definer set search_path = core, public, pg_temp as $$
    insert into core.dirty (parcel, parts)
    select p.id, bits
    from core.parcel p where p.id = any (parcels) and p.deleted_on is null
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts
$$;

-- A change of a parcel's own facts; offered land also covers or uncovers the prospects below it.
-- Bits: 1 measure, 2 place, 4 zoning, 8 buildable, 16 power, 32 readiness, 64 served.
create function core.parcel_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into core.dirty (parcel, parts) select id, 127 from new_rows order by id
        on conflict (parcel) do update set parts = 127;
    else
        insert into core.dirty (parcel, parts)
        select n.id, case when n.geom is distinct from o.geom or n.location is distinct from o.location
                               or o.deleted_on is not null then 127 else 98 end
        from new_rows n join old_rows o using (id)
        where n.deleted_on is null and n.version <> o.version
        order by n.id
        on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
        perform core.mark_prospects(array(
            select geom from old_rows where origin <> 'cadastre' and geom is not null));
    end if;
    perform core.mark_prospects(array(select geom from new_rows where origin <> 'cadastre' and geom is not null));
    return null;
end $$;
create function core.mark_prospects(below geometry[]) returns void
language sql security definer set search_path = core, public, pg_temp as $$
    insert into core.dirty (parcel, parts)
    select distinct p.id, 66
    from unnest(below) g join core.parcel p on p.deleted_on is null and p.geom && g and st_intersects(p.geom, g)
    where p.origin = 'cadastre'
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts
$$;
create trigger changed_ins after insert on core.parcel
    referencing new table as new_rows for each statement execute function core.parcel_changed();
create trigger changed_upd after update on core.parcel
    referencing old table as old_rows new table as new_rows for each statement execute function core.parcel_changed();

-- A change of a layer marks the parcels near its old and its new geometry; each layer names the bits it touches.
-- The boxes are enough: a mark too many costs one derivation, and an exact test here costs more than that.
create function core.layer_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
declare
    bits integer := tg_argv[0]::integer;
    reach text := tg_argv[1];
    images text;
begin
    images := case tg_op
        when 'INSERT' then 'select * from new_rows'
        when 'DELETE' then 'select * from old_rows'
        else 'select * from new_rows union all select * from old_rows' end;
    execute format(
        'insert into core.dirty (parcel, parts)
         select p.id, %s from core.parcel p
         where p.deleted_on is null
           and p.id in (select q.id from (%s) c join core.parcel q
                        on q.deleted_on is null and q.geom && st_expand(c.geom, %s))
         order by p.id
         on conflict (parcel) do update set parts = dirty.parts | excluded.parts',
        bits, images, reach);
    return null;
end $$;

do $$
declare
    layer record;
begin
    for layer in select * from (values
        ('building', '104', '0'),
        ('coverage', '104', '0'),
        ('constraint_area', '104', 'c.clearance_m * 1.01'),
        ('zone', '100', '0'),
        ('commune', '66', '0'),
        ('cadastral_parcel', '66', '0')) v (name, bits, reach)
    loop
        execute format('create trigger changed_ins after insert on core.%I referencing new table as new_rows
            for each statement execute function core.layer_changed(%L, %L)', layer.name, layer.bits, layer.reach);
        execute format('create trigger changed_upd after update on core.%I referencing old table as old_rows
            new table as new_rows
            for each statement execute function core.layer_changed(%L, %L)', layer.name, layer.bits, layer.reach);
        execute format('create trigger changed_del after delete on core.%I referencing old table as old_rows
            for each statement execute function core.layer_changed(%L, %L)', layer.name, layer.bits, layer.reach);
    end loop;
end $$;

-- A plan that comes into force or is retired changes the zoning of all it covers.
create function core.document_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    insert into core.dirty (parcel, parts)
    select p.id, 100 from core.parcel p
    where p.deleted_on is null and p.id in (
        select q.id from new_rows n
        join old_rows o using (id)
        join core.zone z on z.document = n.id
        join core.parcel q on q.geom && z.geom and st_intersects(q.geom, z.geom)
        where (n.enforceable_on, n.retired_on) is distinct from (o.enforceable_on, o.retired_on))
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
    return null;
end $$;
create trigger changed_upd after update on core.planning_document referencing old table as old_rows new table as new_rows
    for each statement execute function core.document_changed();

-- A site touches the parcels that name it or lie in it.
create function core.site_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    insert into core.dirty (parcel, parts)
    select p.id, 66 from core.parcel p
    where p.deleted_on is null and p.site_key in (select key from new_rows)
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
    return null;
end $$;
create trigger changed_ins after insert on core.site referencing new table as new_rows
    for each statement execute function core.site_changed();
create trigger changed_upd after update on core.site referencing new table as new_rows
    for each statement execute function core.site_changed();

-- A substation may become the nearest of any parcel that was farther from its own; a lost one frees those it served.
create function core.network_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    insert into core.dirty (parcel, parts)
    select p.id, 80 from core.parcel p left join core.parcel_derived d on d.parcel = p.id
    where p.deleted_on is null and exists (
        select from new_rows n where n.kind = 'substation'
          and (d.substation_km is null or st_dwithin(coalesce(p.geom, p.location), n.geom, d.substation_km * 1010 + 1)))
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
    if tg_op = 'UPDATE' then
        insert into core.dirty (parcel, parts)
        select d.parcel, 80 from core.parcel_derived d
        join new_rows n on n.id = d.substation
        join core.parcel p on p.id = d.parcel and p.deleted_on is null
        order by d.parcel
        on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
    end if;
    return null;
end $$;
create trigger changed_ins after insert on core.network_point referencing new table as new_rows
    for each statement execute function core.network_changed();
create trigger changed_upd after update on core.network_point referencing old table as old_rows new table as new_rows
    for each statement execute function core.network_changed();
-- Before the delete, while parcel_derived still names the substation.
create function core.network_lost() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    perform core.mark_dirty(array(select parcel from core.parcel_derived where substation = old.id), 80);
    return old;
end $$;
create trigger lost before delete on core.network_point for each row execute function core.network_lost();

create function core.step_recorded() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    perform core.mark_dirty(array(select parcel from new_rows), 96);
    return null;
end $$;
create trigger recorded_ins after insert on core.step_state referencing new table as new_rows
    for each statement execute function core.step_recorded();
create trigger recorded_upd after update on core.step_state referencing new table as new_rows
    for each statement execute function core.step_recorded();
