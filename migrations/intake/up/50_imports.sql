-- Files that planners send: received piece by piece, kept until they are staged, loaded within their sender's rights.
alter table core.delivery
    alter column file_sha256 set default '',
    alter column size_bytes set default 0,
    add column request_id text,
    add column idempotency_key text check (length(idempotency_key) between 1 and 255),
    add column confirmed_at timestamptz,
    add column confirmed_by text,
    drop constraint delivery_status_check,
    add constraint delivery_status_check check (status in ('receiving', 'received', 'staging', 'staged', 'merging',
        'merged', 'refused', 'withdrawn', 'failed'));
create unique index delivery_idempotency on core.delivery (actor, idempotency_key) where idempotency_key is not null;
comment on column core.delivery.request_id is 'the request that last asked for work on it';

create table core.delivery_piece (
    delivery bigint not null references core.delivery on delete cascade,
    number integer not null check (number >= 0),
    content bytea not null,
    primary key (delivery, number)
);
alter table core.delivery_piece alter column content set storage external;
comment on table core.delivery_piece is 'the content of a delivery, so that any worker on any machine can stage it; dropped once it has';
alter table core.delivery_piece enable row level security, force row level security;
create policy work on core.delivery_piece to emprise_worker using (true) with check (true);
create policy own on core.delivery_piece to emprise_owner
    using (exists (select from core.delivery d where d.id = delivery))
    with check (exists (select from core.delivery d where d.id = delivery and d.status = 'receiving'));
grant select, insert, update, delete on core.delivery_piece to emprise_worker;

-- Who sends a file is not for the sender to say, and a file begins at the beginning.
create function core.stamp_delivery() returns trigger language plpgsql as $$
begin
    if session_user <> 'emprise_worker' then
        -- an administrator's file is of no organisation, so that none sees it
        new.organisation := case when session_user <> 'emprise_admin' then core.current_organisation() end;
        new.actor := coalesce(core.setting('actor'), session_user);
        new.request_id := core.setting('request');
        new.status := 'receiving';
        if new.organisation is null and session_user <> 'emprise_admin' then
            raise exception 'a file is sent for an organisation' using errcode = 'insufficient_privilege';
        end if;
    end if;
    return new;
end $$;
create trigger a_stamp before insert on core.delivery for each row execute function core.stamp_delivery();

-- The worker loads for nobody in particular (a command on the server), or for the organisation of who sent a file: then
-- it may change no other organisation's land, and reference layers only for an agency.
-- (Asked once a statement, not once a row; a case because the planner takes `or` to leave next to nothing.)
do $$
declare own text := 'case when (select core.current_organisation()) is null then true
    else coalesce(responsible = (select core.current_organisation()), false) end';
begin
    execute format('create policy on_behalf_upd on core.parcel as restrictive for update to emprise_worker
        using (%1$s) with check (%1$s)', own);
    execute format('create policy on_behalf_ins on core.parcel as restrictive for insert to emprise_worker
        with check (%s)', own);
    execute format('create policy on_behalf_del on core.parcel as restrictive for delete to emprise_worker
        using (%s)', own);
end $$;

create function core.keep_reference() returns trigger language plpgsql as $$
begin
    if session_user = 'emprise_worker' and core.current_organisation() is not null and not exists (
        select from core.organisation where id = core.current_organisation() and kind = 'agency') then
        raise exception '% is a reference layer: an agency or an administrator loads it', tg_table_name
            using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;
do $$
declare t text;
begin
    foreach t in array array['commune', 'named_area', 'territory', 'coverage', 'cadastral_parcel', 'pole', 'site',
                             'establishment', 'planning_document', 'zone', 'constraint_area', 'building',
                             'network_point'] loop
        execute format('create trigger a_reference before insert or update or delete on core.%I
            for each statement execute function core.keep_reference()', t);
    end loop;
end $$;
revoke execute on function core.stamp_delivery(), core.keep_reference() from public;
