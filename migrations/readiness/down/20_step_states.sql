alter table core.parcel_derived drop column facts, drop column due, drop column changes_on;
drop table core.land_facts_change, core.land_facts;
-- Only entries count where nothing tells the kinds apart.
alter table core.step_state disable trigger user, no force row level security, drop column corrects;
delete from core.step_state where kind <> 'entry';
alter table core.step_state enable trigger user, force row level security;
drop policy propose on core.step_state;
drop trigger a_stamp_step on core.step_state;
drop function core.stamp_step();
drop function core.attestations_at(date, timestamptz);
drop function core.step_states_at(date, timestamptz);
alter table core.step_state
    drop constraint step_state_expires,
    drop column kind, drop column organisation, drop column attested_on;
create function core.step_states_at(as_of date, known_at timestamptz)
returns setof core.step_state language sql stable parallel safe as $$
    select distinct on (parcel, step) *
    from core.step_state
    where effective_on <= as_of and recorded_at <= known_at
      and (superseded_at is null or superseded_at > known_at)
    order by parcel, step, effective_on desc, recorded_at desc, id desc
$$;
revoke execute on function core.step_states_at(date, timestamptz) from public;
grant execute on function core.step_states_at(date, timestamptz) to emprise_worker;
create or replace function core.step_recorded() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    perform core.mark_dirty(array(select parcel from new_rows), 96);
    return null;
end $$;
