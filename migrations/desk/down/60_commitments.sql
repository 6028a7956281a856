-- Deals end, rows stay: what was known of them beyond a row is lost.
drop trigger market_ins on core.commitment;
drop trigger market_upd on core.commitment;
drop trigger a_stamp_commitment on core.commitment;
drop trigger market_upd on core.parcel;
drop policy follow on core.parcel;
drop trigger b_refuse_market on core.parcel;
drop function core.refuse_market();
drop function core.commitment_written(), core.turn_market(bigint[], date), core.note_market(),
    core.stamp_commitment();
drop table core.market_opening, core.market_told, core.market_day, core.market_change;
create or replace function core.tiles_of_parcels() returns trigger
language plpgsql security definer set search_path = core, public, pg_temp as $$
begin
    perform core.mark_tiles(array(
        select s.geom_3857 from core.parcel_served s where s.geom_3857 is not null and s.parcel in (
            select n.id from new_rows n join old_rows o using (id)
            where (n.name, n.market, n.visibility, n.responsible, n.deleted_on)
                is distinct from (o.name, o.market, o.visibility, o.responsible, o.deleted_on)
            union select d.parcel from new_rows n join old_rows o using (id) join core.parcel_derived d on d.covered_by = n.id
            where (n.visibility, n.responsible, n.deleted_on) is distinct from (o.visibility, o.responsible, o.deleted_on))));
    return null;
end $$;
create or replace function core.bump_version() returns trigger language plpgsql as $$
declare
    seen core.parcel := old;
begin
    seen.digest := new.digest;
    seen.raw := new.raw;
    if seen is distinct from new then
        new.version := old.version + 1;
        new.updated_at := now();
    end if;
    return new;
end $$;
create or replace function core.commitments_at(as_of date, known_at timestamptz)
returns setof core.commitment language sql stable parallel safe as $$
    select * from core.commitment
    where effective_on <= as_of and recorded_at <= known_at
      and (superseded_at is null or superseded_at > known_at)
      and (expires_on is null or expires_on >= as_of)
      and outcome is distinct from 'lapsed' and outcome is distinct from 'withdrawn'
      and outcome is distinct from 'failed'
$$;
drop function core.committed_market(text), core.commitment_weight(text);
drop index core.parcel_market;
drop index core.parcel_committed;
alter table core.parcel drop column committed, drop column committed_on, drop column committed_deal;
create index parcel_market on core.parcel (market, id) where deleted_on is null;
alter table core.commitment
    drop constraint commitment_ended,
    drop column deal, drop column ended_on, drop column follows, drop column why, drop column organisation;
drop sequence core.commitment_deal;
