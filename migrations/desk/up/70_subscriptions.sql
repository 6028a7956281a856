-- What people are told of by a daily mail or a feed: saved searches and projects, each seen through certain eyes.
create table core.saved_search (
    id bigint generated always as identity primary key,
    organisation bigint not null references core.organisation,
    name text not null check (length(name) between 1 and 200),
    audience text not null check (audience in ('public', 'company', 'planner')),
    filter text,
    need jsonb,
    actor text not null default coalesce(core.setting('actor'), session_user),
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    check ((filter is null) <> (need is null))
);
create unique index saved_search_name on core.saved_search (organisation, lower(name)) where ended_at is null;
comment on column core.saved_search.audience is
    'through whose eyes it is looked at: anybody''s, those of signed-in companies, or of the organisation''s planners';
comment on column core.saved_search.filter is 'a condition on parcels (CQL2 text)';

-- What certain eyes saw of a search or a project the last time, and each change since. Nobody else's eyes made it.
create table core.watch (
    id bigint generated always as identity primary key,
    uid uuid not null default gen_random_uuid(),
    search bigint references core.saved_search on delete cascade,
    project bigint references core.project on delete cascade,
    audience text not null check (audience in ('public', 'company', 'planner')),
    organisation bigint references core.organisation,
    created_at timestamptz not null default now(),
    looked_at timestamptz,
    too_wide boolean not null default false,
    check ((search is null) <> (project is null)),
    unique nulls not distinct (search, project, audience, organisation)
);
create table core.watch_seen (
    watch bigint not null references core.watch on delete cascade,
    parcel bigint not null references core.parcel on delete cascade,
    facts jsonb not null,
    primary key (watch, parcel)
);
create index watch_seen_parcel on core.watch_seen (parcel);
create table core.watch_event (
    id bigint generated always as identity primary key,
    watch bigint not null references core.watch on delete cascade,
    parcel bigint not null references core.parcel on delete cascade,
    kind text not null check (kind in ('new', 'changed', 'gone')),
    before jsonb,
    after jsonb,
    at timestamptz not null default now()
);
create index watch_event_watch on core.watch_event (watch, id);
create index watch_event_parcel on core.watch_event (parcel);

create table core.subscription (
    id bigint generated always as identity primary key,
    organisation bigint not null references core.organisation,
    contact bigint not null references core.contact,
    search bigint references core.saved_search on delete cascade,
    project bigint references core.project on delete cascade,
    told_up_to bigint not null default 0,
    told_on date,
    actor text not null default coalesce(core.setting('actor'), session_user),
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    ended_why text check (ended_why in ('unsubscribed', 'by_hand', 'erased')),
    check ((search is null) <> (project is null)),
    check ((ended_at is null) = (ended_why is null))
);
create unique index subscription_once on core.subscription (contact, search, project) nulls not distinct
    where ended_at is null;
create index subscription_search on core.subscription (search);
create index subscription_project on core.subscription (project);
comment on column core.subscription.told_up_to is 'the last event that a digest held';
comment on column core.subscription.told_on is 'the last day on which a digest was made, or found nothing to tell';

do $$
declare t text;
begin
    foreach t in array array['saved_search', 'watch', 'watch_seen', 'watch_event', 'subscription'] loop
        execute format('alter table core.%I enable row level security, force row level security', t);
        execute format('create policy work on core.%I to emprise_worker using (true) with check (true)', t);
        execute format('grant select, insert, update, delete on core.%I to emprise_worker', t);
    end loop;
end $$;
create policy own on core.saved_search to emprise_owner
    using (core.is_mine(organisation)) with check (core.is_mine(organisation));
-- A subscription joins what one organisation keeps: its contact, and its search or project.
create policy own on core.subscription to emprise_owner using (core.is_mine(organisation))
    with check (core.is_mine(organisation)
        and exists (select from core.contact c where c.id = contact and c.organisation = subscription.organisation)
        and (search is null or exists (
            select from core.saved_search s where s.id = search and s.organisation = subscription.organisation))
        and (project is null or exists (
            select from core.project p where p.id = project and p.organisation = subscription.organisation)));
grant usage on all sequences in schema core to emprise_worker;

-- What a person wrote is emptied when the person is erased.
grant select, update on core.enquiry to emprise_worker;
create policy privacy on core.enquiry for update to emprise_worker using (true) with check (true);
grant select on core.proposed, core.availability_answer to emprise_worker;
grant update (note, told_whom) on core.proposed to emprise_worker;
grant update (note) on core.availability_answer to emprise_worker;
create policy privacy on core.proposed for update to emprise_worker using (true) with check (true);
create policy privacy on core.availability_answer for update to emprise_worker using (true) with check (true);
grant select, delete on core.idempotency to emprise_worker;
create policy privacy on core.idempotency to emprise_worker using (true) with check (true);
