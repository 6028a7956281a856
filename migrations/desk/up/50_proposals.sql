-- One organisation answers for a parcel: what others know better they propose, and it accepts or refuses.
create table core.proposal (
    id bigint generated always as identity primary key,
    parcel bigint not null references core.parcel on delete cascade,
    kind text not null check (kind in ('facts', 'commitment')),
    document jsonb not null,
    seen jsonb not null default '{}',
    why text not null,
    organisation bigint references core.organisation,
    actor text not null,
    filed_at timestamptz not null default clock_timestamp(),
    decision text check (decision in ('accepted', 'refused', 'withdrawn')),
    decided_at timestamptz,
    decided_by text,
    decided_why text,
    check ((decision is null) = (decided_at is null))
);
create index proposal_parcel on core.proposal (parcel) where decision is null;
create index proposal_organisation on core.proposal (organisation);
comment on column core.proposal.document is 'facts: {columns, properties, geometry}; commitment: what would be recorded';
comment on column core.proposal.seen is 'the facts as their author saw them: another value since is a conflict';

-- Who files and who decides is not theirs to say; what was filed stays as it was.
create function core.stamp_proposal() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if session_user <> 'emprise_worker' then
            new.organisation := core.current_organisation();
            new.actor := coalesce(core.setting('actor'), session_user);
        end if;
        new.decision := null;
        new.decided_at := null;
        new.filed_at := clock_timestamp();
        return new;
    end if;
    if session_user = 'emprise_worker' then
        return new;  -- who erases a person takes their name out of what others wrote
    end if;
    if old.decision is not null
       or (new.parcel, new.kind, new.document, new.seen, new.why, new.organisation, new.actor, new.filed_at)
          is distinct from
          (old.parcel, old.kind, old.document, old.seen, old.why, old.organisation, old.actor, old.filed_at) then
        raise exception 'a proposal stays as it was filed and is decided once' using errcode = 'restrict_violation';
    end if;
    new.decided_at := clock_timestamp();
    new.decided_by := coalesce(core.setting('actor'), session_user);
    return new;
end $$;
create trigger a_stamp before insert or update on core.proposal for each row execute function core.stamp_proposal();
revoke execute on function core.stamp_proposal() from public;

-- Its author and who answers for the land see it; nobody else is told that it is there.
alter table core.proposal enable row level security, force row level security;
create policy read on core.proposal for select to emprise_owner using (
    session_user = 'emprise_admin' or organisation = core.current_organisation()
    or exists (select from core.parcel p where p.id = parcel and core.may_edit(p.responsible)));
create policy file on core.proposal for insert to emprise_owner with check (
    session_user in ('emprise_admin', 'emprise_planner') and exists (select from core.parcel p where p.id = parcel
        and p.deleted_on is null and (session_user = 'emprise_admin' or p.visibility in ('public', 'partners')
            or p.responsible = core.current_organisation() or (p.visibility = 'agency' and core.is_agency()))));
create policy decide on core.proposal for update to emprise_owner
    using (exists (select from core.parcel p where p.id = parcel and core.may_edit(p.responsible)))
    with check (decision in ('accepted', 'refused') and exists (
        select from core.parcel p where p.id = parcel and core.may_edit(p.responsible)));
create policy take_back on core.proposal for update to emprise_owner
    using (organisation = core.current_organisation())
    with check (decision = 'withdrawn' and organisation = core.current_organisation());
create policy work on core.proposal to emprise_worker using (true) with check (true);
grant select, update (why, decided_why) on core.proposal to emprise_worker;

-- Consents: who opened which parcel to whom until when, and each time that was changed.
alter table core.consent add column why text, add column actor text;
create table core.consent_change (
    id bigint generated always as identity primary key,
    parcel bigint not null references core.parcel on delete cascade,
    project bigint not null,
    until date not null,
    why text,
    actor text,
    organisation bigint,
    at timestamptz not null default clock_timestamp()
);
create index consent_change_parcel on core.consent_change (parcel, id);
create function core.note_consent() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    insert into core.consent_change (parcel, project, until, why, actor, organisation)
    values (new.parcel, new.project, new.until, new.why, new.actor, new.granted_by);
    return null;
end $$;
create function core.stamp_consent() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    if session_user <> 'emprise_worker' then
        new.granted_by := coalesce(core.current_organisation(),
            (select p.responsible from core.parcel p where p.id = new.parcel), new.granted_by);
        new.granted_at := now();
        new.actor := coalesce(core.setting('actor'), session_user);
    end if;
    return new;
end $$;
create trigger a_stamp before insert or update on core.consent for each row execute function core.stamp_consent();
create trigger noted after insert or update on core.consent for each row execute function core.note_consent();
revoke execute on function core.stamp_consent(), core.note_consent() from public;
alter table core.consent_change enable row level security, force row level security;
create policy read on core.consent_change for select to emprise_owner using (
    exists (select from core.parcel p where p.id = parcel and core.may_edit(p.responsible)));
create policy note on core.consent_change for insert to emprise_owner with check (true);
create policy work on core.consent_change to emprise_worker using (true) with check (true);
grant select, insert on core.consent_change to emprise_worker;

-- Whether land is still available: who was asked by which link, and what they answered.
create table core.availability_asked (
    id bigint generated always as identity primary key,
    parcel bigint not null references core.parcel on delete cascade,
    contact bigint not null references core.contact,
    organisation bigint references core.organisation,
    actor text not null default coalesce(core.setting('actor'), session_user),
    asked_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null
);
create index availability_asked_contact on core.availability_asked (contact, asked_at);
create index availability_asked_parcel on core.availability_asked (parcel);
create table core.availability_answer (
    id bigint generated always as identity primary key,
    asked bigint not null references core.availability_asked on delete cascade,
    organisation bigint references core.organisation,
    answer text not null check (answer in ('available', 'optioned', 'sold', 'correct')),
    until date,
    note text,
    deal bigint,
    proposal bigint,
    actor text not null default coalesce(core.setting('actor'), session_user),
    answered_at timestamptz not null default clock_timestamp()
);
create index availability_answer_asked on core.availability_answer (asked, id);
comment on column core.availability_answer.deal is 'the commitment it was recorded as; a later answer takes it back';
do $$
declare t text;
begin
    foreach t in array array['availability_asked', 'availability_answer'] loop
        execute format('alter table core.%I enable row level security, force row level security', t);
        execute format('create policy own on core.%1$I to emprise_owner
            using (session_user = ''emprise_admin'' or organisation = core.current_organisation())
            with check (session_user = ''emprise_admin'' or organisation = core.current_organisation())', t);
        execute format('create policy work on core.%I to emprise_worker using (true) with check (true)', t);
        execute format('grant select, insert, update, delete on core.%I to emprise_worker', t);
    end loop;
end $$;
grant usage on all sequences in schema core to emprise_worker;
