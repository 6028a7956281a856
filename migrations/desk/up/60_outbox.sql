-- Mails on their way out, in the transaction that makes them; claimed before they are sent, so that none goes twice.
create table core.message (
    id bigint generated always as identity primary key,
    key text not null unique,
    organisation bigint references core.organisation,
    to_address text,
    language text not null check (language in ('fr', 'en')),
    subject text not null,
    body text not null,
    html text,
    headers jsonb not null default '{}',
    about jsonb not null default '{}',
    created_at timestamptz not null default now(),
    due_at timestamptz not null default now(),
    attempts integer not null default 0 check (attempts >= 0),
    claimed_at timestamptz,
    sent_at timestamptz,
    given_up_at timestamptz,
    settled_at timestamptz,
    emptied_at timestamptz,
    last_error text,
    check (emptied_at is null or (to_address is null and subject = '' and body = '' and html is null))
);
create index message_due on core.message (due_at, id)
    where claimed_at is null and sent_at is null and given_up_at is null and settled_at is null;
create index message_address on core.message (to_address);
create index message_unsettled on core.message (id)
    where sent_at is null and settled_at is null and (claimed_at is not null or given_up_at is not null);
comment on column core.message.key is 'what is told to whom, by ids: it is told once for ever';
comment on column core.message.claimed_at is 'when a worker began to send it; without sent_at nobody knows whether it went out';
comment on column core.message.settled_at is 'when somebody said by hand that it went out, or shall not';

alter table core.message enable row level security, force row level security;
create policy work on core.message to emprise_worker using (true) with check (true);
create policy own on core.message to emprise_owner
    using (session_user = 'emprise_admin' or organisation = core.current_organisation())
    with check (session_user = 'emprise_admin' or organisation = core.current_organisation());
grant select, insert, update, delete on core.message to emprise_worker;
grant usage on all sequences in schema core to emprise_worker;
