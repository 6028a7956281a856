drop trigger history_upd on core.commune;
drop trigger history_del on core.commune;
alter table core.commune add column cadastre_complete_on date;
comment on column core.commune.cadastre_complete_on is 'vintage of a complete cadastre of the commune; null: not known to be complete';
create trigger history_upd after update on core.commune referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('insee', 'name', 'departement', 'population', 'epci_siren', 'epci_name', 'cadastre_complete_on', 'geom');
create trigger history_del after delete on core.commune referencing old table as old_rows
    for each statement execute function core.write_history('insee', 'name', 'departement', 'population', 'epci_siren', 'epci_name', 'cadastre_complete_on', 'geom');
