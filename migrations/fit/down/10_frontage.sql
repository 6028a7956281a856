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
    drop index core.cadastral_parcel_geom, core.cadastral_parcel_commune;
    drop trigger changed_ins on core.cadastral_parcel;
    alter table core.cadastral_parcel drop constraint cadastral_parcel_geom_check,
        drop constraint cadastral_parcel_pkey, drop constraint cadastral_parcel_idu_key;
    return true;
end $$;
create or replace function core.close_cadastre() returns void
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    -- perform asks for all rows, as only a query that several processes share may
    perform from core.cadastral_parcel where not st_isvalid(geom);
    if found then
        raise exception 'the outline of % is not valid',
            (select min(idu) from core.cadastral_parcel where not st_isvalid(geom)) using errcode = 'check_violation';
    end if;
    alter table core.cadastral_parcel add primary key (id), add unique (idu);
    create index cadastral_parcel_commune on core.cadastral_parcel (commune_insee);
    create index cadastral_parcel_geom on core.cadastral_parcel using gist (geom);
    -- not valid: every row was looked at above
    alter table core.cadastral_parcel add constraint cadastral_parcel_geom_check check (st_isvalid(geom)) not valid;
    create trigger changed_ins after insert on core.cadastral_parcel referencing new table as new_rows
        for each statement execute function core.layer_changed('66', '0');
    insert into core.dirty (parcel, parts)
    select p.id, 66 from core.parcel p
    where p.deleted_on is null and exists (select from core.cadastral_parcel c where c.geom && p.geom)
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
end $$;
drop trigger water_ins on core.constraint_area;
drop trigger water_upd on core.constraint_area;
drop trigger water_del on core.constraint_area;
drop trigger fronts_ins on core.cadastral_parcel;
drop trigger fronts_upd on core.cadastral_parcel;
drop trigger fronts_del on core.cadastral_parcel;
alter table core.parcel_derived drop column sides;
drop table core.cadastre_complete;
drop function core.water_changed();
drop function core.completeness_changed();
drop function core.cadastre_fronts();
drop function core.mark_fronts(geometry[], double precision);
