-- Whether a commune's cadastre is loaded whole stands in core.cadastre_complete, by arrondissement where there are any.
drop trigger history_upd on core.commune;
drop trigger history_del on core.commune;
alter table core.commune drop column cadastre_complete_on;
create trigger history_upd after update on core.commune referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('insee', 'name', 'departement', 'population', 'epci_siren', 'epci_name', 'geom');
create trigger history_del after delete on core.commune referencing old table as old_rows
    for each statement execute function core.write_history('insee', 'name', 'departement', 'population', 'epci_siren', 'epci_name', 'geom');
