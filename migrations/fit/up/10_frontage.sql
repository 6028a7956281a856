-- Which sides of a parcel lie on public ground (geo/fit/frontage.py), where the cadastre is known to be complete.
create table core.cadastre_complete (
    code text primary key check (code ~ '^(\d{5}|2[AB]\d{3})$'),
    import bigint not null references core.import
);
comment on table core.cadastre_complete is
    'communes whose cadastre was loaded whole, once: only there is ground without a cadastral parcel public ground';
comment on column core.cadastre_complete.code is 'the first five characters of idu: Paris, Lyon, Marseille by arrondissement';
create trigger a_reference before insert or update or delete on core.cadastre_complete
    for each statement execute function core.keep_reference();
grant select, insert, update, delete on core.cadastre_complete to emprise_worker;

alter table core.parcel_derived add column sides geometry(GeometryCollection, {srid});
comment on column core.parcel_derived.sides is
    'the boundary as four multilines: on public ground, on a neighbour, on water, unknown; null: nothing tells of any side';

-- Bit 256. Boxes reach as far as geo/derive/frontage.py looks, and a metre more for what the index rounds.
create function core.mark_fronts(around geometry[], reach double precision) returns void
language sql security definer set search_path = core, public, pg_temp as $$
    insert into core.dirty (parcel, parts)
    select p.id, 256 from core.parcel p
    where p.deleted_on is null and p.id in (
        select q.id from unnest(around) g join core.parcel q on q.deleted_on is null and q.geom && st_expand(g, reach))
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts
$$;

-- While no commune is complete, no side is known, whatever is drawn: a first cadastre is not asked parcel by parcel.
create function core.cadastre_fronts() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
declare
    around geometry[];
begin
    if not exists (select from core.cadastre_complete) then
        return null;
    end if;
    case tg_op
        when 'INSERT' then select array_agg(geom) from new_rows into around;
        when 'DELETE' then select array_agg(geom) from old_rows into around;
        else
            select array_agg(c.geom) into around
            from new_rows n join old_rows o using (id) cross join lateral (values (n.geom), (o.geom)) c (geom)
            where (n.idu, n.retired_on) is distinct from (o.idu, o.retired_on) or n.geom is distinct from o.geom;
    end case;
    perform core.mark_fronts(around, 51);
    return null;
end $$;
create trigger fronts_ins after insert on core.cadastral_parcel referencing new table as new_rows
    for each statement execute function core.cadastre_fronts();
create trigger fronts_upd after update on core.cadastral_parcel referencing old table as old_rows new table as new_rows
    for each statement execute function core.cadastre_fronts();
create trigger fronts_del after delete on core.cadastral_parcel referencing old table as old_rows
    for each statement execute function core.cadastre_fronts();

create function core.completeness_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    perform core.mark_fronts(array(
        select c.geom from changed_rows k join core.cadastral_parcel c on left(c.idu, 5) = k.code
        where c.retired_on is null), 51);
    return null;
end $$;
create trigger changed_ins after insert on core.cadastre_complete referencing new table as changed_rows
    for each statement execute function core.completeness_changed();
create trigger changed_del after delete on core.cadastre_complete referencing old table as changed_rows
    for each statement execute function core.completeness_changed();

create function core.water_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
declare
    around geometry[];
begin
    case tg_op
        when 'INSERT' then select array_agg(geom) from new_rows where kind = 'water' into around;
        when 'DELETE' then select array_agg(geom) from old_rows where kind = 'water' into around;
        else
            select array_agg(c.geom) into around
            from new_rows n join old_rows o using (id) cross join lateral (values (n.geom), (o.geom)) c (geom)
            where 'water' in (n.kind, o.kind) and (n.kind <> o.kind or n.geom is distinct from o.geom);
    end case;
    perform core.mark_fronts(around, 2);
    return null;
end $$;
create trigger water_ins after insert on core.constraint_area referencing new table as new_rows
    for each statement execute function core.water_changed();
create trigger water_upd after update on core.constraint_area referencing old table as old_rows new table as new_rows
    for each statement execute function core.water_changed();
create trigger water_del after delete on core.constraint_area referencing old table as old_rows
    for each statement execute function core.water_changed();

revoke execute on function core.mark_fronts(geometry[], double precision), core.cadastre_fronts(),
    core.completeness_changed(), core.water_changed() from public;

-- A first cadastre goes without this trigger as well (migrations/raw_rows/up/30_first_cadastre.sql): nothing is complete yet.
create or replace function core.open_cadastre() returns boolean
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    begin
        lock table core.cadastral_parcel in access exclusive mode nowait;
    exception when lock_not_available then
        return false;
    end;
    if exists (select from core.cadastral_parcel) or exists (select from core.cadastre_complete) then
        return false;
    end if;
    drop index core.cadastral_parcel_geom, core.cadastral_parcel_commune;
    drop trigger changed_ins on core.cadastral_parcel;
    drop trigger fronts_ins on core.cadastral_parcel;
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
    create trigger fronts_ins after insert on core.cadastral_parcel referencing new table as new_rows
        for each statement execute function core.cadastre_fronts();
    insert into core.dirty (parcel, parts)
    select p.id, 66 from core.parcel p
    where p.deleted_on is null and exists (select from core.cadastral_parcel c where c.geom && p.geom)
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
end $$;
