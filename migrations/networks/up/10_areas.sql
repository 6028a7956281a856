-- Named areas: drawn, or told as a list of communes, and which parcels lie in them.
alter table core.named_area
    alter column geom drop not null,
    add column source bigint references core.source,
    add column "import" bigint references core.import;
comment on column core.named_area.geom is 'null: told as a list of communes (core.area_commune)';

-- One row a commune, as INSEE and the State publish labour basins, aid zones and territories of industry.
create table core.area_commune (
    id bigint generated always as identity primary key,
    source bigint not null references core.source,
    import bigint not null references core.import,
    kind text not null,
    code text not null,
    insee text not null check (insee ~ '^(\d{5}|2[AB]\d{3})$'),
    name text,
    digest bytea not null,
    unique (kind, code, insee)
);
create index area_commune_insee on core.area_commune (insee);

create table core.parcel_area (
    parcel bigint not null references core.parcel on delete cascade,
    area bigint not null references core.named_area on delete cascade,
    primary key (parcel, area)
);
create index parcel_area_area on core.parcel_area (area);

-- Land of Lyon, Paris and Marseille is of an arrondissement to the cadastre, and of the commune to every list.
create function core.whole_commune(insee text) returns text
language sql immutable parallel safe as $$
    select case when insee between '69381' and '69389' then '69123'
                when insee between '75101' and '75120' then '75056'
                when insee between '13201' and '13216' then '13055' else insee end
$$;

-- An area that is drawn anew touches what its old and its new box hold; one that only has a new name, its parcels.
create function core.area_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
declare
    images text := case tg_op
        when 'INSERT' then 'select * from new_rows'
        when 'DELETE' then 'select * from old_rows'
        else 'select * from new_rows union all select * from old_rows' end;
begin
    execute format(
        'with a as (select distinct kind, code, geom from (%s) i)
         insert into core.dirty (parcel, parts)
         select p.id, 66 from core.parcel p
         where p.deleted_on is null and p.id in (
             select q.id from a join core.parcel q on q.deleted_on is null and q.geom && a.geom
             union
             select q.id from a join core.parcel q
                 on q.deleted_on is null and q.geom is null and q.location && a.geom
             union
             select m.parcel from a join core.named_area n using (kind, code) join core.parcel_area m on m.area = n.id
             union
             select d.parcel from a join core.area_commune c using (kind, code) join core.parcel_derived d
                 on d.commune_insee = c.insee or core.whole_commune(d.commune_insee) = c.insee)
         order by p.id
         on conflict (parcel) do update set parts = dirty.parts | excluded.parts', images);
    return null;
end $$;
create trigger changed_ins after insert on core.named_area referencing new table as new_rows
    for each statement execute function core.area_changed();
create trigger changed_upd after update on core.named_area referencing old table as old_rows new table as new_rows
    for each statement execute function core.area_changed();
create trigger changed_del after delete on core.named_area referencing old table as old_rows
    for each statement execute function core.area_changed();

create function core.area_listed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
declare
    images text := case tg_op
        when 'INSERT' then 'select insee from new_rows'
        when 'DELETE' then 'select insee from old_rows'
        else 'select insee from new_rows union all select insee from old_rows' end;
begin
    execute format(
        'insert into core.dirty (parcel, parts)
         select d.parcel, 66 from core.parcel_derived d join core.parcel p on p.id = d.parcel and p.deleted_on is null
         where d.commune_insee in (%1$s) or core.whole_commune(d.commune_insee) in (%1$s)
         order by 1
         on conflict (parcel) do update set parts = dirty.parts | excluded.parts', images);
    return null;
end $$;
create trigger changed_ins after insert on core.area_commune referencing new table as new_rows
    for each statement execute function core.area_listed();
create trigger changed_upd after update on core.area_commune referencing old table as old_rows new table as new_rows
    for each statement execute function core.area_listed();
create trigger changed_del after delete on core.area_commune referencing old table as old_rows
    for each statement execute function core.area_listed();

create trigger history_upd after update on core.area_commune referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('kind', 'code', 'insee', 'name');
create trigger history_del after delete on core.area_commune referencing old table as old_rows
    for each statement execute function core.write_history('kind', 'code', 'insee', 'name');
create trigger a_reference before insert or update or delete on core.area_commune
    for each statement execute function core.keep_reference();
revoke execute on function core.whole_commune(text), core.area_changed(), core.area_listed() from public;
grant execute on function core.whole_commune(text) to emprise_worker;
grant select, insert, update, delete on core.area_commune, core.parcel_area to emprise_worker;
