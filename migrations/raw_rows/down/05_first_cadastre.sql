create or replace function core.open_cadastre() returns boolean
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    begin
        lock table core.cadastral_parcel in access exclusive mode nowait;
    exception when lock_not_available then
        return false;
    end;
    if exists (select from core.cadastral_parcel) then
        return false;
    end if;
    drop index core.cadastral_parcel_geom;
    alter table core.cadastral_parcel drop constraint cadastral_parcel_geom_check, disable trigger changed_ins;
    return true;
end $$;
create or replace function core.close_cadastre() returns void
language plpgsql security definer set search_path = core, public, pg_temp as $$
declare
    broken text := (select min(idu) from core.cadastral_parcel where not st_isvalid(geom));
begin
    if broken is not null then
        raise exception 'the outline of % is not valid', broken using errcode = 'check_violation';
    end if;
    create index cadastral_parcel_geom on core.cadastral_parcel using gist (geom);
    -- not valid: every row was looked at above
    alter table core.cadastral_parcel enable trigger changed_ins,
        add constraint cadastral_parcel_geom_check check (st_isvalid(geom)) not valid;
    insert into core.dirty (parcel, parts)
    select p.id, 66 from core.parcel p
    where p.deleted_on is null and exists (select from core.cadastral_parcel c where c.geom && p.geom)
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
end $$;
