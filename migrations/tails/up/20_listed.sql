-- What a list finds parcels by stands beside what it shows of them: docs/decisions/listed.md.
--
-- One table is looked at, as the row rules of geo/store/views_listed.py want it, instead of three joined for each row
-- that is found or counted. The columns are copies; a trigger of the table each comes from keeps them.
alter table core.parcel_served
    add column visibility text,
    add column responsible bigint,
    add column gone boolean,
    add column name text,
    add column market text,
    add column observed_on date,
    add column covered_by bigint,
    add column state_id bigint,
    add column site bigint,
    add column commune_insee text,
    add column zone_label text,
    add column zone_type text,
    add column industry text,
    add column surface_m2 double precision,
    add column buildable_m2 double precision;

-- Nothing that is shown changes.
alter table core.parcel_served disable trigger user;
update core.parcel_served s
set visibility = p.visibility, responsible = p.responsible, gone = p.deleted_on is not null,
    name = p.name, market = coalesce(p.committed, p.market), observed_on = p.observed_on, covered_by = d.covered_by,
    state_id = d.state_id, site = d.site, commune_insee = d.commune_insee,
    zone_label = d.zone_label, zone_type = d.zone_type, industry = d.industry, surface_m2 = d.surface_m2,
    buildable_m2 = d.buildable_m2
from core.parcel p left join core.parcel_derived d on d.parcel = p.id
where p.id = s.parcel;
alter table core.parcel_served enable trigger user;
alter table core.parcel_served alter column visibility set not null, alter column gone set not null;

-- The parcel is held until the row is there: who hides it meanwhile waits, and then finds the row to hide.
create function core.list_served() returns trigger
language plpgsql set search_path = core, public, pg_temp as $$
begin
    select p.visibility, p.responsible, p.deleted_on is not null, p.name, coalesce(p.committed, p.market), p.observed_on
    into strict new.visibility, new.responsible, new.gone, new.name, new.market, new.observed_on
    from core.parcel p where p.id = new.parcel for share;
    select d.covered_by, d.state_id, d.site, d.commune_insee, d.zone_label, d.zone_type, d.industry, d.surface_m2,
        d.buildable_m2
    into new.covered_by, new.state_id, new.site, new.commune_insee, new.zone_label, new.zone_type, new.industry,
        new.surface_m2, new.buildable_m2
    from core.parcel_derived d where d.parcel = new.parcel;
    return new;
end $$;
create trigger listed before insert on core.parcel_served for each row execute function core.list_served();

create function core.list_parcels() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    update core.parcel_served s
    set visibility = n.visibility, responsible = n.responsible, gone = n.deleted_on is not null,
        name = n.name, market = coalesce(n.committed, n.market), observed_on = n.observed_on
    from new_rows n
    where s.parcel = n.id and (s.visibility, s.responsible, s.gone, s.name, s.market, s.observed_on)
        is distinct from (n.visibility, n.responsible, n.deleted_on is not null, n.name,
                          coalesce(n.committed, n.market), n.observed_on);
    return null;
end $$;
create trigger listed_upd after update on core.parcel referencing new table as new_rows
    for each statement execute function core.list_parcels();

create function core.list_derived() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    update core.parcel_served s
    set covered_by = n.covered_by, state_id = n.state_id, site = n.site, commune_insee = n.commune_insee,
        zone_label = n.zone_label, zone_type = n.zone_type, industry = n.industry, surface_m2 = n.surface_m2,
        buildable_m2 = n.buildable_m2
    from new_rows n
    where s.parcel = n.parcel and (s.covered_by, s.state_id, s.site, s.commune_insee, s.zone_label, s.zone_type,
                                   s.industry, s.surface_m2, s.buildable_m2)
        is distinct from (n.covered_by, n.state_id, n.site, n.commune_insee, n.zone_label, n.zone_type, n.industry,
                          n.surface_m2, n.buildable_m2);
    return null;
end $$;
create trigger listed_ins after insert on core.parcel_derived referencing new table as new_rows
    for each statement execute function core.list_derived();
create trigger listed_upd after update on core.parcel_derived referencing new table as new_rows
    for each statement execute function core.list_derived();

revoke execute on function core.list_served(), core.list_parcels(), core.list_derived() from public;

-- What lists are filtered on most. A number is compared as it is shown, with two decimals (geo/store/column.py). With
-- what the row rules ask beside it, and by what other tables could be joined (PostgreSQL 15 leaves the joins out, but
-- not these columns), hits are found and counted in the index alone.
drop index core.parcel_derived_zone;
drop index core.parcel_derived_shown_surface;
create index parcel_served_zone on core.parcel_served (zone_label, round(surface_m2::numeric, 2))
    include (parcel, visibility, responsible, gone, covered_by, surface_m2, state_id, commune_insee, site);
create index parcel_served_surface on core.parcel_served (round(surface_m2::numeric, 2))
    include (parcel, visibility, responsible, gone, covered_by, surface_m2, state_id, commune_insee, site);
create index parcel_served_buildable on core.parcel_served (round(buildable_m2::numeric, 2));
create index parcel_served_market on core.parcel_served (market, parcel)
    include (visibility, responsible, gone, covered_by, state_id, commune_insee, site);
create index parcel_served_state on core.parcel_served (state_id);
