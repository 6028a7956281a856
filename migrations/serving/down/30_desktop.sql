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
create or replace function core.may_edit(responsible bigint) returns boolean language sql stable parallel safe as $$
    select session_user = 'emprise_admin'
        or (session_user = 'emprise_planner' and coalesce(responsible = core.current_organisation(), false))
$$;
drop function core.desk_parcel();
drop function core.checked_outline(geometry);
drop table core.desktop_value;
drop function core.is_editor();
drop function core.own_organisation();
drop function core.desktop_is_agency();
drop function core.desktop_organisation();
drop table core.desktop_role;
