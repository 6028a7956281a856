-- Parcels are looked for by a part of their name, with capitals or without, and put into the order of their names: lists
-- of a million then read what they show, not all of them (docs/decisions/listed.md). Names come by code points, as
-- api/ogc/sorting.py has them. A server without pg_trgm looks through all names.
create index parcel_served_name on core.parcel_served (name collate "C", parcel);
do $$ begin
    if exists (select from pg_extension where extname = 'pg_trgm') then
        create index parcel_served_name_parts on core.parcel_served
            using gin (name public.gin_trgm_ops, lower(name) public.gin_trgm_ops);
    end if;
end $$;

-- The first days of layers, which their temporal extents tell (geo/store/items/extent.py).
create index cadastral_parcel_created on core.cadastral_parcel (created_on) where retired_on is null;
