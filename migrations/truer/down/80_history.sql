drop trigger history_upd on core.constraint_area;
drop trigger history_del on core.constraint_area;
create trigger history_upd after update on core.constraint_area referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('key', 'kind', 'label', 'effect', 'clearance_m', 'source_date', 'geom');
create trigger history_del after delete on core.constraint_area referencing old table as old_rows
    for each statement execute function core.write_history('key', 'kind', 'label', 'effect', 'clearance_m', 'source_date', 'geom');
drop trigger history_upd on core.planning_document;
drop trigger history_del on core.planning_document;
drop trigger history_upd on core.named_area;
drop trigger history_del on core.named_area;
drop trigger history_upd on core.commune;
drop trigger history_del on core.commune;
alter table core.commune drop column id;
