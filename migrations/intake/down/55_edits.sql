create or replace function core.keep_overrides() returns trigger language plpgsql as $$
declare
    o jsonb := to_jsonb(old);
    n jsonb := to_jsonb(new);
begin
    if session_user in ('emprise_planner', 'emprise_admin') then
        new.overrides := old.overrides || coalesce((
            select jsonb_object_agg(k, jsonb_build_object(
                'value', n -> k, 'by', core.setting('actor'), 'on', core.today(), 'why', core.setting('reason'),
                'imported', coalesce(old.overrides -> k -> 'imported', o -> k)))
            from unnest(array['name', 'market', 'market_conditions', 'market_on', 'price_eur_m2', 'power_mw', 'contact',
                              'visibility', 'geom', 'deleted_on']) k
            where n -> k is distinct from o -> k), '{}');
    end if;
    return new;
end $$;
drop trigger history_upd on core.parcel;
create trigger history_upd after update on core.parcel referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('key', 'origin', 'name', 'site_key', 'commune_insee', 'cadastral_ids', 'surface_stated_m2', 'stade_amngt', 'stade_comm', 'etat_occup', 'usage', 'maitrise_fonc', 'cle_en_main', 'pollution', 'market', 'market_conditions', 'market_on', 'price_eur_m2', 'power_mw', 'owner_kind', 'owner_siren', 'buyer', 'sale_amount', 'contact', 'visibility', 'responsible', 'overrides', 'observed_on', 'deleted_on', 'location', 'geom');
drop trigger history_del on core.parcel;
create trigger history_del after delete on core.parcel referencing old table as old_rows
    for each statement execute function core.write_history('key', 'origin', 'name', 'site_key', 'commune_insee', 'cadastral_ids', 'surface_stated_m2', 'stade_amngt', 'stade_comm', 'etat_occup', 'usage', 'maitrise_fonc', 'cle_en_main', 'pollution', 'market', 'market_conditions', 'market_on', 'price_eur_m2', 'power_mw', 'owner_kind', 'owner_siren', 'buyer', 'sale_amount', 'contact', 'visibility', 'responsible', 'overrides', 'observed_on', 'deleted_on', 'location', 'geom');
