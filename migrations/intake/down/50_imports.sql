do $$
declare t text;
begin
    foreach t in array array['commune', 'named_area', 'territory', 'coverage', 'cadastral_parcel', 'pole', 'site',
                             'establishment', 'planning_document', 'zone', 'constraint_area', 'building',
                             'network_point'] loop
        execute format('drop trigger a_reference on core.%I', t);
    end loop;
end $$;
drop function core.keep_reference();
drop policy on_behalf_upd on core.parcel;
drop policy on_behalf_ins on core.parcel;
drop policy on_behalf_del on core.parcel;
drop trigger a_stamp on core.delivery;
drop function core.stamp_delivery();
drop table core.delivery_piece;
delete from core.delivery where status = 'receiving';
drop index core.delivery_idempotency;
alter table core.delivery
    drop constraint delivery_status_check,
    add constraint delivery_status_check check (status in ('received', 'staging', 'staged', 'merging', 'merged',
        'refused', 'withdrawn', 'failed')),
    alter column file_sha256 drop default,
    alter column size_bytes drop default,
    drop column request_id,
    drop column idempotency_key,
    drop column confirmed_at,
    drop column confirmed_by;
