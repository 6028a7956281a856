drop table core.decision_change;
drop table core.plan_day;

drop trigger changed_ins on core.constraint_area;
drop trigger changed_upd on core.constraint_area;
drop trigger changed_del on core.constraint_area;
create trigger changed_ins after insert on core.constraint_area referencing new table as new_rows
    for each statement execute function core.layer_changed('104', 'c.clearance_m * 1.01');
create trigger changed_upd after update on core.constraint_area referencing old table as old_rows
    new table as new_rows for each statement execute function core.layer_changed('104', 'c.clearance_m * 1.01');
create trigger changed_del after delete on core.constraint_area referencing old table as old_rows
    for each statement execute function core.layer_changed('104', 'c.clearance_m * 1.01');

create or replace function core.document_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    insert into core.dirty (parcel, parts)
    select p.id, 100 from core.parcel p
    where p.deleted_on is null and p.id in (
        select q.id from new_rows n
        join old_rows o using (id)
        join core.zone z on z.document = n.id
        join core.parcel q on q.geom && z.geom and st_intersects(q.geom, z.geom)
        where (n.enforceable_on, n.retired_on) is distinct from (o.enforceable_on, o.retired_on))
    order by p.id
    on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
    return null;
end $$;

delete from core.constraint_area where document is not null;
alter table core.constraint_area drop column document, drop column code, drop column industry;
alter table core.zone drop column lib_idzone, drop column symbole, drop column valid_on;

-- Drafts and ended plans have no place in the older form: without their state they would count.
delete from core.planning_document where state <> 'in_force';
drop index core.planning_document_version;
alter table core.planning_document
    drop column kind, drop column etat, drop column state, drop column ended_on,
    add constraint planning_document_partition_approved_on_key unique nulls not distinct (partition, approved_on);
