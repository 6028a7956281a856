-- People an organisation writes to. Everything else names them by id, so that to erase one row is to erase the person.
create table core.contact (
    id bigint generated always as identity primary key,
    organisation bigint references core.organisation,
    of_organisation bigint references core.organisation,
    name text,
    mail text,
    phone text,
    language text not null default 'fr' check (language in ('fr', 'en')),
    role text,
    consent_on date,
    last_contact_on date not null,
    created_at timestamptz not null default now(),
    erased_at timestamptz,
    check (mail = lower(mail)),
    check (erased_at is null or coalesce(name, mail, phone, role) is null)
);
create unique index contact_mail on core.contact (mail, organisation) nulls not distinct where mail is not null;
create index contact_last on core.contact (last_contact_on) where erased_at is null;
comment on column core.contact.organisation is 'who keeps it; null: of an enquiry that no organisation follows yet, as the enquiry for administrators';
comment on column core.contact.of_organisation is 'whom the person works for, where that is known';
comment on column core.contact.last_contact_on is 'when the person last wrote or answered; three years later the row is erased';

alter table core.contact enable row level security, force row level security;
create policy work on core.contact to emprise_worker using (true) with check (true);
create policy own on core.contact to emprise_owner
    using (session_user = 'emprise_admin' or organisation = core.current_organisation())
    with check (session_user = 'emprise_admin' or organisation = core.current_organisation());
grant select, insert, update, delete on core.contact to emprise_worker;
grant usage on all sequences in schema core to emprise_worker;
