-- Links that open one thing without an account, sent by mail; only the hash of each is kept.
create table core.signed_link (
    id bigint generated always as identity primary key,
    token_sha256 bytea not null unique check (length(token_sha256) = 32),
    purpose text not null check (purpose in ('consultation', 'still_available', 'unsubscribe', 'dossier', 'feed')),
    about bigint not null,
    organisation bigint references core.organisation,
    issued_by text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    spent_at timestamptz,
    first_used_at timestamptz,
    last_used_at timestamptz,
    uses integer not null default 0 check (uses >= 0)
);
create index signed_link_about on core.signed_link (purpose, about);
comment on column core.signed_link.organisation is 'whose rights the holder borrows for the one thing the link opens';
comment on column core.signed_link.expires_at is 'null: until it is revoked, as the address of a feed';
comment on column core.signed_link.spent_at is 'when the one answer was given that a link of its purpose takes';

-- Who issues a link is not for the issuer to say.
create function core.stamp_signed_link() returns trigger language plpgsql as $$
begin
    new.issued_by := coalesce(core.setting('actor'), session_user);
    new.organisation := coalesce(new.organisation, core.current_organisation());
    return new;
end $$;
create trigger a_stamp before insert on core.signed_link for each row execute function core.stamp_signed_link();
revoke execute on function core.stamp_signed_link() from public;

alter table core.signed_link enable row level security, force row level security;
create policy gate on core.signed_link to emprise_gate using (true) with check (true);
create policy work on core.signed_link to emprise_worker using (true) with check (true);
create policy own on core.signed_link to emprise_owner
    using (session_user = 'emprise_admin' or organisation = core.current_organisation())
    with check (session_user = 'emprise_admin' or organisation = core.current_organisation());
grant select, update on core.signed_link to emprise_gate;
grant select, insert, update, delete on core.signed_link to emprise_worker;
grant usage on all sequences in schema core to emprise_worker;
