-- Logins for desktop programs that speak to PostgreSQL themselves. What such a login may do follows from the login alone:
-- the settings of its session are the user's own to change.
create table core.desktop_role (
    id bigint generated always as identity primary key,
    login text not null unique check (login ~ '^[a-z][a-z0-9_]{2,40}$' and login !~ '^(emprise|pg_)'),
    organisation bigint not null references core.organisation,
    created_at timestamptz not null default now()
);
alter table core.desktop_role enable row level security, force row level security;
create policy own on core.desktop_role to emprise_owner using (true) with check (true);

create function core.desktop_organisation() returns bigint
language sql stable parallel safe security definer set search_path = core, pg_temp as $$
    select organisation from core.desktop_role where login = session_user
$$;
create function core.desktop_is_agency() returns boolean
language sql stable parallel safe security definer set search_path = core, pg_temp as $$
    select exists (select from core.desktop_role d join core.organisation o on o.id = d.organisation
                   where d.login = session_user and o.kind = 'agency')
$$;
create function core.own_organisation() returns bigint language sql stable parallel safe as $$
    select case when session_user = 'emprise_planner' then core.current_organisation()
                else core.desktop_organisation() end
$$;
create function core.is_editor() returns boolean language sql stable parallel safe as $$
    select session_user in ('emprise_planner', 'emprise_admin')
        or (session_user not like 'emprise\_%' and core.desktop_organisation() is not null)
$$;
create or replace function core.may_edit(responsible bigint) returns boolean language sql stable parallel safe as $$
    select session_user = 'emprise_admin' or coalesce(responsible = core.own_organisation(), false)
$$;

create or replace function core.keep_overrides() returns trigger language plpgsql as $$
declare
    o jsonb;
    n jsonb;
    lifted text[];
    made jsonb;
begin
    if core.is_editor() then
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

-- Value lists of the enumerated columns, for forms of desktop programs; written by emprise db role create.
create table core.desktop_value (
    list text not null,
    value text not null,
    rank integer not null,
    fr text not null,
    en text not null,
    primary key (list, value)
);

-- What intake does to an outline, in the database: two dimensions, valid, mended when that moves no more than 1 %.
create function core.checked_outline(drawn geometry) returns geometry
language plpgsql stable set search_path = core, public, pg_temp as $$
declare
    flat geometry := st_multi(st_force2d(drawn));
    mended geometry := flat;
begin
    if drawn is null or st_isempty(drawn) then
        raise exception 'a parcel needs an outline: draw a polygon' using errcode = 'check_violation';
    end if;
    if not st_isvalid(flat) then
        mended := st_multi(st_collectionextract(st_makevalid(flat, 'method=structure'), 3));
        if abs(st_area(mended) - st_area(flat)) > 0.01 * st_area(flat) then
            raise exception 'malformed outline: %', st_isvalidreason(flat)
                using errcode = 'check_violation', hint = 'correct it there: mending would change its area by over 1 %';
        end if;
    end if;
    if st_area(mended) < 0.01 then
        raise exception 'the outline encloses no area' using errcode = 'check_violation';
    end if;
    if not st_coveredby(st_envelope(st_transform(mended, 4326)), desktop.area_of_use()) then
        raise exception 'the outline lies outside the territory''s coordinate system'
            using errcode = 'check_violation', hint = 'check the CRS of the project';
    end if;
    return mended;
end $$;

-- Edits through desktop.parcels: the base says who writes and keeps why; row rules say whose land it is.
create function core.desk_parcel() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
declare
    who text;
    computed text;
    written bigint;
begin
    select 'desktop:' || id into who from core.desktop_role where login = session_user;
    if who is null then
        raise exception '% is no desktop login of this database', session_user using errcode = 'insufficient_privilege';
    end if;
    perform set_config('emprise.actor', who, true);
    perform set_config('emprise.reason', coalesce(
        case when tg_op <> 'DELETE' then nullif(btrim(new.reason), '') end, core.setting('why'),
        format('QGIS, %s, %s', who, to_char(core.today(), 'DD/MM/YYYY'))), true);
    if tg_op = 'DELETE' then
        update core.parcel set deleted_on = core.today() where id = old.id and deleted_on is null;
        get diagnostics written = row_count;
    elsif tg_op = 'INSERT' then
        insert into core.parcel (name, site_key, cadastral_ids, surface_stated_m2, stade_amngt, stade_comm, etat_occup,
            usage, maitrise_fonc, cle_en_main, pollution, market, market_conditions, market_on, price_eur_m2, power_mw,
            owner_kind, contact, visibility, observed_on, geom)
        values (new.name, new.site_id, coalesce(new.cadastral_ids, '{}'), new.surface_stated_m2, new.stade_amngt,
            new.stade_comm, new.etat_occup, new.usage, new.maitrise_fonc, new.cle_en_main, new.pollution,
            coalesce(new.market, 'unknown'), new.market_conditions, new.market_on, new.price_eur_m2, new.power_mw,
            new.owner_kind, new.contact, coalesce(new.visibility, 'agency'), new.observed_on,
            core.checked_outline(new.geom))
        returning id into new.id;
        written := 1;
    else
        select string_agg(o.key, ', ' order by o.key) into computed
        from jsonb_each(to_jsonb(old)) o join jsonb_each(to_jsonb(new)) n using (key)
        where o.value is distinct from n.value and o.key = any (tg_argv);
        if computed is not null then
            raise exception 'computed, not edited: %', computed using errcode = 'check_violation',
                hint = 'edit what it follows from, for example the outline';
        end if;
        -- Only what is changed: what another wrote since the row was read stays.
        update core.parcel set
            name = case when new.name is distinct from old.name then new.name else name end,
            site_key = case when new.site_id is distinct from old.site_id then new.site_id else site_key end,
            cadastral_ids = case when new.cadastral_ids is distinct from old.cadastral_ids
                then coalesce(new.cadastral_ids, '{}') else cadastral_ids end,
            surface_stated_m2 = case when new.surface_stated_m2 is distinct from old.surface_stated_m2
                then new.surface_stated_m2 else surface_stated_m2 end,
            stade_amngt = case when new.stade_amngt is distinct from old.stade_amngt
                then new.stade_amngt else stade_amngt end,
            stade_comm = case when new.stade_comm is distinct from old.stade_comm
                then new.stade_comm else stade_comm end,
            etat_occup = case when new.etat_occup is distinct from old.etat_occup
                then new.etat_occup else etat_occup end,
            usage = case when new.usage is distinct from old.usage then new.usage else usage end,
            maitrise_fonc = case when new.maitrise_fonc is distinct from old.maitrise_fonc
                then new.maitrise_fonc else maitrise_fonc end,
            cle_en_main = case when new.cle_en_main is distinct from old.cle_en_main
                then new.cle_en_main else cle_en_main end,
            pollution = case when new.pollution is distinct from old.pollution then new.pollution else pollution end,
            market = case when new.market is distinct from old.market then new.market else market end,
            market_conditions = case when new.market_conditions is distinct from old.market_conditions
                then new.market_conditions else market_conditions end,
            market_on = case when new.market_on is distinct from old.market_on then new.market_on else market_on end,
            price_eur_m2 = case when new.price_eur_m2 is distinct from old.price_eur_m2
                then new.price_eur_m2 else price_eur_m2 end,
            power_mw = case when new.power_mw is distinct from old.power_mw then new.power_mw else power_mw end,
            owner_kind = case when new.owner_kind is distinct from old.owner_kind
                then new.owner_kind else owner_kind end,
            contact = case when new.contact is distinct from old.contact then new.contact else contact end,
            visibility = case when new.visibility is distinct from old.visibility
                then new.visibility else visibility end,
            observed_on = case when new.observed_on is distinct from old.observed_on
                then new.observed_on else observed_on end,
            geom = case when new.geom is distinct from old.geom then core.checked_outline(new.geom) else geom end
        where id = old.id and deleted_on is null;
        get diagnostics written = row_count;
    end if;
    if written = 0 then
        raise exception 'parcel % is the responsibility of %', old.id, coalesce(old.responsible, 'nobody')
            using errcode = 'insufficient_privilege', hint = 'ask them for the edit';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;

revoke execute on function core.desktop_organisation(), core.desktop_is_agency(), core.own_organisation(),
    core.is_editor(), core.checked_outline(geometry), core.desk_parcel() from public;
grant execute on function core.desktop_organisation(), core.own_organisation(), core.is_editor()
    to emprise_company, emprise_planner, emprise_admin, emprise_worker, emprise_gate;
grant execute on function core.desktop_organisation(), core.desktop_is_agency(), core.own_organisation(),
    core.setting(text), core.today(), core.may_edit(bigint) to emprise_desktop;
grant select, insert, update, delete on core.desktop_value to emprise_worker;
