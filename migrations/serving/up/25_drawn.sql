-- Land drawn by its planners: who draws says what it is and where, the base says whose it is and that it was drawn.
create function core.draw_parcel() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    insert into core.source (dataset) values ('drawn') on conflict (dataset) do nothing;
    select id into new.source from core.source where dataset = 'drawn';
    if session_user <> 'emprise_admin' then
        new.responsible := core.own_organisation();
    end if;
    new.key := gen_random_uuid()::text;
    new.digest := sha256(convert_to(new.key, 'UTF8'));
    new.origin := 'drawn';
    new.import := null;
    new.version := 1;
    new.overrides := '{}';
    new.created_at := now();
    new.updated_at := now();
    new.deleted_on := null;
    return new;
end $$;
create trigger a_draw before insert on core.parcel
    for each row when (session_user <> 'emprise_worker' and core.is_editor()) execute function core.draw_parcel();

-- Imports tell who brought their rows; of what was drawn, the history does.
alter table core.history drop constraint history_op_check, add constraint history_op_check
    check (op in ('insert', 'update', 'delete'));
create function core.write_drawn() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    execute format(
        'insert into core.history (relation, row_id, op, actor, request_id, reason, before, after)
         select %L, n.id, ''insert'', core.setting(''actor''), core.setting(''request''), core.setting(''reason''),
                ''{}'', %s
         from new_rows n', tg_table_name, core.image('n', tg_argv, null));
    return null;
end $$;
create trigger history_ins after insert on core.parcel referencing new table as new_rows
    for each statement when (session_user <> 'emprise_worker' and core.is_editor())
    execute function core.write_drawn('version', 'key', 'origin', 'name', 'site_key', 'cadastral_ids', 'surface_stated_m2', 'stade_amngt', 'stade_comm', 'etat_occup', 'usage', 'maitrise_fonc', 'cle_en_main', 'pollution', 'market', 'market_conditions', 'market_on', 'price_eur_m2', 'power_mw', 'owner_kind', 'contact', 'visibility', 'responsible', 'observed_on', 'location', 'geom');
revoke execute on function core.draw_parcel(), core.write_drawn() from public;
