-- Which record said a row last (digest, raw) is no fact about the land: a change of that alone is no new version, has no
-- history (which names its columns), and makes nothing stale.
create or replace function core.bump_version() returns trigger language plpgsql as $$
declare
    seen core.parcel := old;
begin
    seen.digest := new.digest;
    seen.raw := new.raw;
    if seen is distinct from new then
        new.version := old.version + 1;
        new.updated_at := now();
    end if;
    return new;
end $$;

create or replace function core.parcel_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into core.dirty (parcel, parts) select id, 127 from new_rows order by id
        on conflict (parcel) do update set parts = 127;
        perform core.mark_prospects(array(
            select geom from new_rows where origin <> 'cadastre' and geom is not null));
    else
        insert into core.dirty (parcel, parts)
        select n.id, case when n.geom is distinct from o.geom or n.location is distinct from o.location
                               or o.deleted_on is not null then 127 else 98 end
        from new_rows n join old_rows o using (id)
        where n.deleted_on is null and n.version <> o.version
        order by n.id
        on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
        perform core.mark_prospects(array(
            select o.geom from old_rows o join new_rows n using (id)
            where o.origin <> 'cadastre' and o.geom is not null and n.version <> o.version
            union all
            select n.geom from old_rows o join new_rows n using (id)
            where n.origin <> 'cadastre' and n.geom is not null and n.version <> o.version));
    end if;
    return null;
end $$;

-- Of a cadastral parcel, what is derived reads its number, its outline, and whether it stands.
create function core.cadastre_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    insert into core.dirty (parcel, parts)
    select p.id, 66 from core.parcel p
    where p.deleted_on is null and p.id in (
        select q.id
        from new_rows n join old_rows o using (id)
        cross join lateral (values (n.geom), (o.geom)) c (geom)
        join core.parcel q on q.deleted_on is null and q.geom && c.geom
        where (n.idu, n.retired_on) is distinct from (o.idu, o.retired_on) or n.geom is distinct from o.geom)
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
    return null;
end $$;
revoke execute on function core.cadastre_changed() from public;
drop trigger changed_upd on core.cadastral_parcel;
create trigger changed_upd after update on core.cadastral_parcel
    referencing old table as old_rows new table as new_rows
    for each statement execute function core.cadastre_changed();
