-- Small private tables: what one organisation or one person must keep to itself.
create table core.project (
    id bigint generated always as identity primary key,
    organisation bigint not null references core.organisation,
    code_name text not null,
    status text not null default 'detected'
        check (status in ('detected', 'qualified', 'proposed', 'visited', 'sited', 'lost')),
    confidential boolean not null default true,
    created_at timestamptz not null default now()
);

create table core.need (
    id bigint generated always as identity primary key,
    project bigint not null references core.project on delete cascade,
    version integer not null,
    document jsonb not null,
    created_at timestamptz not null default now(),
    unique (project, version)
);

create table core.enquiry (
    id bigint generated always as identity primary key,
    organisation bigint references core.organisation,
    project bigint references core.project,
    channel text not null,
    received_at timestamptz not null,
    due_at timestamptz not null,
    body text not null,
    contact jsonb not null default '{}',
    status text not null default 'open' check (status in ('open', 'answered', 'closed'))
);

create table core.consent (
    parcel bigint not null references core.parcel,
    project bigint not null references core.project on delete cascade,
    until date not null,
    granted_by bigint not null references core.organisation,
    granted_at timestamptz not null default now(),
    primary key (parcel, project)
);

create table core.api_key (
    id bigint generated always as identity primary key,
    prefix text not null unique,
    secret_sha256 bytea not null,
    label text not null,
    audience text not null check (audience in ('company', 'planner', 'admin')),
    organisation bigint references core.organisation,
    project bigint references core.project,
    lenient boolean not null default false,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_on date
);
comment on column core.api_key.lenient is 'writes without If-Match are accepted, as QGIS needs';

create table core.sign_in_link (
    token_sha256 bytea primary key,
    audience text not null check (audience in ('company', 'planner', 'admin')),
    organisation bigint references core.organisation,
    project bigint references core.project,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
);

create table core.session (
    id bigint generated always as identity primary key,
    token_sha256 bytea not null unique,
    audience text not null check (audience in ('company', 'planner', 'admin')),
    organisation bigint references core.organisation,
    project bigint references core.project,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz
);

create table core.idempotency (
    principal text not null,
    route text not null,
    key text not null,
    body_sha256 bytea not null,
    status integer,
    headers jsonb,
    body bytea,
    created_at timestamptz not null default now(),
    primary key (principal, route, key)
);

create table core.unmet_demand (
    sector text not null,
    surface_class text not null,
    power_class text not null,
    departement text not null,
    quarter date not null,
    needs integer not null default 0 check (needs >= 0),
    primary key (sector, surface_class, power_class, departement, quarter)
);
comment on table core.unmet_demand is 'binned, no need is kept; shown from 5 up';
