-- Consultations: an anonymous need shown to territories until a deadline, and what each answered.
create table core.consultation (
    id bigint generated always as identity primary key,
    organisation bigint not null references core.organisation,
    project bigint references core.project on delete cascade,
    enquiry bigint references core.enquiry on delete cascade,
    need jsonb not null,
    message text,
    deadline timestamptz not null,
    actor text not null default coalesce(core.setting('actor'), session_user),
    created_at timestamptz not null default now(),
    closed_at timestamptz,
    check ((project is null) <> (enquiry is null))
);
create index consultation_project on core.consultation (project);
create index consultation_enquiry on core.consultation (enquiry);
comment on column core.consultation.need is 'only the fields that were chosen to go out: no name, no code, no contact';

-- Who was asked. ``asker`` is the organisation of the consultation: row rules ask no other table.
create table core.consulted (
    id bigint generated always as identity primary key,
    consultation bigint not null references core.consultation on delete cascade,
    asker bigint not null references core.organisation,
    organisation bigint not null references core.organisation,
    contact bigint references core.contact,
    language text not null default 'fr' check (language in ('fr', 'en')),
    asked_at timestamptz not null default now(),
    reminded_at timestamptz,
    answered_at timestamptz,
    unique (consultation, organisation)
);
create index consulted_organisation on core.consulted (organisation);

-- What they answered, row by row; nothing of it counts until it is accepted.
create table core.consultation_answer (
    id bigint generated always as identity primary key,
    consulted bigint not null references core.consulted on delete cascade,
    asker bigint not null references core.organisation,
    organisation bigint not null references core.organisation,
    kind text not null check (kind in ('confirm', 'correct', 'add', 'decline')),
    parcel bigint references core.parcel,
    document jsonb not null default '{}',
    author text not null default coalesce(core.setting('actor'), session_user),
    answered_at timestamptz not null default now(),
    state text not null default 'proposed' check (state in ('proposed', 'accepted', 'refused')),
    decided_at timestamptz,
    decided_by text,
    decided_why text,
    added_parcel bigint references core.parcel,
    check ((kind in ('confirm', 'correct')) = (parcel is not null))
);
create index consultation_answer_consulted on core.consultation_answer (consulted, id);

create function core.stamp_consulted() returns trigger language plpgsql as $$
begin
    new.asker := old.asker;
    new.organisation := old.organisation;
    new.consultation := old.consultation;
    return new;
end $$;
create trigger a_stamp_consulted before update on core.consulted for each row execute function core.stamp_consulted();
create function core.stamp_answer() returns trigger language plpgsql as $$
begin
    new.consulted := old.consulted;
    new.asker := old.asker;
    new.organisation := old.organisation;
    new.kind := old.kind;
    new.parcel := old.parcel;
    new.document := old.document;
    new.author := old.author;
    new.answered_at := old.answered_at;
    return new;
end $$;
create trigger a_stamp_answer before update on core.consultation_answer
    for each row execute function core.stamp_answer();
revoke execute on function core.stamp_consulted(), core.stamp_answer() from public;

do $$
declare t text;
begin
    foreach t in array array['consultation', 'consulted', 'consultation_answer'] loop
        execute format('alter table core.%I enable row level security, force row level security', t);
        execute format('grant select on core.%I to emprise_worker', t);
        execute format('create policy work on core.%I for select to emprise_worker using (true)', t);
    end loop;
end $$;
create function core.is_mine(organisation bigint) returns boolean language sql stable parallel safe as $$
    select session_user = 'emprise_admin'
        or (session_user = 'emprise_planner' and coalesce(organisation = core.current_organisation(), false))
$$;
revoke execute on function core.is_mine(bigint) from public;
grant execute on function core.is_mine(bigint)
    to emprise_public, emprise_company, emprise_planner, emprise_admin, emprise_worker, emprise_gate;
create policy own on core.consultation to emprise_owner
    using (core.is_mine(organisation)) with check (core.is_mine(organisation));
create policy asked on core.consultation for select to emprise_owner using (
    exists (select from core.consulted c where c.consultation = consultation.id and core.is_mine(c.organisation)));
create policy read on core.consulted for select to emprise_owner
    using (core.is_mine(asker) or core.is_mine(organisation));
create policy add on core.consulted for insert to emprise_owner with check (core.is_mine(asker));
create policy mark on core.consulted for update to emprise_owner
    using (core.is_mine(asker) or core.is_mine(organisation));
create policy read on core.consultation_answer for select to emprise_owner
    using (core.is_mine(asker) or core.is_mine(organisation));
create policy add on core.consultation_answer for insert to emprise_owner with check (
    (core.is_mine(asker) or core.is_mine(organisation)) and exists (select from core.consulted c where c.id = consulted
        and c.organisation = consultation_answer.organisation and c.asker = consultation_answer.asker));
create policy decide on core.consultation_answer for update to emprise_owner using (core.is_mine(asker));
