-- Statuses of steps: what kind of word each row is, of which organisation, and on which day it was last seen to be so.
alter table core.step_state
    add column kind text not null default 'entry'
        check (kind in ('entry', 'attestation', 'proposal', 'withdrawal')),
    add column organisation bigint references core.organisation,
    add column attested_on date not null default core.today(),
    add column corrects bigint references core.step_state,
    add constraint step_state_expires check (expires_on >= effective_on) not valid;
-- Rows that are kept from everybody's hand, the owner's too, are dated by the day they were recorded.
alter table core.step_state disable trigger user, no force row level security;
update core.step_state set attested_on = (recorded_at at time zone 'Europe/Paris')::date;
alter table core.step_state enable trigger user, force row level security;
comment on column core.step_state.kind is
    'entry: overrides what the facts say; attestation: still so, seen on attested_on; proposal: of an agency, counts for nothing until entered; withdrawal: why the row it corrects was taken back';
comment on column core.step_state.expires_on is 'last day on which it holds; null: as long as the catalogue says';
create index step_state_organisation on core.step_state (organisation) where kind = 'proposal';

create function core.stamp_step() returns trigger language plpgsql as $$
begin
    if session_user <> 'emprise_worker' then
        new.organisation := core.current_organisation();
    end if;
    return new;
end $$;
create trigger a_stamp_step before insert on core.step_state
    for each row execute function core.stamp_step();
revoke execute on function core.stamp_step() from public;

-- An agency proposes on land it sees; only who answers for the land says what counts.
create policy propose on core.step_state for insert to emprise_owner with check (
    session_user = 'emprise_planner' and kind = 'proposal' and core.is_agency() and exists (
        select from core.parcel p where p.id = parcel and p.visibility in ('public', 'partners', 'agency')));

-- What counts on a day, of what was recorded by an instant. What is past its own day is expired when it was done or
-- running, and else counts no more: what was recorded before it, or the facts, speak again.
create or replace function core.step_states_at(as_of date, known_at timestamptz)
returns setof core.step_state language sql stable parallel safe as $$
    select distinct on (parcel, step) id, parcel, step,
        case when expires_on < as_of then 'expired' else state end, effective_on, expires_on, recorded_at,
        superseded_at, actor, evidence, why, kind, organisation, attested_on, corrects
    from core.step_state
    where kind = 'entry' and effective_on <= as_of and recorded_at <= known_at
      and (superseded_at is null or superseded_at > known_at)
      and (expires_on is null or expires_on >= as_of or state in ('done', 'running'))
    order by parcel, step, effective_on desc, recorded_at desc, id desc
$$;

-- The last time each status was seen to be so.
create function core.attestations_at(as_of date, known_at timestamptz)
returns table (parcel bigint, step text, state text, attested_on date) language sql stable parallel safe as $$
    select distinct on (s.parcel, s.step) s.parcel, s.step, s.state, s.attested_on
    from core.step_state s
    where s.kind in ('entry', 'attestation') and s.effective_on <= as_of and s.attested_on <= as_of
      and s.recorded_at <= known_at and (s.superseded_at is null or s.superseded_at > known_at)
    order by s.parcel, s.step, s.attested_on desc, s.recorded_at desc, s.id desc
$$;
revoke execute on function core.attestations_at(date, timestamptz) from public;
grant execute on function core.attestations_at(date, timestamptz) to emprise_worker;

create or replace function core.step_recorded() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    perform core.mark_dirty(array(select parcel from new_rows where kind <> 'proposal'), 96);
    return null;
end $$;

-- The facts that a parcel's states are mapped from, shared by all parcels alike; what they were before each change.
create table core.land_facts (
    id bigint generated always as identity primary key,
    digest bytea not null unique,
    facts jsonb not null
);
create table core.land_facts_change (
    id bigint generated always as identity primary key,
    parcel bigint not null references core.parcel on delete cascade,
    changed_at timestamptz not null default now(),
    before bigint not null references core.land_facts
);
create index land_facts_change_parcel on core.land_facts_change (parcel, changed_at, id);
alter table core.parcel_derived
    add column facts bigint references core.land_facts,
    add column due text[] not null default '{}',
    add column changes_on date;
create index parcel_derived_due on core.parcel_derived (parcel) where due <> '{}';
create index parcel_derived_changes on core.parcel_derived (changes_on) where changes_on is not null;
comment on column core.parcel_derived.due is 'steps whose status was not said again in its term';
comment on column core.parcel_derived.changes_on is 'first day on which the states are others although nothing is recorded';

grant select, insert, update, delete on core.land_facts, core.land_facts_change to emprise_worker;
grant usage on all sequences in schema core to emprise_worker;
