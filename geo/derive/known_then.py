"""What was known of one parcel at an instant, or would be of another day."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, text

from geo.derive.land_facts import Known, attested_of, entries_of, read

KEPT = text("""
    select f.facts, p.created_at <= :known_at as known,
           case when h.before is null then p.observed_on::text else h.before ->> 'observed_on' end as observed_on
    from core.parcel p
    left join core.parcel_derived d on d.parcel = p.id
    left join lateral (
        select before from core.land_facts_change c
        where c.parcel = p.id and c.changed_at > :known_at order by c.changed_at, c.id limit 1) c on true
    left join core.land_facts f on f.id = coalesce(c.before, d.facts)
    left join lateral (
        select y.before from core.history y
        where y.relation = 'parcel' and y.row_id = p.id and y.at > :known_at and y.before ? 'observed_on'
        order by y.id limit 1) h on true
    where p.id = :parcel
""")
RECORDED = text("""
    select (select coalesce(jsonb_object_agg(step, jsonb_build_object(
                'state', state, 'since', effective_on, 'expires_on', expires_on)), '{}')
            from core.step_states_at(:as_of, :known_at) where parcel = :parcel) as recorded,
           (select coalesce(jsonb_object_agg(step, jsonb_build_object('state', state, 'on', attested_on)), '{}')
            from core.attestations_at(:as_of, :known_at) where parcel = :parcel) as attested
""")


def known_at(connection: Connection, parcel: int, as_of: date, known_at: datetime) -> Known | None:
    """What was known of one parcel at an instant (aware), of a day; None before it was known or derived at all."""
    asked = {"parcel": parcel, "as_of": as_of, "known_at": known_at}
    kept = connection.execute(KEPT, asked).one_or_none()
    if kept is None or not kept.known or kept.facts is None:
        return None
    said = connection.execute(RECORDED, asked).one()
    facts = read(kept.facts, None if kept.observed_on is None else date.fromisoformat(kept.observed_on))
    return Known(parcel, facts, entries_of(said.recorded), attested_of(said.attested))


def zoned(known: Known, typezone: str | None, industry: str | None) -> Known:
    """The same under other plans: what they say of the zone and of industry, the age of the zone unknown."""
    facts = replace(known.facts, typezone=typezone, industry=industry)
    if typezone != known.facts.typezone:
        facts = replace(facts, zone_created_on=None, zone_known_on=None)
    return replace(known, facts=facts)


DERIVED = text("select facts is not null from core.parcel_derived where parcel = :parcel")
PLAN_DAY = text("select day from core.plan_day")


def is_derived(connection: Connection, parcel: int) -> bool:
    """Whether the states of a parcel were ever derived."""
    return bool(connection.scalar(DERIVED, {"parcel": parcel}))


def plan_day(connection: Connection) -> date | None:
    """The day whose plans the derived zoning is of."""
    day: date | None = connection.scalar(PLAN_DAY)
    return day
