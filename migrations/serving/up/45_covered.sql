-- What covers a prospect is a part of its own (1024 in geo/derive/parts.py): of other land alone, which may be hidden, so
-- that nobody is told that it is stale (geo/store/views.py).
create or replace function core.mark_prospects(below geometry[]) returns void
language sql security definer set search_path = core, public, pg_temp as $$
    insert into core.dirty (parcel, parts)
    select distinct p.id, 1024
    from unnest(below) g join core.parcel p on p.deleted_on is null and p.geom && g and st_intersects(p.geom, g)
    where p.origin = 'cadastre'
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts
$$;
