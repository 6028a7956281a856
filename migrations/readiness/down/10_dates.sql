drop index core.readiness_by_date;
alter table core.parcel_derived drop column state_id;
truncate core.readiness;
delete from core.readiness_state;
alter table core.parcel_derived add column state_id bigint references core.readiness_state;
create index parcel_derived_state on core.parcel_derived (state_id);
comment on column core.readiness_state.states is null;
alter table core.readiness
    drop column start,
    drop column start_cleared,
    drop column power,
    drop column production,
    alter column ready_class set not null,
    add column quantiles jsonb not null;
comment on column core.readiness.ready_class is null;
