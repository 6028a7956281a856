-- Append-only history of updates and deletes; who and why come from the transaction's settings.
create table core.history (
    id bigint generated always as identity primary key,
    relation text not null,
    row_id bigint not null,
    op text not null check (op in ('update', 'delete')),
    at timestamptz not null default now(),
    actor text,
    request_id text,
    reason text,
    before jsonb not null,
    after jsonb
);
create index history_row on core.history (relation, row_id, id desc);

create function core.setting(name text) returns text language sql stable parallel safe as $$
    select nullif(current_setting('emprise.' || name, true), '')
$$;

create function core.bump_version() returns trigger language plpgsql as $$
begin
    new.version := old.version + 1;
    new.updated_at := now();
    return new;
end $$;
create trigger bump_version before update on core.parcel
    for each row when (old.* is distinct from new.*) execute function core.bump_version();

-- What a planner changes wins over later imports: each changed fact becomes an override, the import's value beside it.
create function core.keep_overrides() returns trigger language plpgsql as $$
declare
    o jsonb := to_jsonb(old);
    n jsonb := to_jsonb(new);
begin
    if session_user in ('emprise_planner', 'emprise_admin') then
        new.overrides := old.overrides || coalesce((
            select jsonb_object_agg(k, jsonb_build_object(
                'value', n -> k, 'by', core.setting('actor'), 'on', core.today(), 'why', core.setting('reason'),
                'imported', coalesce(old.overrides -> k -> 'imported', o -> k)))
            from unnest(array['name', 'market', 'market_conditions', 'market_on', 'price_eur_m2', 'power_mw', 'contact',
                              'visibility', 'geom', 'deleted_on']) k
            where n -> k is distinct from o -> k), '{}');
    end if;
    return new;
end $$;
create trigger a_keep_overrides before update on core.parcel
    for each row execute function core.keep_overrides();

-- SQL that builds a jsonb of one row image: every named column, or those that changed.
create function core.image(alias text, columns text[], changed_from text) returns text
language sql immutable as $$
    select string_agg(
        format('case when %s then jsonb_build_object(%L, %s) else ''{}'' end',
            case when changed_from is null then 'true'
                 else format('%s.%I is distinct from %s.%I', alias, c, changed_from, c) end,
            c,
            case when c in ('geom', 'location') then format('encode(st_asewkb(%s.%I), ''hex'')', alias, c)
                 else format('%s.%I', alias, c) end),
        ' || ')
    from unnest(columns) c
$$;

create function core.write_history() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        execute format(
            'insert into core.history (relation, row_id, op, actor, request_id, reason, before)
             select %L, o.id, ''delete'', core.setting(''actor''), core.setting(''request''), core.setting(''reason''), %s
             from old_rows o', tg_table_name, core.image('o', tg_argv, null));
    else
        execute format(
            'insert into core.history (relation, row_id, op, actor, request_id, reason, before, after)
             select %L, n.id, ''update'', core.setting(''actor''), core.setting(''request''), core.setting(''reason''),
                    c.before, c.after
             from new_rows n join old_rows o using (id)
             cross join lateral (select %s as before, %s as after) c
             where c.after <> ''{}''',
            tg_table_name, core.image('o', tg_argv, 'n'), core.image('n', tg_argv, 'o'));
    end if;
    return null;
end $$;

create trigger history_upd after update on core.parcel referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('key', 'origin', 'name', 'site_key', 'commune_insee', 'cadastral_ids', 'surface_stated_m2', 'stade_amngt', 'stade_comm', 'etat_occup', 'usage', 'maitrise_fonc', 'cle_en_main', 'pollution', 'market', 'market_conditions', 'market_on', 'price_eur_m2', 'power_mw', 'owner_kind', 'owner_siren', 'buyer', 'sale_amount', 'contact', 'visibility', 'responsible', 'overrides', 'observed_on', 'deleted_on', 'location', 'geom');
create trigger history_del after delete on core.parcel referencing old table as old_rows
    for each statement execute function core.write_history('key', 'origin', 'name', 'site_key', 'commune_insee', 'cadastral_ids', 'surface_stated_m2', 'stade_amngt', 'stade_comm', 'etat_occup', 'usage', 'maitrise_fonc', 'cle_en_main', 'pollution', 'market', 'market_conditions', 'market_on', 'price_eur_m2', 'power_mw', 'owner_kind', 'owner_siren', 'buyer', 'sale_amount', 'contact', 'visibility', 'responsible', 'overrides', 'observed_on', 'deleted_on', 'location', 'geom');

create trigger history_upd after update on core.constraint_area referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('key', 'kind', 'label', 'effect', 'clearance_m', 'source_date', 'geom');
create trigger history_del after delete on core.constraint_area referencing old table as old_rows
    for each statement execute function core.write_history('key', 'kind', 'label', 'effect', 'clearance_m', 'source_date', 'geom');

create trigger history_upd after update on core.zone referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('document', 'key', 'libelle', 'libelong', 'typezone', 'destdomi', 'formdomi', 'destoui', 'destcdt', 'destnon', 'industry', 'industry_rule', 'geom');
create trigger history_del after delete on core.zone referencing old table as old_rows
    for each statement execute function core.write_history('document', 'key', 'libelle', 'libelong', 'typezone', 'destdomi', 'formdomi', 'destoui', 'destcdt', 'destnon', 'industry', 'industry_rule', 'geom');

create trigger history_upd after update on core.building referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('key', 'height_m', 'geom');
create trigger history_del after delete on core.building referencing old table as old_rows
    for each statement execute function core.write_history('key', 'height_m', 'geom');

create trigger history_upd after update on core.site referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('key', 'name', 'site_type', 'vocation', 'etat', 'commune_insee', 'epci_siren', 'geom');
create trigger history_del after delete on core.site referencing old table as old_rows
    for each statement execute function core.write_history('key', 'name', 'site_type', 'vocation', 'etat', 'commune_insee', 'epci_siren', 'geom');

create trigger history_upd after update on core.network_point referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('key', 'kind', 'name', 'voltage_kv', 'free_mw', 'geom');
create trigger history_del after delete on core.network_point referencing old table as old_rows
    for each statement execute function core.write_history('key', 'kind', 'name', 'voltage_kv', 'free_mw', 'geom');

create trigger history_upd after update on core.cadastral_parcel referencing old table as old_rows new table as new_rows
    for each statement execute function core.write_history('idu', 'contenance_m2', 'arpente', 'created_on', 'updated_on', 'geom');
create trigger history_del after delete on core.cadastral_parcel referencing old table as old_rows
    for each statement execute function core.write_history('idu', 'contenance_m2', 'arpente', 'created_on', 'updated_on', 'geom');
