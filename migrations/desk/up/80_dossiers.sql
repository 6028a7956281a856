-- Dossiers: what was told of some sites on one day, kept as it was told. A row is never changed but for its sharing.
create table core.dossier (
    id bigint generated always as identity primary key,
    organisation bigint not null references core.organisation,
    project bigint not null references core.project on delete cascade,
    need bigint not null references core.need on delete cascade,
    title text not null check (length(title) between 1 and 200),
    language text not null check (language in ('fr', 'en')),
    anonymous boolean not null,
    as_of date not null,
    asked jsonb not null,
    facts jsonb not null,
    logo bytea check (length(logo) <= 500000),
    logo_type text check (logo_type in ('image/png', 'image/svg+xml')),
    actor text not null default coalesce(core.setting('actor'), session_user),
    created_at timestamptz not null default now(),
    shared_until timestamptz,
    check ((logo is null) = (logo_type is null))
);
create index dossier_project on core.dossier (project, id);
create index dossier_need on core.dossier (need);
comment on column core.dossier.asked is 'as the planner asked: sites in order with their texts, options';
comment on column core.dossier.facts is 'what the pages are made of; of an anonymous one nothing else is kept';
comment on column core.dossier.shared_until is 'the company of the project reads it until then';

alter table core.dossier enable row level security, force row level security;
create policy of_company on core.dossier for select to emprise_owner
    using (session_user = 'emprise_company' and project = core.current_project() and shared_until > now());
create policy own on core.dossier to emprise_owner
    using (session_user = 'emprise_admin'
        or (session_user = 'emprise_planner' and organisation = core.current_organisation()))
    with check (session_user = 'emprise_admin'
        or (session_user = 'emprise_planner' and organisation = core.current_organisation()));
