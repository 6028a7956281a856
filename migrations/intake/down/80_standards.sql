drop trigger history_upd on core.establishment;
drop trigger history_del on core.establishment;
drop trigger history_upd on core.pole;
drop trigger history_del on core.pole;
drop trigger history_upd on core.site;
drop trigger history_del on core.site;
create trigger history_upd after update on core.site referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('key', 'name', 'site_type', 'vocation', 'etat', 'commune_insee', 'epci_siren', 'geom');
create trigger history_del after delete on core.site referencing old table as old_rows
    for each statement execute function core.write_history('key', 'name', 'site_type', 'vocation', 'etat', 'commune_insee', 'epci_siren', 'geom');
alter table core.establishment drop column published, drop column commune_insee;
alter table core.pole rename column published to facts;
alter table core.site drop column published;
drop index core.parcel_without_outline;
alter table core.parcel drop column outline;
alter table core.parcel drop column published;
