-- Which parcels changed in which transaction, for whoever keeps what it read of them beside the base. One row a
-- statement. A follower reads the rows visible to its snapshot and not to its last one: a number that grows would lose
-- what commits late.
create table core.parcel_change (
    id bigint generated always as identity primary key,
    txn xid8 not null default pg_current_xact_id(),
    at timestamptz not null default now(),
    parcels bigint[] not null
);
create index parcel_change_txn on core.parcel_change (txn);
-- Transactions below this one may have been forgotten: a follower whose snapshot may lack one of them reads all anew.
create table core.parcel_change_floor (
    one boolean primary key default true check (one),
    base uuid not null default gen_random_uuid(),
    txn xid8 not null
);
comment on column core.parcel_change_floor.base is 'which base this is: what was kept of another is of no use here';
insert into core.parcel_change_floor (txn) values (pg_current_xact_id());
grant select, insert, update, delete on core.parcel_change, core.parcel_change_floor to emprise_worker;

create function core.note_changed(changed bigint[]) returns void
language sql security definer set search_path = core, public, pg_temp as $$
    insert into core.parcel_change (parcels) select changed where cardinality(changed) > 0
$$;

-- The argument is the column that names the parcel.
create function core.parcels_noted() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
declare
    changed bigint[];
begin
    execute format('select array_agg(distinct %I) from %s', tg_argv[0],
        case tg_op when 'DELETE' then 'old_rows' else 'new_rows' end) into changed;
    perform core.note_changed(coalesce(changed, '{}'));
    return null;
end $$;

-- The argument is a query of parcels, over the rows as they are now.
create function core.around_noted() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
declare
    changed bigint[];
begin
    execute 'select array_agg(distinct parcel) from (' || tg_argv[0] || ') f' into changed;
    perform core.note_changed(coalesce(changed, '{}'));
    return null;
end $$;
revoke execute on function core.note_changed(bigint[]), core.parcels_noted(), core.around_noted() from public;

do $$
declare
    noted record;
begin
    for noted in select * from (values
        ('parcel', 'id'), ('parcel_derived', 'parcel'), ('parcel_served', 'parcel'), ('parcel_nearest', 'parcel'),
        ('parcel_area', 'parcel'), ('dirty', 'parcel')) v (name, parcel)
    loop
        execute format('create trigger noted_ins after insert on core.%I referencing new table as new_rows
            for each statement execute function core.parcels_noted(%L)', noted.name, noted.parcel);
        execute format('create trigger noted_upd after update on core.%I referencing new table as new_rows
            for each statement execute function core.parcels_noted(%L)', noted.name, noted.parcel);
        execute format('create trigger noted_del after delete on core.%I referencing old table as old_rows
            for each statement execute function core.parcels_noted(%L)', noted.name, noted.parcel);
    end loop;
    create trigger noted_ins after insert on core.commune referencing new table as new_rows for each statement
        execute function core.around_noted(
            'select d.parcel from new_rows n join core.parcel_derived d on d.commune_insee = n.insee');
    for noted in select * from (values
        ('commune', 'select d.parcel from new_rows n join core.parcel_derived d on d.commune_insee = n.insee'),
        ('site', 'select d.parcel from new_rows n join core.parcel_derived d on d.site = n.id'),
        ('network_point', 'select e.parcel from new_rows n join core.parcel_nearest e on e.point = n.id'))
        v (name, parcel)
    loop
        execute format('create trigger noted_upd after update on core.%I referencing new table as new_rows
            for each statement execute function core.around_noted(%L)', noted.name, noted.parcel);
    end loop;
end $$;
