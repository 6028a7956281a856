create or replace function core.mark_prospects(below geometry[]) returns void
language sql security definer set search_path = core, public, pg_temp as $$
    insert into core.dirty (parcel, parts)
    select distinct p.id, 66
    from unnest(below) g join core.parcel p on p.deleted_on is null and p.geom && g and st_intersects(p.geom, g)
    where p.origin = 'cadastre'
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts
$$;
update core.dirty set parts = parts & ~1024 | 66 where parts & 1024 <> 0;
delete from core.recipe where part = 'COVERED';
