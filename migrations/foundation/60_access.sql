-- Who may do what. The owner of the tables is no login; each audience reads its own plain views (geo/store/views.py)
-- and writes through updatable ones, so every policy below speaks of the owner and asks the session who it is.
create function core.current_organisation() returns bigint language sql stable parallel safe as $$
    select core.setting('organisation')::bigint
$$;
create function core.current_project() returns bigint language sql stable parallel safe as $$
    select core.setting('project')::bigint
$$;
create function core.is_agency() returns boolean language sql stable parallel safe as $$
    select coalesce(core.setting('organisation_kind') = 'agency', false)
$$;
create function core.today() returns date language sql stable parallel safe as $$
    select (now() at time zone coalesce(core.setting('timezone'), 'Europe/Paris'))::date
$$;
create function core.may_edit(responsible bigint) returns boolean language sql stable parallel safe as $$
    select session_user = 'emprise_admin'
        or (session_user = 'emprise_planner' and coalesce(responsible = core.current_organisation(), false))
$$;

-- A trigger function runs with its owner's rights: nobody else may hang one on a table of their own.
revoke execute on all functions in schema core from public;
grant execute on function core.setting(text), core.current_organisation(), core.current_project(), core.is_agency(),
    core.today(), core.may_edit(bigint)
    to emprise_public, emprise_company, emprise_planner, emprise_admin, emprise_worker, emprise_gate;
grant execute on function core.mark_dirty(bigint[], integer), core.scale_factor(geometry),
    core.step_states_at(date, timestamptz), core.commitments_at(date, timestamptz) to emprise_worker;
grant usage on schema core to emprise_worker, emprise_gate;
grant select, insert, update, delete on all tables in schema core to emprise_worker;
revoke all on core.api_key, core.sign_in_link, core.session, core.idempotency,
    core.project, core.need, core.enquiry from emprise_worker;
revoke update, delete on core.history from emprise_worker;
grant usage on all sequences in schema core to emprise_worker;
grant select, insert, update on core.api_key, core.sign_in_link, core.session to emprise_gate;
grant select, insert, update, delete on core.idempotency to emprise_gate;
grant select, insert on core.organisation to emprise_gate;

-- Big tables: reading is open to the owner's views (row rules stand in the views, where an index can be used);
-- writing is for the worker, or through a view for who may edit that parcel.
alter table core.parcel enable row level security, force row level security;
create policy read on core.parcel for select using (true);
create policy work on core.parcel to emprise_worker using (true) with check (true);
create policy edit on core.parcel for update to emprise_owner
    using (core.may_edit(responsible)) with check (core.may_edit(responsible));
create policy add on core.parcel for insert to emprise_owner with check (core.may_edit(responsible));

do $$
declare t text;
begin
    foreach t in array array['commitment', 'step_state'] loop
        execute format('alter table core.%I enable row level security, force row level security', t);
        execute format('create policy read on core.%I for select using (true)', t);
        execute format('create policy work on core.%I to emprise_worker using (true) with check (true)', t);
        execute format('create policy add on core.%I for insert to emprise_owner with check (
            exists (select from core.parcel p where p.id = parcel and core.may_edit(p.responsible)))', t);
        execute format('create policy close on core.%I for update to emprise_owner using (
            exists (select from core.parcel p where p.id = parcel and core.may_edit(p.responsible)))', t);
    end loop;
    foreach t in array array['zone', 'constraint_area', 'building', 'site', 'network_point', 'cadastral_parcel',
                             'planning_document'] loop
        execute format('alter table core.%I enable row level security, force row level security', t);
        execute format('create policy read on core.%I for select using (true)', t);
        execute format('create policy work on core.%I to emprise_worker using (true) with check (true)', t);
        execute format('create policy edit on core.%I to emprise_owner using (session_user = ''emprise_admin'')
            with check (session_user = ''emprise_admin'')', t);
    end loop;
    -- Private tables: an organisation sees its own rows.
    foreach t in array array['project', 'need', 'enquiry', 'consent', 'api_key', 'sign_in_link', 'session',
                             'idempotency'] loop
        execute format('alter table core.%I enable row level security, force row level security', t);
    end loop;
end $$;

create policy own on core.project to emprise_owner
    using (session_user = 'emprise_admin' or organisation = core.current_organisation())
    with check (session_user = 'emprise_admin' or organisation = core.current_organisation());
create policy own on core.need to emprise_owner
    using (exists (select from core.project p where p.id = project))
    with check (exists (select from core.project p where p.id = project));
create policy own on core.enquiry to emprise_owner
    using (session_user = 'emprise_admin' or organisation = core.current_organisation())
    with check (session_user = 'emprise_admin' or organisation = core.current_organisation());
create policy read on core.consent for select to emprise_owner
    using (session_user = 'emprise_admin' or project = core.current_project()
           or granted_by = core.current_organisation());
create policy grant_own on core.consent for insert to emprise_owner with check (
    exists (select from core.parcel p where p.id = parcel and core.may_edit(p.responsible)));
create policy end_own on core.consent for update to emprise_owner using (
    exists (select from core.parcel p where p.id = parcel and core.may_edit(p.responsible)));
create policy work on core.consent to emprise_worker using (true) with check (true);

do $$
declare t text;
begin
    foreach t in array array['api_key', 'sign_in_link', 'session', 'idempotency'] loop
        execute format('create policy gate on core.%I to emprise_gate using (true) with check (true)', t);
    end loop;
end $$;
