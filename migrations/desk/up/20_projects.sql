-- Projects: what one company looks for, under a code name, and what was shown to it.
alter table core.project
    add column lost_why text,
    add column actor text not null default coalesce(core.setting('actor'), session_user),
    add column updated_at timestamptz not null default now(),
    add column version integer not null default 1,
    add constraint project_lost check ((status = 'lost') = (lost_why is not null));
create index project_organisation on core.project (organisation, status);
alter table core.need
    add column why text,
    add column actor text not null default coalesce(core.setting('actor'), session_user);
comment on table core.need is 'every version stays; the highest is the one that counts';

create function core.stamp_project() returns trigger language plpgsql as $$
begin
    new.organisation := old.organisation;
    new.created_at := old.created_at;
    new.actor := old.actor;
    new.version := old.version + 1;
    new.updated_at := now();
    return new;
end $$;
create trigger a_stamp_project before update on core.project for each row execute function core.stamp_project();

-- Each status a project had, from when, and why it changed.
create table core.project_status (
    id bigint generated always as identity primary key,
    project bigint not null references core.project on delete cascade,
    status text not null,
    why text,
    actor text not null default coalesce(core.setting('actor'), session_user),
    at timestamptz not null default now()
);
create index project_status_project on core.project_status (project, at);
create function core.note_project_status() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    if tg_op = 'INSERT' or old.status is distinct from new.status then
        insert into core.project_status (project, status, why)
        values (new.id, new.status, coalesce(core.setting('reason'), new.lost_why));
    end if;
    return null;
end $$;
create trigger b_project_status after insert or update on core.project
    for each row execute function core.note_project_status();

-- Sites kept for a project in an order set by hand. A site is one parcel, or several together.
create table core.shortlist (
    id bigint generated always as identity primary key,
    project bigint not null references core.project on delete cascade,
    parcels bigint[] not null check (cardinality(parcels) between 1 and 20),
    rank integer not null check (rank > 0),
    reason text not null,
    actor text not null default coalesce(core.setting('actor'), session_user),
    added_at timestamptz not null default now(),
    removed_at timestamptz,
    removed_why text,
    check ((removed_at is null) = (removed_why is null))
);
create unique index shortlist_rank on core.shortlist (project, rank) where removed_at is null;
create index shortlist_parcels on core.shortlist using gin (parcels) where removed_at is null;

-- Who was proposed what, when: rows are never overwritten.
create table core.proposed (
    id bigint generated always as identity primary key,
    project bigint not null references core.project on delete cascade,
    parcels bigint[] not null check (cardinality(parcels) between 1 and 20),
    contact bigint references core.contact,
    told_whom text,
    means text not null check (means in ('mail', 'call', 'meeting', 'visit', 'dossier', 'other')),
    proposed_on date not null,
    note text,
    actor text not null default coalesce(core.setting('actor'), session_user),
    recorded_at timestamptz not null default now()
);
create index proposed_project on core.proposed (project, proposed_on);
comment on column core.proposed.told_whom is 'an office or a role, never a person: people are contacts';

-- What a need was answered the last time it was looked at, site by site: to say what changed since.
create table core.need_answer (
    id bigint generated always as identity primary key,
    need bigint not null references core.need on delete cascade,
    as_of date not null,
    answered_at timestamptz not null default now(),
    digest text not null,
    counts jsonb not null,
    sites jsonb not null,
    actor text not null default coalesce(core.setting('actor'), session_user)
);
create index need_answer_need on core.need_answer (need, answered_at);
comment on column core.need_answer.sites is
    'a list of {parcels, list: matches|to_check|near_misses, rank, failing, p80}';

do $$
declare t text;
begin
    foreach t in array array['project_status', 'shortlist', 'proposed', 'need_answer'] loop
        execute format('alter table core.%I enable row level security, force row level security', t);
        execute format('create policy read on core.%I for select to emprise_worker using (true)', t);
        execute format('grant select on core.%I to emprise_worker', t);
    end loop;
end $$;
-- The company of a project sees it; what is kept of it is written by the organisation that follows it.
create policy of_company on core.project for select to emprise_owner
    using (session_user = 'emprise_company' and id = core.current_project());
drop policy own on core.need;
revoke execute on function core.stamp_project(), core.note_project_status() from public;
create policy read on core.need for select to emprise_owner
    using (exists (select from core.project p where p.id = project));
create policy add on core.need for insert to emprise_owner with check (exists (
    select from core.project p where p.id = project
        and (session_user = 'emprise_admin' or p.organisation = core.current_organisation())));
create policy note on core.project_status for insert to emprise_owner with check (true);
create policy of_company on core.shortlist for select to emprise_owner
    using (session_user = 'emprise_company' and project = core.current_project());
create policy of_company on core.proposed for select to emprise_owner
    using (session_user = 'emprise_company' and project = core.current_project());
do $$
declare
    follows text := 'exists (select from core.project p where p.id = project
        and (session_user = ''emprise_admin'' or p.organisation = core.current_organisation()))';
begin
    execute format('create policy own on core.shortlist to emprise_owner using (%1$s) with check (%1$s)', follows);
    execute format('create policy read_own on core.project_status for select to emprise_owner using (%s)', follows);
    execute format('create policy read_own on core.proposed for select to emprise_owner using (%s)', follows);
    execute format('create policy add on core.proposed for insert to emprise_owner with check (%s)', follows);
    follows := 'exists (select from core.need n where n.id = need and exists (
        select from core.project p where p.id = n.project
            and (session_user = ''emprise_admin'' or p.organisation = core.current_organisation())))';
    execute format('create policy read_own on core.need_answer for select to emprise_owner using (%s)', follows);
    execute format('create policy add on core.need_answer for insert to emprise_owner with check (%s)', follows);
end $$;

-- The worker looks again at the needs of open projects when land comes back.
grant select on core.project, core.need to emprise_worker;
create policy work on core.project for select to emprise_worker using (true);
create policy work on core.need for select to emprise_worker using (true);
