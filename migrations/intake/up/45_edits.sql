-- Edits: the history knows which version of a parcel each change made, and every fact a planner may correct is an
-- override as long as it differs from what its source says.
drop trigger history_upd on core.parcel;
create trigger history_upd after update on core.parcel referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('version', 'key', 'origin', 'name', 'site_key', 'commune_insee', 'cadastral_ids', 'surface_stated_m2', 'stade_amngt', 'stade_comm', 'etat_occup', 'usage', 'maitrise_fonc', 'cle_en_main', 'pollution', 'market', 'market_conditions', 'market_on', 'price_eur_m2', 'power_mw', 'owner_kind', 'owner_siren', 'buyer', 'sale_amount', 'contact', 'published', 'visibility', 'responsible', 'overrides', 'observed_on', 'deleted_on', 'location', 'geom');
drop trigger history_del on core.parcel;
create trigger history_del after delete on core.parcel referencing old table as old_rows
    for each statement execute function core.write_history('version', 'key', 'origin', 'name', 'site_key', 'commune_insee', 'cadastral_ids', 'surface_stated_m2', 'stade_amngt', 'stade_comm', 'etat_occup', 'usage', 'maitrise_fonc', 'cle_en_main', 'pollution', 'market', 'market_conditions', 'market_on', 'price_eur_m2', 'power_mw', 'owner_kind', 'owner_siren', 'buyer', 'sale_amount', 'contact', 'published', 'visibility', 'responsible', 'overrides', 'observed_on', 'deleted_on', 'location', 'geom');

-- Shapes stand in overrides as in the history: EWKB in hexadecimal, exact. A value set back to the imported one is no
-- override any more, so the source rules again.
create or replace function core.keep_overrides() returns trigger language plpgsql as $$
declare
    o jsonb;
    n jsonb;
    lifted text[];
    made jsonb;
begin
    if session_user in ('emprise_planner', 'emprise_admin') then
        o := to_jsonb(old) || jsonb_build_object('geom', encode(st_asewkb(old.geom), 'hex'),
                                                 'location', encode(st_asewkb(old.location), 'hex'));
        n := to_jsonb(new) || jsonb_build_object('geom', encode(st_asewkb(new.geom), 'hex'),
                                                 'location', encode(st_asewkb(new.location), 'hex'));
        select array_agg(k) filter (where n -> k = imported),
               jsonb_object_agg(k, jsonb_build_object(
                   'value', n -> k, 'by', core.setting('actor'), 'on', core.today(), 'why', core.setting('reason'),
                   'imported', imported)) filter (where n -> k is distinct from imported)
        into lifted, made
        from unnest(array['name', 'site_key', 'cadastral_ids', 'surface_stated_m2', 'stade_amngt', 'stade_comm',
                          'etat_occup', 'usage', 'maitrise_fonc', 'cle_en_main', 'pollution', 'market',
                          'market_conditions', 'market_on', 'price_eur_m2', 'power_mw', 'owner_kind', 'contact',
                          'visibility', 'observed_on', 'deleted_on', 'location', 'geom']) k
        cross join lateral (
            select case when old.overrides ? k then old.overrides -> k -> 'imported' else o -> k end as imported) i
        where n -> k is distinct from o -> k;
        new.overrides := (old.overrides - coalesce(lifted, '{}')) || coalesce(made, '{}');
        if n -> 'geom' is distinct from o -> 'geom' then
            new.outline := null;
        end if;
    end if;
    return new;
end $$;
-- Outlines that planners drew before: what the source had said was not kept beside them.
update core.parcel set overrides = jsonb_set(overrides, '{geom}', (overrides -> 'geom') || jsonb_build_object(
    'value', encode(st_asewkb(geom), 'hex'), 'imported', null))
where overrides ? 'geom';
