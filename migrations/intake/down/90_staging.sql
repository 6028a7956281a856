drop function core.open_cadastre(), core.close_cadastre();
drop function core.analyze_loaded(text);
alter table core.cadastral_parcel
    add constraint cadastral_parcel_source_fkey foreign key (source) references core.source,
    add constraint cadastral_parcel_import_fkey foreign key (import) references core.import;
alter table core.import drop column delivery;
drop table core.delivery;
drop schema staging cascade;
