drop trigger changed_ins on core.network_point;
drop trigger changed_upd on core.network_point;
drop trigger changed_del on core.network_point;
drop function core.network_changed();
drop function core.mark_nearest(text, geometry[], boolean);
drop table core.parcel_nearest;
drop index core.parcel_location;
alter table core.network_point drop column lane;
drop function core.is_reachable(text, double precision, double precision);
drop function core.in_lane(geometry, text);
create index network_point_geom on core.network_point using gist (geom);
comment on column core.network_point.kind is null;
alter table core.parcel_derived
    add column substation bigint references core.network_point on delete set null,
    add column substation_km double precision;
-- What the columns hold is derived anew.
delete from core.recipe where part in ('POWER', 'NEAREST');
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
revoke execute on function core.network_changed(), core.network_lost() from public;
