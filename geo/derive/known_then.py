"""What was known of parcels at an instant, or would be of another day than today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, text

from geo.derive import land_facts, zoning
from geo.derive.land_facts import Known, attested_of, entries_of, read

KEPT = text("""
    select p.id, f.facts,
           case when h.before is null then p.observed_on::text else h.before ->> 'observed_on' end as observed_on
    from core.parcel p
    left join core.parcel_derived d on d.parcel = p.id
    left join lateral (
        select before from core.land_facts_change c
        where c.parcel = p.id and c.changed_at > :known_at order by c.changed_at, c.id limit 1) c on true
    join core.land_facts f on f.id = coalesce(c.before, d.facts)
    left join lateral (
        select y.before from core.history y
        where y.relation = 'parcel' and y.row_id = p.id and y.at > :known_at and y.before ? 'observed_on'
        order by y.id limit 1) h on true
    where p.id = any(:parcels) and p.created_at <= :known_at
    order by p.id
""")
RECORDED = text("""
    select p.id, coalesce(r.recorded, '{}') as recorded, coalesce(a.attested, '{}') as attested
    from unnest(cast(:parcels as bigint[])) p (id)
    left join (
        select parcel, jsonb_object_agg(step, jsonb_build_object(
                   'state', state, 'since', effective_on, 'expires_on', expires_on)) as recorded
        from core.step_states_at(:as_of, :known_at) where parcel = any(:parcels) group by parcel) r on r.parcel = p.id
    left join (
        select parcel, jsonb_object_agg(step, jsonb_build_object('state', state, 'on', attested_on)) as attested
        from core.attestations_at(:as_of, :known_at) where parcel = any(:parcels) group by parcel) a on a.parcel = p.id
""")
DERIVED = text("select parcel from core.parcel_derived where parcel = any(:parcels) and facts is not null")
PLAN_DAY = text("select day from core.plan_day")


@dataclass(frozen=True, slots=True)
class Moment:
    """Of which day, and known at which instant (aware; None: now)."""

    as_of: date
    known_at: datetime | None = None

    def told(self) -> dict[str, str | None]:
        """Both as members of an answer."""
        then = None if self.known_at is None else self.known_at.isoformat()
        return {"as_of": self.as_of.isoformat(), "known_at": then}


def plan_day(connection: Connection) -> date | None:
    """The day whose plans the derived zoning is of, and that states are derived for."""
    day: date | None = connection.scalar(PLAN_DAY)
    return day


def known_of(connection: Connection, parcels: Sequence[int], moment: Moment) -> list[Known]:
    """What is known of these parcels, or was then, by id; without those of which nothing is, or nothing is derived.

    Of another day than today, under the plans of that day. As the worker.
    """
    if moment.known_at is not None:
        return _known_at(connection, parcels, moment.as_of, moment.known_at)
    derived = set(connection.scalars(DERIVED, {"parcels": list(parcels)}))
    found = [one for one in land_facts.gather(connection, parcels, moment.as_of) if one.parcel in derived]
    found.sort(key=lambda one: one.parcel)
    if not found or plan_day(connection) == moment.as_of:
        return found
    then = zoning.decided(connection, [one.parcel for one in found], zoning.Plans(moment.as_of))
    return [_zoned(one, then[one.parcel].typezone, then[one.parcel].verdict.value) for one in found]


def _known_at(connection: Connection, parcels: Sequence[int], as_of: date, known_at: datetime) -> list[Known]:
    asked = {"parcels": list(parcels), "as_of": as_of, "known_at": known_at}
    kept = connection.execute(KEPT, asked).all()
    said = {row.id: row for row in connection.execute(RECORDED, asked | {"parcels": [row.id for row in kept]})}
    return [
        Known(
            row.id,
            read(row.facts, None if row.observed_on is None else date.fromisoformat(row.observed_on)),
            entries_of(said[row.id].recorded),
            attested_of(said[row.id].attested),
        )
        for row in kept
    ]


def _zoned(known: Known, typezone: str | None, industry: str | None) -> Known:
    """The same under other plans: what they say of the zone and of industry, the age of the zone unknown."""
    facts = replace(known.facts, typezone=typezone, industry=industry)
    if typezone != known.facts.typezone:
        facts = replace(facts, zone_created_on=None, zone_known_on=None)
    return replace(known, facts=facts)
