-- Parcels: land obtainable as one, the facts stated about it, and where it came from.
create table core.parcel (
    id bigint generated always as identity primary key,
    source bigint not null references core.source,
    import bigint references core.import,
    key text not null,
    origin text not null check (origin in ('terrain', 'friche', 'cadastre', 'drawn')),
    name text,
    site_key text,
    commune_insee text,
    cadastral_ids text[] not null default '{}',
    surface_stated_m2 double precision check (surface_stated_m2 >= 0),
    stade_amngt text,
    stade_comm text,
    etat_occup text,
    usage text,
    maitrise_fonc text,
    cle_en_main boolean,
    pollution text,
    market text not null check (market in ('for_sale', 'for_lease', 'optioned', 'under_promise', 'sold',
        'reserved_by_council', 'kept_by_owner', 'not_marketed', 'prospect', 'unknown')),
    market_conditions boolean,
    market_on date,
    price_eur_m2 double precision check (price_eur_m2 >= 0),
    power_mw double precision check (power_mw >= 0),
    owner_kind text,
    owner_siren text check (owner_siren ~ '^\d{9}$'),
    buyer text,
    sale_amount double precision,
    contact text,
    visibility text not null check (visibility in ('public', 'partners', 'agency', 'private')),
    responsible bigint references core.organisation,
    overrides jsonb not null default '{}',
    synthetic boolean not null default false,
    observed_on date,
    digest bytea not null,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_on date,
    location geometry(Point, {srid}),
    geom geometry(MultiPolygon, {srid}) check (st_isvalid(geom) and st_area(geom) > 0),
    unique (source, key)
);
create index parcel_geom on core.parcel using gist (geom) where deleted_on is null;
create index parcel_commune on core.parcel (commune_insee);
create index parcel_market on core.parcel (market, id) where deleted_on is null;
create index parcel_visibility on core.parcel (visibility, responsible) where visibility <> 'public';
comment on column core.parcel.overrides is
    '{field: {value, by, on, source, why, imported}}: a planner''s value wins over the import, which is kept beside it';

create table core.parcel_cadastral (
    parcel bigint not null references core.parcel on delete cascade,
    idu text not null,
    share double precision not null check (share > 0 and share <= 1.000001),
    primary key (parcel, idu)
);
create index parcel_cadastral_idu on core.parcel_cadastral (idu);

create table core.parcel_lineage (
    old bigint not null references core.parcel,
    new bigint not null references core.parcel,
    share double precision not null,
    cause text not null check (cause in ('split', 'merge', 'renumbered', 'redrawn')),
    "on" date not null,
    primary key (old, new)
);

-- Commitments and step states are rows never overwritten: effective_on is when it was true (deed, vote),
-- recorded_at when we learnt it, superseded_at when a better record replaced it.
create table core.commitment (
    id bigint generated always as identity primary key,
    parcel bigint not null references core.parcel,
    kind text not null check (kind in ('interest', 'option', 'council_vote', 'promesse', 'deed')),
    project bigint,
    buyer text,
    rank smallint not null default 1 check (rank > 0),
    conditions text,
    outcome text check (outcome in ('kept', 'lapsed', 'withdrawn', 'failed', 'completed')),
    effective_on date not null,
    expires_on date check (expires_on >= effective_on),
    recorded_at timestamptz not null default now(),
    superseded_at timestamptz check (superseded_at >= recorded_at),
    actor text not null,
    evidence text
);
create index commitment_parcel on core.commitment (parcel, effective_on);

create table core.step_state (
    id bigint generated always as identity primary key,
    parcel bigint not null references core.parcel,
    step text not null,
    state text not null check (state in ('not_needed', 'to_do', 'running', 'done', 'expired', 'blocked', 'unknown')),
    effective_on date not null,
    expires_on date,
    recorded_at timestamptz not null default now(),
    superseded_at timestamptz check (superseded_at >= recorded_at),
    actor text not null,
    evidence text,
    why text
);
create index step_state_parcel on core.step_state (parcel, step, effective_on);

-- Only the closing of a record may be written on a row that exists.
create function core.keep_records() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception '% keeps its rows: supersede a record, do not delete it', tg_table_name
            using errcode = 'restrict_violation';
    end if;
    if old.superseded_at is not null
       or to_jsonb(new) - 'superseded_at' is distinct from to_jsonb(old) - 'superseded_at' then
        raise exception '% keeps its rows: write a new record and supersede this one', tg_table_name
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger keep_records before update or delete on core.commitment
    for each row execute function core.keep_records();
create trigger keep_records before update or delete on core.step_state
    for each row execute function core.keep_records();

-- When a record was learnt and by whom is not for its writer to say; the worker alone loads what others recorded.
create function core.stamp_record() returns trigger language plpgsql as $$
begin
    if session_user <> 'emprise_worker' then
        if tg_op = 'INSERT' then
            new.recorded_at := now();
            new.superseded_at := null;
            new.actor := coalesce(nullif(current_setting('emprise.actor', true), ''), session_user);
        elsif new.superseded_at is distinct from old.superseded_at then
            new.superseded_at := now();
        end if;
    end if;
    return new;
end $$;
create trigger a_stamp before insert or update on core.commitment
    for each row execute function core.stamp_record();
create trigger a_stamp before insert or update on core.step_state
    for each row execute function core.stamp_record();

create function core.step_states_at(as_of date, known_at timestamptz)
returns setof core.step_state language sql stable parallel safe as $$
    select distinct on (parcel, step) *
    from core.step_state
    where effective_on <= as_of and recorded_at <= known_at
      and (superseded_at is null or superseded_at > known_at)
    order by parcel, step, effective_on desc, recorded_at desc, id desc
$$;

create function core.commitments_at(as_of date, known_at timestamptz)
returns setof core.commitment language sql stable parallel safe as $$
    select * from core.commitment
    where effective_on <= as_of and recorded_at <= known_at
      and (superseded_at is null or superseded_at > known_at)
      and (expires_on is null or expires_on >= as_of)
      and outcome is distinct from 'lapsed' and outcome is distinct from 'withdrawn'
      and outcome is distinct from 'failed'
$$;
