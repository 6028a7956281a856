-- Marks that do not miss: what a change of a place, a site or a name makes stale in land it does not lie on as drawn.

-- A parcel known by a point, or only by the number of its commune, is of no outline that a layer could touch.
create function core.commune_named() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
declare
    images text := case tg_op
        when 'INSERT' then 'select * from new_rows'
        when 'DELETE' then 'select * from old_rows'
        else 'select * from new_rows union all select * from old_rows' end;
begin
    execute format(
        'with c as (%s)
         insert into core.dirty (parcel, parts)
         select p.id, 66 from core.parcel p
         where p.deleted_on is null and p.id in (
             select q.id from c join core.parcel q
                 on q.geom is null and q.deleted_on is null and q.location && c.geom
             union
             select q.id from c join core.parcel q on q.commune_insee = c.insee)
         order by p.id
         on conflict (parcel) do update set parts = dirty.parts | excluded.parts', images);
    return null;
end $$;
create trigger named_ins after insert on core.commune referencing new table as new_rows
    for each statement execute function core.commune_named();
create trigger named_upd after update on core.commune referencing old table as old_rows new table as new_rows
    for each statement execute function core.commune_named();
create trigger named_del after delete on core.commune referencing old table as old_rows
    for each statement execute function core.commune_named();

-- A site touches the parcels that name it and those that lie in it, as it was and as it is.
drop trigger changed_ins on core.site;
drop trigger changed_upd on core.site;
create or replace function core.site_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
declare
    images text := case tg_op
        when 'INSERT' then 'select * from new_rows'
        when 'DELETE' then 'select * from old_rows'
        else 'select * from new_rows union all select * from old_rows' end;
begin
    execute format(
        'with t as (%s)
         insert into core.dirty (parcel, parts)
         select p.id, 66 from core.parcel p
         where p.deleted_on is null and p.id in (
             select q.id from core.parcel q where q.site_key in (select key from t)
             union
             select q.id from t join core.parcel q
                 on q.deleted_on is null and q.site_key is null and q.geom && t.geom)
         order by p.id
         on conflict (parcel) do update set parts = dirty.parts | excluded.parts', images);
    return null;
end $$;
create trigger changed_ins after insert on core.site referencing new table as new_rows
    for each statement execute function core.site_changed();
create trigger changed_upd after update on core.site referencing old table as old_rows new table as new_rows
    for each statement execute function core.site_changed();
create trigger changed_del after delete on core.site referencing old table as old_rows
    for each statement execute function core.site_changed();

-- Documents of parcels carry the name of who is responsible for them.
create function core.organisation_renamed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    insert into core.dirty (parcel, parts)
    select p.id, 64 from core.parcel p
    where p.deleted_on is null and p.responsible in (
        select n.id from new_rows n join old_rows o using (id) where n.name is distinct from o.name)
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
    return null;
end $$;
create trigger renamed after update on core.organisation referencing old table as old_rows new table as new_rows
    for each statement execute function core.organisation_renamed();
revoke execute on function core.commune_named(), core.site_changed(), core.organisation_renamed() from public;
