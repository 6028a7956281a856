-- Plans as documents: what each is, whether it stands, and from which day to which.
alter table core.planning_document
    drop constraint planning_document_partition_approved_on_key,
    add column kind text check (kind in ('PLU', 'PLUi', 'POS', 'CC', 'RNU', 'PSMV')),
    add column etat text,
    add column state text not null default 'in_force' check (state in ('in_force', 'planned', 'ended')),
    add column ended_on date;
-- One version of a plan by the day of its approval; a draft without a day stands beside a plan without one.
create unique index planning_document_version on core.planning_document
    (partition, approved_on, (approved_on is null and state = 'planned')) nulls not distinct;
comment on column core.planning_document.etat is 'ETAT of DOC_URBA, as published';
comment on column core.planning_document.state is
    'in_force: counts between its days; planned: a draft, shown and never counted; ended: annulled, repealed or lapsed';
comment on column core.planning_document.ended_on is 'the end the document itself states (DATEFIN)';

alter table core.zone
    add column lib_idzone text,
    add column symbole text,
    add column valid_on date;

-- Prescriptions and information perimeters of a plan live and retire with it.
alter table core.constraint_area
    add column document bigint references core.planning_document on delete cascade,
    add column code text,
    add column industry text check (industry in ('conditional', 'forbidden', 'unknown'));
create unique index constraint_area_document on core.constraint_area (document, key) where document is not null;
comment on column core.constraint_area.code is 'official code as published: PSC 16-03, INF 38-00';
comment on column core.constraint_area.industry is 'what its wording says of industry in it; null: nothing';

create or replace function core.document_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    insert into core.dirty (parcel, parts)
    select p.id, 108 from core.parcel p
    where p.deleted_on is null and p.id in (
        select q.id from new_rows n
        join old_rows o using (id)
        cross join lateral (
            select z.geom from core.zone z where z.document = n.id
            union all
            select st_expand(c.geom, c.clearance_m * 1.01) from core.constraint_area c where c.document = n.id) z
        join core.parcel q on q.deleted_on is null and q.geom && z.geom
        where (n.state, n.enforceable_on, n.retired_on) is distinct from (o.state, o.enforceable_on, o.retired_on))
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
    return null;
end $$;

-- A prescription also speaks of industry; its zoning bit (4) joins those of any constraint.
drop trigger changed_ins on core.constraint_area;
drop trigger changed_upd on core.constraint_area;
drop trigger changed_del on core.constraint_area;
create trigger changed_ins after insert on core.constraint_area referencing new table as new_rows
    for each statement execute function core.layer_changed('108', 'c.clearance_m * 1.01');
create trigger changed_upd after update on core.constraint_area referencing old table as old_rows
    new table as new_rows for each statement execute function core.layer_changed('108', 'c.clearance_m * 1.01');
create trigger changed_del after delete on core.constraint_area referencing old table as old_rows
    for each statement execute function core.layer_changed('108', 'c.clearance_m * 1.01');

-- The day up to which parcels know which plans stand: a plan comes into force by the mere passing of a day.
create table core.plan_day (
    one boolean primary key default true check (one),
    day date not null
);

-- What the plans say of industry on a parcel, each time it changed.
create table core.decision_change (
    id bigint generated always as identity primary key,
    parcel bigint not null references core.parcel on delete cascade,
    changed_at timestamptz not null default now(),
    before text not null,
    after text not null,
    rule_before text,
    rule_after text,
    zone_before text,
    zone_after text
);
create index decision_change_parcel on core.decision_change (parcel, changed_at desc);

grant select, insert, update, delete on core.plan_day, core.decision_change to emprise_worker;
grant usage on all sequences in schema core to emprise_worker;
