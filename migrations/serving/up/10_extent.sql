-- Where and of which days the parcels of each rule of sight are, so that nobody need look at all of them to be told.
-- A row is only ever added: writers wait for nobody. One that no longer holds is marked by another, and until the
-- group is measured anew (geo/store/items/extent.py) readers measure for themselves: what has left leaves no trace.
create table core.parcel_extent (
    id bigint generated always as identity primary key,
    visibility text not null,
    responsible bigint,
    west double precision,
    south double precision,
    east double precision,
    north double precision,
    first_on date,
    last_on date,
    stale boolean not null default false
);
create index parcel_extent_group on core.parcel_extent (visibility, responsible);
comment on table core.parcel_extent is 'the extent of a group is that of its rows together, unless one is stale';

create function core.extent_grown() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    insert into core.parcel_extent (visibility, responsible, west, south, east, north, first_on, last_on)
    select visibility, responsible, st_xmin(box), st_ymin(box), st_xmax(box), st_ymax(box), first_on, last_on
    from (select visibility, responsible, st_extent(geom) as box, min(observed_on) as first_on,
                 max(observed_on) as last_on
          from new_rows where deleted_on is null group by 1, 2) n
    where not exists (
        select from core.parcel_extent x
        where x.visibility = n.visibility and x.responsible is not distinct from n.responsible and not x.stale
          and (n.box is null or (x.west <= st_xmin(n.box) and x.south <= st_ymin(n.box)
                                 and x.east >= st_xmax(n.box) and x.north >= st_ymax(n.box)))
          and (n.first_on is null or (x.first_on <= n.first_on and x.last_on >= n.last_on)));
    return null;
end $$;

-- Who leaves a group, or a place in it, from its very edge may have been all there was there.
create function core.extent_left() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
declare
    left_behind text := case tg_op
        when 'DELETE' then 'select * from old_rows'
        else 'select o.* from old_rows o join new_rows n using (id)
              where n.deleted_on is not null or n.geom is distinct from o.geom
                 or (n.visibility, n.responsible, n.observed_on)
                    is distinct from (o.visibility, o.responsible, o.observed_on)' end;
begin
    execute format(
        'insert into core.parcel_extent (visibility, responsible, stale)
         select distinct o.visibility, o.responsible, true
         from (%s) o
         join (select visibility, responsible, min(west) as west, min(south) as south, max(east) as east,
                      max(north) as north, min(first_on) as first_on, max(last_on) as last_on
               from core.parcel_extent group by 1, 2) x
           on x.visibility = o.visibility and x.responsible is not distinct from o.responsible
         where o.deleted_on is null
           and (st_xmin(o.geom) <= x.west or st_ymin(o.geom) <= x.south or st_xmax(o.geom) >= x.east
                or st_ymax(o.geom) >= x.north or o.observed_on <= x.first_on or o.observed_on >= x.last_on)',
        left_behind);
    return null;
end $$;

create trigger extent_ins after insert on core.parcel referencing new table as new_rows
    for each statement execute function core.extent_grown();
create trigger extent_upd after update on core.parcel referencing new table as new_rows
    for each statement execute function core.extent_grown();
create trigger extent_upd_left after update on core.parcel referencing old table as old_rows new table as new_rows
    for each statement execute function core.extent_left();
create trigger extent_del after delete on core.parcel referencing old table as old_rows
    for each statement execute function core.extent_left();
revoke execute on function core.extent_grown(), core.extent_left() from public;
grant select, insert, update, delete on core.parcel_extent to emprise_worker;
grant usage on all sequences in schema core to emprise_worker;

insert into core.parcel_extent (visibility, responsible, west, south, east, north, first_on, last_on)
select visibility, responsible, st_xmin(box), st_ymin(box), st_xmax(box), st_ymax(box), first_on, last_on
from (select visibility, responsible, st_extent(geom) as box, min(observed_on) as first_on, max(observed_on) as last_on
      from core.parcel where deleted_on is null group by 1, 2) n;

-- The extents of layers are read from the ends of their indexes; that of networks stood in its lanes alone.
create index network_point_geom on core.network_point using gist (geom);
