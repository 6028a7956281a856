do $$
declare
    noted record;
begin
    for noted in select c.relname as name, t.tgname as trigger from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where t.tgname in ('noted_ins', 'noted_upd', 'noted_del') and c.relnamespace = 'core'::regnamespace
    loop
        execute format('drop trigger %I on core.%I', noted.trigger, noted.name);
    end loop;
end $$;
drop function core.around_noted(), core.parcels_noted(), core.note_changed(bigint[]);
drop table core.parcel_change_floor, core.parcel_change;
