drop trigger renamed on core.organisation;
drop function core.organisation_renamed();
drop trigger changed_ins on core.site;
drop trigger changed_upd on core.site;
drop trigger changed_del on core.site;
create or replace function core.site_changed() returns trigger
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
drop trigger named_ins on core.commune;
drop trigger named_upd on core.commune;
drop trigger named_del on core.commune;
drop function core.commune_named();
