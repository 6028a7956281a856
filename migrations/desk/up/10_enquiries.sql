-- Enquiries: what came in, as it came, by when it must be answered, and what was understood of it.
alter table core.enquiry rename column channel to source;
alter table core.enquiry rename column body to mail;
alter table core.enquiry drop column contact;
alter table core.enquiry
    add constraint enquiry_source check (source in
        ('direct', 'business_france', 'club_relocalisation', 'epci', 'cci', 'form', 'other')),
    add constraint enquiry_mail check (octet_length(mail) <= 400000),
    add column subject text,
    add column language text not null default 'fr' check (language in ('fr', 'en')),
    add column company text,
    add column siren text check (siren ~ '^\d{9}$'),
    add column mail_domain text,
    add column contact bigint references core.contact,
    add column consent_on date,
    add column reading jsonb not null default '{}',
    add column need jsonb,
    add column closed_why text,
    add column actor text not null default coalesce(core.setting('actor'), session_user),
    add column recorded_at timestamptz not null default now(),
    add column answered_at timestamptz,
    add column updated_at timestamptz not null default now(),
    add column version integer not null default 1;
comment on column core.enquiry.mail is 'as it came, never changed';
comment on column core.enquiry.reading is 'what the words say, each with the words and what was assumed';
comment on column core.enquiry.need is 'the need as confirmed; null: nobody has yet';
comment on column core.enquiry.organisation is 'who follows it; null: nobody yet, an administrator hands it on';
create index enquiry_organisation on core.enquiry (organisation, due_at);
create index enquiry_siren on core.enquiry (siren) where siren is not null;
create index enquiry_received on core.enquiry (received_at);

-- Which version, and when, is the base's to say; what came in stays what came in, until its author is erased.
create function core.stamp_enquiry() returns trigger language plpgsql as $$
begin
    if session_user <> 'emprise_worker' then
        new.mail := old.mail;
    end if;
    new.recorded_at := old.recorded_at;
    new.actor := old.actor;
    new.version := old.version + 1;
    new.updated_at := now();
    return new;
end $$;
create trigger a_stamp_enquiry before update on core.enquiry for each row execute function core.stamp_enquiry();
revoke execute on function core.stamp_enquiry() from public;

-- The form of who is not signed in is written by the worker; it reads all of them to find the same question twice.
grant select, insert on core.enquiry to emprise_worker;
create policy work on core.enquiry for select to emprise_worker using (true);
create policy form on core.enquiry for insert to emprise_worker with check (source = 'form');
