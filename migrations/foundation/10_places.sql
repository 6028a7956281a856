-- Places and reference layers: who holds which territory, and the ground itself.
create schema core;

create table core.organisation (
    id bigint generated always as identity primary key,
    siren text unique check (siren ~ '^\d{9}$'),
    name text not null,
    kind text not null check (kind in ('territory', 'agency', 'company')),
    created_at timestamptz not null default now()
);

create table core.commune (
    insee text primary key check (insee ~ '^(\d{5}|2[AB]\d{3})$'),
    name text not null,
    departement text not null,
    population integer,
    epci_siren text,
    epci_name text,
    cadastre_complete_on date,
    digest bytea not null,
    geom geometry(MultiPolygon, {srid}) not null check (st_isvalid(geom))
);
create index commune_geom on core.commune using gist (geom);
create index commune_epci on core.commune (epci_siren);
comment on column core.commune.cadastre_complete_on is 'vintage of a complete cadastre of the commune; null: not known to be complete';

-- Territories may overlap: several organisations may hold one commune.
create table core.territory (
    organisation bigint not null references core.organisation on delete cascade,
    insee text not null,
    primary key (organisation, insee)
);

create table core.named_area (
    id bigint generated always as identity primary key,
    kind text not null,
    code text not null,
    name text not null,
    organisation bigint references core.organisation on delete cascade,
    digest bytea not null,
    geom geometry(MultiPolygon, {srid}) not null check (st_isvalid(geom)),
    unique (kind, code)
);
create index named_area_geom on core.named_area using gist (geom);

create table core.source (
    id bigint generated always as identity primary key,
    dataset text not null unique,
    producer text,
    licence text,
    url text
);
comment on column core.source.dataset is 'stable name of a source; with a record''s own key it makes the natural key';

create table core.import (
    id bigint generated always as identity primary key,
    source bigint not null references core.source,
    layer text not null,
    file_name text not null,
    file_sha256 bytea not null,
    schema_name text not null,
    actor text not null,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    counts jsonb not null default '{}',
    report jsonb not null default '{}'
);
create index import_source on core.import (source, started_at desc);

-- Where a source of a layer has been loaded: only there does "nothing found" mean "nothing there".
create table core.coverage (
    id bigint generated always as identity primary key,
    layer text not null,
    source bigint not null references core.source,
    geom geometry(MultiPolygon, {srid}) not null,
    unique (layer, source)
);
create index coverage_geom on core.coverage using gist (geom);

create table core.cadastral_parcel (
    id bigint generated always as identity primary key,
    idu text not null unique check (idu ~ '^(\d{5}|2[AB]\d{3})\d{3}[0-9A-Z]{2}\d{4}$'),
    commune_insee text not null,
    prefixe text not null,
    section text not null,
    numero text not null,
    contenance_m2 double precision,
    arpente boolean,
    created_on date,
    updated_on date,
    source bigint not null references core.source,
    import bigint not null references core.import,
    digest bytea not null,
    geom geometry(MultiPolygon, {srid}) not null check (st_isvalid(geom))
);
create index cadastral_parcel_geom on core.cadastral_parcel using gist (geom);
create index cadastral_parcel_commune on core.cadastral_parcel (commune_insee);

create table core.pole (
    id bigint generated always as identity primary key,
    source bigint not null references core.source,
    import bigint not null references core.import,
    key text not null,
    name text,
    facts jsonb not null default '{}',
    digest bytea not null,
    geom geometry(Point, {srid}),
    unique (source, key)
);

create table core.site (
    id bigint generated always as identity primary key,
    source bigint not null references core.source,
    import bigint not null references core.import,
    key text not null,
    name text,
    site_type text,
    vocation text,
    etat text,
    commune_insee text,
    commune_name text,
    epci_siren text,
    epci_name text,
    synthetic boolean not null default false,
    digest bytea not null,
    geom geometry(MultiPolygon, {srid}) check (st_isvalid(geom)),
    unique (source, key)
);
create index site_geom on core.site using gist (geom);
create index site_key on core.site (key);

create table core.establishment (
    id bigint generated always as identity primary key,
    source bigint not null references core.source,
    import bigint not null references core.import,
    siret text not null unique check (siret ~ '^\d{14}$'),
    name text,
    activity_code text,
    digest bytea not null,
    geom geometry(Point, {srid})
);
create index establishment_geom on core.establishment using gist (geom);

create table core.planning_document (
    id bigint generated always as identity primary key,
    source bigint not null references core.source,
    partition text not null,
    idurba text,
    approved_on date,
    enforceable_on date,
    retired_on date,
    loaded_at timestamptz not null default now(),
    unique nulls not distinct (partition, approved_on)
);
comment on table core.planning_document is 'a plan is loaded as a unit; a newer one retires the older from its enforceable date';

create table core.zone (
    id bigint generated always as identity primary key,
    document bigint not null references core.planning_document on delete cascade,
    source bigint not null references core.source,
    import bigint not null references core.import,
    key text not null,
    libelle text,
    libelong text,
    typezone text,
    destdomi text,
    formdomi text,
    destoui text,
    destcdt text,
    destnon text,
    nomfic text,
    urlfic text,
    commune_insee text,
    industry text not null,
    industry_rule text not null,
    industry_source text not null,
    industry_confidence double precision not null,
    synthetic boolean not null default false,
    digest bytea not null,
    geom geometry(MultiPolygon, {srid}) not null check (st_isvalid(geom)),
    unique (document, key)
);
create index zone_geom on core.zone using gist (geom);

create table core.constraint_area (
    id bigint generated always as identity primary key,
    source bigint not null references core.source,
    import bigint not null references core.import,
    key text not null,
    kind text not null,
    label text,
    effect text not null check (effect in ('forbids', 'restricts', 'informs')),
    clearance_m double precision not null default 0 check (clearance_m between 0 and 5000),
    source_date date,
    synthetic boolean not null default false,
    digest bytea not null,
    geom geometry(MultiPolygon, {srid}) not null check (st_isvalid(geom)),
    unique (source, key)
);
create index constraint_area_geom on core.constraint_area using gist (geom);

create table core.building (
    id bigint generated always as identity primary key,
    source bigint not null references core.source,
    import bigint not null references core.import,
    key text not null,
    height_m double precision,
    synthetic boolean not null default false,
    digest bytea not null,
    geom geometry(MultiPolygon, {srid}) not null check (st_isvalid(geom)),
    unique (source, key)
);
create index building_geom on core.building using gist (geom);

create table core.network_point (
    id bigint generated always as identity primary key,
    source bigint not null references core.source,
    import bigint not null references core.import,
    key text not null,
    kind text not null,
    name text,
    voltage_kv double precision,
    free_mw double precision,
    synthetic boolean not null default false,
    digest bytea not null,
    geom geometry(Point, {srid}) not null,
    unique (source, key)
);
create index network_point_geom on core.network_point using gist (geom);
create index network_point_kind on core.network_point (kind);
