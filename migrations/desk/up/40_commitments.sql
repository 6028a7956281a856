-- Commitments by deal: what binds one buyer to some land, through its ranks, its terms and its end. Rows stay as they were
-- written; market follows from those in force on the day (docs/decisions/market-follows.md).
create sequence core.commitment_deal;
-- Rows that are kept from everybody's hand, the owner's too, become deals of their own.
alter table core.commitment disable trigger user, no force row level security;
alter table core.commitment
    add column deal bigint not null default nextval('core.commitment_deal'),
    add column ended_on date,
    add column follows bigint,
    add column why text,
    add column organisation bigint references core.organisation;
update core.commitment
set ended_on = greatest(effective_on, coalesce(expires_on + 1, (recorded_at at time zone 'Europe/Paris')::date))
where outcome is not null;
alter table core.commitment enable trigger user, force row level security;
alter table core.commitment
    add constraint commitment_ended check ((outcome is null) = (ended_on is null) and ended_on >= effective_on);
create index commitment_of_deal on core.commitment (deal);
comment on column core.commitment.deal is 'what people call one commitment: every row of it, on each of its parcels';
comment on column core.commitment.ended_on is 'first day on which it holds no more, by its outcome; expires_on is its last day by its term';
comment on column core.commitment.follows is 'the deal that it carries on: a promesse after its option';
comment on column core.commitment.rank is 'only rank 1 holds the market; the others wait, and one is promoted by a person';
grant usage on sequence core.commitment_deal to emprise_planner, emprise_admin, emprise_worker;

create function core.stamp_commitment() returns trigger language plpgsql as $$
begin
    if session_user <> 'emprise_worker' then
        new.organisation := core.own_organisation();
    end if;
    return new;
end $$;
create trigger a_stamp_commitment before insert on core.commitment
    for each row execute function core.stamp_commitment();

-- In force on a day, of what was recorded by an instant. A term is valid through its last day.
create or replace function core.commitments_at(as_of date, known_at timestamptz)
returns setof core.commitment language sql stable parallel safe as $$
    select * from core.commitment
    where effective_on <= as_of and recorded_at <= known_at
      and (superseded_at is null or superseded_at > known_at)
      and (expires_on is null or expires_on >= as_of)
      and (ended_on is null or ended_on > as_of)
$$;

-- The market that a commitment of rank 1 makes, the strongest last (geo/desk/market.py says the same).
create function core.committed_market(kind text) returns text language sql immutable parallel safe as $$
    select case kind when 'option' then 'optioned' when 'council_vote' then 'reserved_by_council'
                     when 'promesse' then 'under_promise' when 'deed' then 'sold' end
$$;
create function core.commitment_weight(kind text) returns integer language sql immutable parallel safe as $$
    select coalesce(array_position(array['option', 'council_vote', 'promesse', 'deed'], kind), 0)
$$;

-- Beside what was stated of the market stands what commitments make of it. It is derived: no new version of the parcel.
alter table core.parcel
    add column committed text check (committed in ('optioned', 'reserved_by_council', 'under_promise', 'sold')),
    add column committed_on date,
    add column committed_deal bigint;
comment on column core.parcel.market is 'as a file or a planner stated it; readers are shown coalesce(committed, market)';
comment on column core.parcel.committed is 'what the commitments in force make of the market; null: nothing holds it';
drop index core.parcel_market;
create index parcel_market on core.parcel ((coalesce(committed, market)), id) where deleted_on is null;
create index parcel_committed on core.parcel (id) where committed is not null;

create or replace function core.bump_version() returns trigger language plpgsql as $$
declare
    seen core.parcel := old;
begin
    if (new.committed, new.committed_on) is distinct from (old.committed, old.committed_on) then
        new.updated_at := now();
        seen.updated_at := new.updated_at;
    end if;
    seen.digest := new.digest;
    seen.raw := new.raw;
    seen.committed := new.committed;
    seen.committed_on := new.committed_on;
    seen.committed_deal := new.committed_deal;
    if seen is distinct from new then
        new.version := old.version + 1;
        new.updated_at := now();
    end if;
    return new;
end $$;

-- Every change of a parcel's market, stated or followed, with what had been stated before it: what a past day is told by.
create table core.market_change (
    id bigint generated always as identity primary key,
    parcel bigint not null references core.parcel on delete cascade,
    at timestamptz not null default clock_timestamp(),
    "on" date not null,
    before text not null,
    after text not null,
    stated_before text not null,
    stated_after text not null,
    conditions_before boolean,
    said_on_before date,
    cause text not null check (cause in ('stated', 'recorded', 'ended', 'term')),
    deal bigint,
    visibility text not null,
    actor text
);
create index market_change_parcel on core.market_change (parcel, id);
create index market_change_at on core.market_change (at);
comment on column core.market_change.visibility is 'of the parcel then, the narrower of before and after: who may see it later is not told what was while it was hidden';
comment on column core.market_change.deal is 'the commitment that holds the parcel now, or that held it before';

create function core.note_market() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
declare
    -- Land that is opened as its market changes tells nobody what it was before.
    narrowing constant text[] := array['public', 'partners', 'agency', 'private'];
begin
    insert into core.market_change (parcel, "on", before, after, stated_before, stated_after, conditions_before,
                                    said_on_before, cause, deal, visibility, actor)
    select n.id, coalesce(core.setting('market_day')::date, core.today()), coalesce(o.committed, o.market),
           coalesce(n.committed, n.market), o.market, n.market, o.market_conditions, o.market_on,
           case when n.committed is distinct from o.committed then coalesce(core.setting('market_cause'), 'term')
                else 'stated' end,
           coalesce(n.committed_deal, o.committed_deal),
           case when array_position(narrowing, o.visibility) > array_position(narrowing, n.visibility)
                then o.visibility else n.visibility end, core.setting('actor')
    from new_rows n join old_rows o using (id)
    where (n.market, n.market_conditions, n.market_on, n.committed)
        is distinct from (o.market, o.market_conditions, o.market_on, o.committed)
    order by n.id;
    insert into core.dirty (parcel, parts)
    select n.id, 64 from new_rows n join old_rows o using (id)
    where n.deleted_on is null and n.committed is distinct from o.committed
    order by n.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
    return null;
end $$;
create trigger market_upd after update on core.parcel referencing old table as old_rows new table as new_rows
    for each statement execute function core.note_market();

-- What holds each of these parcels on a day (null: of all), written beside them; those that changed.
create function core.turn_market(chosen bigint[], day date) returns setof bigint language plpgsql as $$
begin
    -- Whoever waited here for another's commitment sees it in what follows.
    perform from core.parcel p
    where (chosen is not null and p.id = any (chosen))
       or (chosen is null and (p.committed is not null or p.id in (select parcel from core.commitment)))
    order by p.id for no key update;
    perform set_config('emprise.market_day', day::text, true);
    return query
    with held as (
        select distinct on (c.parcel) c.parcel, core.committed_market(c.kind) as market, c.effective_on, c.deal
        from core.commitments_at(day, clock_timestamp()) c
        where c.rank = 1 and c.kind <> 'interest' and (chosen is null or c.parcel = any (chosen))
        order by c.parcel, core.commitment_weight(c.kind) desc, c.effective_on, c.deal
    ), due as (
        select p.id, h.market, h.effective_on, h.deal
        from core.parcel p left join held h on h.parcel = p.id
        where ((chosen is not null and p.id = any (chosen)) or (chosen is null and (p.committed is not null or h.parcel is not null)))
          and (p.committed, p.committed_on, p.committed_deal) is distinct from (h.market, h.effective_on, h.deal)
    )
    update core.parcel p set committed = d.market, committed_on = d.effective_on, committed_deal = d.deal
    from due d where d.id = p.id returning p.id;
    perform set_config('emprise.market_day', '', true);
end $$;

create function core.commitment_written() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    perform set_config('emprise.market_cause', case tg_op when 'INSERT' then
        case when exists (select from new_rows where outcome is null) then 'recorded' else 'ended' end
        else 'ended' end, true);
    perform core.turn_market(array(select distinct parcel from new_rows), core.today());
    perform set_config('emprise.market_cause', '', true);
    return null;
end $$;
create trigger market_ins after insert on core.commitment referencing new table as new_rows
    for each statement execute function core.commitment_written();
create trigger market_upd after update on core.commitment referencing new table as new_rows
    for each statement execute function core.commitment_written();
-- A desktop program is told that the market is no field to type in while a commitment says it.
create function core.refuse_market() returns trigger language plpgsql as $$
begin
    raise exception 'the market of parcel % follows commitment %', old.id, old.committed_deal
        using errcode = 'check_violation', hint = 'end, correct or carry on that commitment: /commitments';
end $$;
create trigger b_refuse_market before update on core.parcel for each row
    when (old.committed is not null and new.market is distinct from old.market
          and session_user not like 'emprise\_%')
    execute function core.refuse_market();
revoke execute on function core.refuse_market() from public;

-- The worker records and turns through the owner's functions, too.
create policy follow on core.parcel for update to emprise_owner
    using (session_user = 'emprise_worker') with check (session_user = 'emprise_worker');

-- The day whose terms have been looked at, and what has been told of: once for ever.
create table core.market_day (
    one boolean primary key default true check (one),
    day date not null
);
create table core.market_told (
    id bigint generated always as identity primary key,
    what text not null check (what in ('opened', 'lapsed', 'expires_30', 'expires_7')),
    about bigint not null,
    told_at timestamptz not null default clock_timestamp(),
    unique (what, about)
);
comment on column core.market_told.about is 'opened: a row of market_change; else a row of commitment';

-- The open projects that the market alone had kept from land that is available again.
create table core.market_opening (
    event bigint not null references core.market_change on delete cascade,
    project bigint not null references core.project on delete cascade,
    standing text not null check (standing in ('proved', 'open', 'to_check')),
    found_at timestamptz not null default clock_timestamp(),
    primary key (event, project)
);
alter table core.market_opening enable row level security, force row level security;
create policy work on core.market_opening to emprise_worker using (true) with check (true);
create policy own on core.market_opening for select to emprise_owner
    using (exists (select from core.project j where j.id = project));
grant select, insert on core.market_opening to emprise_worker;

alter table core.market_change enable row level security, force row level security;
create policy read on core.market_change for select using (true);
create policy note on core.market_change for insert to emprise_owner with check (true);
create policy work on core.market_change to emprise_worker using (true) with check (true);
grant select on core.market_change to emprise_worker;
grant select, insert, update, delete on core.market_day, core.market_told to emprise_worker;
grant usage on all sequences in schema core to emprise_worker;
revoke execute on function core.stamp_commitment(), core.note_market(), core.turn_market(bigint[], date),
    core.commitment_written() from public;
grant execute on function core.turn_market(bigint[], date) to emprise_worker;
revoke execute on function core.committed_market(text), core.commitment_weight(text) from public;
grant execute on function core.committed_market(text), core.commitment_weight(text)
    to emprise_public, emprise_company, emprise_planner, emprise_admin, emprise_worker;

-- Tiles show the market that holds.
create or replace function core.tiles_of_parcels() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    perform core.mark_tiles(array(
        select s.geom_3857 from core.parcel_served s where s.geom_3857 is not null and s.parcel in (
            select n.id from new_rows n join old_rows o using (id)
            where (n.name, n.market, n.committed, n.visibility, n.responsible, n.deleted_on)
                is distinct from (o.name, o.market, o.committed, o.visibility, o.responsible, o.deleted_on)
            union select d.parcel from new_rows n join old_rows o using (id) join core.parcel_derived d on d.covered_by = n.id
            where (n.visibility, n.responsible, n.deleted_on) is distinct from (o.visibility, o.responsible, o.deleted_on))));
    return null;
end $$;
