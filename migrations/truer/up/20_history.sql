-- Records kept of every layer: what a reload changed in places and plans can be told like what it changed in land.
alter table core.commune add column id bigint generated always as identity;
comment on column core.commune.id is 'under which the history knows it; a commune is known by its insee';

create trigger history_upd after update on core.commune referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('insee', 'name', 'departement', 'population', 'epci_siren', 'epci_name', 'cadastre_complete_on', 'geom');
create trigger history_del after delete on core.commune referencing old table as old_rows
    for each statement execute function core.write_history('insee', 'name', 'departement', 'population', 'epci_siren', 'epci_name', 'cadastre_complete_on', 'geom');
create trigger history_upd after update on core.named_area referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('kind', 'code', 'name', 'organisation', 'geom');
create trigger history_del after delete on core.named_area referencing old table as old_rows
    for each statement execute function core.write_history('kind', 'code', 'name', 'organisation', 'geom');
create trigger history_upd after update on core.planning_document referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('partition', 'idurba', 'kind', 'etat', 'state', 'approved_on', 'enforceable_on', 'retired_on', 'ended_on');
create trigger history_del after delete on core.planning_document referencing old table as old_rows
    for each statement execute function core.write_history('partition', 'idurba', 'kind', 'etat', 'state', 'approved_on', 'enforceable_on', 'retired_on', 'ended_on');

-- What prescriptions say has columns since 0002 that their history did not know.
drop trigger history_upd on core.constraint_area;
drop trigger history_del on core.constraint_area;
create trigger history_upd after update on core.constraint_area referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('document', 'key', 'kind', 'label', 'code', 'effect', 'industry', 'clearance_m', 'source_date', 'geom');
create trigger history_del after delete on core.constraint_area referencing old table as old_rows
    for each statement execute function core.write_history('document', 'key', 'kind', 'label', 'code', 'effect', 'industry', 'clearance_m', 'source_date', 'geom');
