-- How long, and how far, it is by road from a place to another, as a planner's own table says.
create table core.travel_time (
    id bigint generated always as identity primary key,
    source bigint not null references core.source,
    import bigint not null references core.import,
    origin text not null,
    target text not null,
    minutes double precision not null check (minutes >= 0),
    km double precision check (km >= 0),
    computed_on date,
    digest bytea not null,
    unique (source, origin, target)
);
create index travel_time_origin on core.travel_time (origin);
comment on column core.travel_time.origin is 'INSEE code of a commune, key of a parcel, or kind/code of an area';
comment on column core.travel_time.target is 'key or kind of network objects, INSEE code of a commune, or kind/code of an area';
create trigger history_upd after update on core.travel_time referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('origin', 'target', 'minutes', 'km', 'computed_on');
create trigger history_del after delete on core.travel_time referencing old table as old_rows
    for each statement execute function core.write_history('origin', 'target', 'minutes', 'km', 'computed_on');
create trigger a_reference before insert or update or delete on core.travel_time
    for each statement execute function core.keep_reference();
grant select, insert, update, delete on core.travel_time to emprise_worker;
grant usage on all sequences in schema core to emprise_worker;
