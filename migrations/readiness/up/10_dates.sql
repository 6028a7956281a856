-- Dates are kept as whole days, two bytes each, and a state keeps only what they depend on: both are derived anew.
truncate core.readiness;
alter table core.readiness
    drop column quantiles,
    alter column ready_class drop not null,
    add column start bytea not null,
    add column start_cleared bytea,
    add column power bytea,
    add column production bytea;
comment on column core.readiness.start is
    'days from as_of at q01..q99, two bytes each, big-endian, 32767 = never: prudent bound, then optimistic if it differs';
comment on column core.readiness.start_cleared is 'as start; null: the same as start';
comment on column core.readiness.power is 'as start; null: the need asks for no connection';
comment on column core.readiness.production is 'as start; null: the need builds nothing';
comment on column core.readiness.ready_class is 'of the land alone: null but in need_class owner';

alter table core.parcel_derived drop column state_id;
delete from core.readiness_state;
alter table core.parcel_derived add column state_id bigint references core.readiness_state;
-- From a date to its states, and from a state to its parcels, without touching a table.
create index parcel_derived_state on core.parcel_derived (state_id) include (parcel);
create index readiness_by_date on core.readiness (as_of, p80, state_id) include (p50, ready_class)
    where need_class = 'owner';
comment on column core.readiness_state.states is
    '{step: "state [since] [xUNITS] [stale]"}, without what no date depends on: geo/readiness/distinct.py';
