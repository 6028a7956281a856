"""How much land there is by market and by class, as an audience sees it, on any day, as known at any instant."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Area:
    """Of which place: an EPCI (SIREN), a department, a commune (INSEE); none of them: everywhere."""

    epci: str | None = None
    department: str | None = None
    commune: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """So many parcels of a market and a class; ``hectares`` of those whose surface is known."""

    market: str
    ready_class: str | None
    parcels: int
    hectares: float
    without_surface: int


_PLACE = """(cast(:epci as text) is null or v.epci = :epci)
      and (cast(:commune as text) is null or v.commune = :commune)
      and (cast(:department as text) is null
           or case when v.commune like '97%' then left(v.commune, 3) else left(v.commune, 2) end = :department)"""
_COUNTED = (
    """count(*) as parcels, coalesce(sum(m2), 0) / 10000 as hectares, count(*) filter (where m2 is null) as unknown"""
)
TODAY = text(f"""
    select market, ready_class, {_COUNTED}
    from (select v.market, v.ready_class, coalesce(v.surface_m2, v.surface_stated_m2) as m2
          from parcel v where {_PLACE}) s
    group by market, ready_class order by market, ready_class
""")

# The statement that counts is the last of those known by then that had begun; the first holds for what was before it.
THEN = text(f"""
    with event as materialized (
        select parcel, stated_before as stated, said_on_before as said_on,
               lag(at) over (partition by parcel order by id) as since, max(at) over (partition by parcel) as last_at
        from market_event where cause = 'stated' or stated_before <> stated_after),
    said as (
        select distinct on (parcel) parcel, stated from (
            select parcel, stated, said_on, since from event
            union all
            select m.id, m.stated, m.said_on, e.last_at
            from market_stated m join (select distinct parcel, last_at from event) e on e.parcel = m.id) t
        where (since is null or since <= :known_at)
          and coalesce(said_on, (since at time zone :zone)::date, '-infinity') <= :as_of
        order by parcel, since desc nulls last),
    held as (
        select distinct on (parcel) parcel, core.committed_market(kind) as market from commitment_held
        where rank = 1 and kind <> 'interest' and recorded_at <= :known_at
          and (superseded_at is null or superseded_at > :known_at) and effective_on <= :as_of
          and (expires_on is null or expires_on >= :as_of) and (ended_on is null or ended_on > :as_of)
        order by parcel, core.commitment_weight(kind) desc, effective_on, deal)
    select market, null as ready_class, {_COUNTED}
    from (select coalesce(h.market, case when e.parcel is not null then s.stated
                                         when m.said_on is null or m.said_on <= :as_of then m.stated end,
                          'unknown') as market,
                 coalesce(v.surface_m2, v.surface_stated_m2) as m2
          from parcel v
          join market_stated m on m.id = v.id and m.created_at <= :known_at
          left join held h on h.parcel = v.id
          left join said s on s.parcel = v.id
          left join (select distinct parcel from event) e on e.parcel = v.id
          where {_PLACE}) x
    group by market order by market
""")


def stock(
    connection: Connection, area: Area, *, as_of: date, known_at: datetime, today: bool, timezone: str
) -> list[Line]:
    """The land there is. Classes are those of ``today``; of another day, or as known before now, none is told."""
    place = {"epci": area.epci, "department": area.department, "commune": area.commune}
    moment = {} if today else {"as_of": as_of, "known_at": known_at, "zone": timezone}
    rows = connection.execute(TODAY if today else THEN, place | moment)
    return [Line(row.market, row.ready_class, row.parcels, float(row.hectares), row.unknown) for row in rows]
