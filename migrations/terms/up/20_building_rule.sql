-- What a plan asks of a building beside where it stands: said by a planner, of one parcel or of a label of a plan.
create table core.building_rule (
    id bigint generated always as identity primary key,
    parcel bigint references core.parcel on delete cascade,
    document bigint references core.planning_document on delete cascade,
    zone_label text,
    rule text not null check (rule in ('ces', 'height', 'open_ground', 'parking', 'retention')),
    value double precision check (value >= 0),
    source text not null,
    why text not null,
    organisation bigint references core.organisation,
    actor text not null,
    recorded_at timestamptz not null default now(),
    superseded_at timestamptz,
    ended_why text,
    check ((parcel is null) <> (document is null)),
    check ((document is null) = (zone_label is null))
);
create unique index building_rule_standing on core.building_rule (parcel, document, zone_label, rule)
    nulls not distinct where superseded_at is null;
create index building_rule_document on core.building_rule (document, zone_label);
comment on column core.building_rule.value is
    'ces, open_ground: share of the land, 0 to 1; height: metres; parking: places for 100 m2 of floor; retention: litres for a square metre built over; null: the plan sets none';
comment on column core.building_rule.superseded_at is 'when another row took its place, or it was taken back (ended_why)';
grant select, insert, update, delete on core.building_rule to emprise_worker;
grant usage on all sequences in schema core to emprise_worker;
