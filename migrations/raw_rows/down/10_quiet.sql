drop function core.still(geometry, geometry, double precision);

drop trigger changed_upd on core.cadastral_parcel;
create trigger changed_upd after update on core.cadastral_parcel referencing old table as old_rows
    new table as new_rows
    for each statement execute function core.layer_changed('66', '0');
drop function core.cadastre_changed();

create or replace function core.bump_version() returns trigger language plpgsql as $$
begin
    new.version := old.version + 1;
    new.updated_at := now();
    return new;
end $$;

create or replace function core.parcel_changed() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into core.dirty (parcel, parts) select id, 127 from new_rows order by id
        on conflict (parcel) do update set parts = 127;
    else
        insert into core.dirty (parcel, parts)
        select n.id, case when n.geom is distinct from o.geom or n.location is distinct from o.location
                               or o.deleted_on is not null then 127 else 98 end
        from new_rows n join old_rows o using (id)
        where n.deleted_on is null and n.version <> o.version
        order by n.id
        on conflict (parcel) do update set parts = dirty.parts | excluded.parts;
        perform core.mark_prospects(array(
            select geom from old_rows where origin <> 'cadastre' and geom is not null));
    end if;
    perform core.mark_prospects(array(select geom from new_rows where origin <> 'cadastre' and geom is not null));
    return null;
end $$;
