-- The nearest object of each kind, for each parcel; and which parcels a change of one object touches.

-- Kinds lie in lanes apart, farther from one another than any territory is wide, so that one index orders the objects
-- of one kind by distance without walking past those of others. Lanes of two kinds may coincide: the kind is asked too.
create function core.in_lane(shape geometry, kind text) returns geometry
language sql immutable parallel safe as $$
    select public.st_translate(shape, 2e6 * (ascii(pg_catalog.md5(kind)) % 16),
                               2e6 * (ascii(pg_catalog.substr(pg_catalog.md5(kind), 2)) % 16))
$$;
-- Substations of 400 kV belong to the grid alone unless one says what it has free for distribution, those under 45 kV are
-- at the end of it; where no voltage is told (BD TOPO) a substation counts.
create function core.is_reachable(kind text, voltage_kv double precision, free_mw double precision) returns boolean
language sql immutable parallel safe as $$
    select kind <> 'substation' or coalesce(voltage_kv, 63) between 45 and 225
        or voltage_kv > 225 and free_mw is not null
$$;
-- A column rather than an expression in the index: that would be computed again for each object looked at.
alter table core.network_point add column lane geometry(Point, {srid}) generated always as (
    case when core.is_reachable(kind, voltage_kv, free_mw) then core.in_lane(geom, kind) end) stored;
drop index core.network_point_geom;
create index network_point_lane on core.network_point using gist (lane);
comment on column core.network_point.lane is 'where nearest objects of a kind are looked for; null: counts for nobody';
comment on column core.network_point.kind is
    'motorway_junction, freight_station, station, siding, substation, airport, port, quay, or any other word; several joined by +';

-- No reference to network_point: an object that is lost must still be found here by who it was the nearest of.
create table core.parcel_nearest (
    parcel bigint not null references core.parcel on delete cascade,
    kind text not null,
    point bigint not null,
    metres double precision not null,
    primary key (parcel, kind)
);
create index parcel_nearest_reach on core.parcel_nearest (kind, metres);
comment on column core.parcel_nearest.metres is 'straight line, on the ground, from the outline (else the point) of the parcel';
create index parcel_location on core.parcel using gist (location) where deleted_on is null and geom is null;

drop trigger changed_ins on core.network_point;
drop trigger changed_upd on core.network_point;
drop trigger lost on core.network_point;
drop function core.network_lost();
drop function core.network_changed();

-- An object counts for the parcels that are no farther from it than from their nearest: those may lose it, gain it, or
-- prefer it where it is now. The first of a kind counts for all. Many at once are taken for the box that holds them.
create function core.mark_nearest(kind text, spots geometry[], is_first boolean) returns void
language plpgsql security definer set search_path = core, public, pg_temp as $$
declare
    -- no scale factor is further from 1 than that
    reach double precision := (select max(n.metres) * 1.01 + 1 from core.parcel_nearest n where n.kind = $1);
    box geometry;
begin
    if is_first then
        insert into core.dirty (parcel, parts) select p.id, 80 from core.parcel p where p.deleted_on is null order by 1
        on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
    elsif cardinality(spots) > 64 then
        box := st_expand(st_extent(s)::geometry, reach) from unnest(spots) s;
        box := st_setsrid(box, {srid});
        insert into core.dirty (parcel, parts)
        select p.id, 80 from core.parcel p
        where p.deleted_on is null and (p.geom && box or p.geom is null and p.location && box)
        order by 1
        on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
    else
        insert into core.dirty (parcel, parts)
        select p.id, 80 from core.parcel p
        where p.id in (
            select q.id from unnest(spots) s join core.parcel q on q.deleted_on is null and q.geom && st_expand(s, reach)
            join core.parcel_nearest n on n.parcel = q.id and n.kind = $1 and st_dwithin(q.geom, s, n.metres * 1.01 + 1)
            union
            select q.id from unnest(spots) s join core.parcel q
                on q.deleted_on is null and q.geom is null and q.location && st_expand(s, reach)
            join core.parcel_nearest n on n.parcel = q.id and n.kind = $1
                and st_dwithin(q.location, s, n.metres * 1.01 + 1))
        order by 1
        on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
    end if;
end $$;

create function core.network_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
declare
    images text := case tg_op
        when 'INSERT' then 'select * from new_rows'
        when 'DELETE' then 'select * from old_rows'
        else 'select n.* from new_rows n join old_rows o using (id) where <moved>
              union all select o.* from new_rows n join old_rows o using (id) where <moved>' end;
    moved text := '(n.geom, n.kind) is distinct from (o.geom, o.kind)
        or is_reachable(n.kind, n.voltage_kv, n.free_mw) <> is_reachable(o.kind, o.voltage_kv, o.free_mw)';
    one record;
    others bigint;
begin
    for one in execute format(
        'select k as kind, array_agg(geom) as spots, count(distinct id) as changed
         from (%s) i cross join unnest(string_to_array(i.kind, ''+'')) k
         where is_reachable(i.kind, i.voltage_kv, i.free_mw) group by k order by k', replace(images, '<moved>', moved))
    loop
        others := count(*) from core.network_point n
            where one.kind = any (string_to_array(n.kind, '+')) and is_reachable(n.kind, n.voltage_kv, n.free_mw);
        perform core.mark_nearest(one.kind, one.spots, tg_op <> 'DELETE' and others <= one.changed);
    end loop;
    return null;
end $$;
create trigger changed_ins after insert on core.network_point referencing new table as new_rows
    for each statement execute function core.network_changed();
create trigger changed_upd after update on core.network_point referencing old table as old_rows new table as new_rows
    for each statement execute function core.network_changed();
create trigger changed_del after delete on core.network_point referencing old table as old_rows
    for each statement execute function core.network_changed();

alter table core.parcel_derived drop column substation, drop column substation_km;

revoke execute on function core.in_lane(geometry, text), core.is_reachable(text, double precision, double precision),
    core.mark_nearest(text, geometry[], boolean), core.network_changed() from public;
grant execute on function core.in_lane(geometry, text), core.is_reachable(text, double precision, double precision)
    to emprise_worker;
grant select, insert, update, delete on core.parcel_nearest to emprise_worker;
