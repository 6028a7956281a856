-- Which parcels are neighbours, and along how many metres: what sites are put together from.
create table core.adjacency (
    a bigint not null references core.parcel on delete cascade,
    b bigint not null references core.parcel on delete cascade check (a < b),
    shared_m double precision not null check (shared_m >= 0),
    overlap_m2 double precision not null check (overlap_m2 >= 0),
    primary key (b, a)
);
create index adjacency_a on core.adjacency (a);
comment on table core.adjacency is
    'pairs of parcels in the planar CRS; the pairs (a, b) of a parcel b are derived with it, from every older parcel a';
comment on column core.adjacency.shared_m is 'limit in common, 0 where they only overlap or are the same land drawn twice';
grant select, insert, update, delete on core.adjacency to emprise_worker;

-- A parcel that is measured anew finds its older neighbours itself (geo/derive/adjacency.py); the younger ones around
-- where it was and where it is are marked (bit 512). What a parcel has when it ends goes with it.
create function core.neighbours_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    delete from core.adjacency
    where b in (select n.id from new_rows n join old_rows o using (id) where n.deleted_on is not null and o.deleted_on is null);
    insert into core.dirty (parcel, parts)
    select p.id, 512 from core.parcel p
    where p.deleted_on is null and p.id in (
        select q.id
        from new_rows n join old_rows o using (id)
        cross join lateral (values (n.geom), (o.geom)) c (geom)
        join core.parcel q on q.id > n.id and q.deleted_on is null and q.geom && st_expand(c.geom, 1)
        where n.geom is distinct from o.geom or n.deleted_on is distinct from o.deleted_on)
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
    return null;
end $$;
revoke execute on function core.neighbours_changed() from public;
create trigger neighbours_upd after update on core.parcel
    referencing old table as old_rows new table as new_rows
    for each statement execute function core.neighbours_changed();
