"""The market of a parcel, how much land there is, what opened: over HTTP and on the command line alike."""

from datetime import UTC, date, datetime
from typing import Any

from api.desk.market.commitment_told import state_of
from api.problems import Problem
from geo.desk.market import HOLDS, holder, next_in_rank, said_on
from geo.land.vocabulary import AVAILABLE, Market
from geo.store.database import Actor, Database, Role
from geo.store.desk import market, openings, stock
from geo.store.desk.stock import Area, Line

Told = dict[str, Any]


def of_parcel(
    database: Database, role: Role, actor: Actor | None, parcel: int, as_of: date, known_at: datetime | None
) -> Told:
    """The market of a parcel on a day, what had been stated of it, and which commitment holds it.

    Raises:
        Problem: there is no such parcel, or it was not known then (404).
    """
    with database.connection(role, actor) as connection:
        known = market.known(connection, parcel, known_at, database.timezone)
    if known is None:
        raise Problem("not-found", "parcel.unknown", id=parcel)
    held, said = holder(known.commitments, as_of), said_on(known.statements, as_of, known_at)
    waiting = next_in_rank(known.commitments, as_of)
    stated = Market.UNKNOWN if said is None else said.market
    return {
        "parcel": parcel,
        "market": stated.value if held is None else HOLDS[held.kind].value,
        "conditions": said.conditions if held is None and said is not None else None,
        "stated": {
            "market": stated.value,
            "since": None if said is None or said.begins is None else said.begins.isoformat(),
        },
        "held_by": None if held is None else _held(held),
        "next": None if waiting is None else _held(waiting),
        **_moment(as_of, known_at),
    }


def commitments_of(
    database: Database,
    role: Role,
    actor: Actor | None,
    parcel: int,
    as_of: date,
    known_at: datetime | None,
    *,
    ended: bool,
) -> Told:
    """What holds a parcel and who waits, by rank; with ``ended`` what held it before, too. Raises Problem: 404."""
    with database.connection(role, actor) as connection:
        if market.known(connection, parcel, known_at, database.timezone) is None:
            raise Problem("not-found", "parcel.unknown", id=parcel)
        found = market.commitments(connection, parcel, as_of, known_at, ended=ended)
    listed = [
        {
            "commitment": one.deal,
            "kind": one.kind,
            "rank": one.rank,
            "effective_on": one.effective_on.isoformat(),
            "expires_on": None if one.expires_on is None else one.expires_on.isoformat(),
            "ended_on": None if one.ended_on is None else one.ended_on.isoformat(),
            "state": state_of(one.effective_on, one.expires_on, one.ended_on, one.outcome, as_of),
            "project": one.project,
        }
        for one in found
    ]
    return {"parcel": parcel, "commitments": listed, **_moment(as_of, known_at)}


def stock_of(
    database: Database, role: Role, actor: Actor | None, area: Area, as_of: date, known_at: datetime | None, today: date
) -> Told:
    """How much land there is in a place, by market and (of today) by class; surfaces in hectares."""
    is_today = as_of == today and known_at is None
    then = known_at or datetime.now(UTC)
    with database.connection(role, actor) as connection:
        lines = stock.stock(connection, area, as_of=as_of, known_at=then, today=is_today, timezone=database.timezone)
    offered = [one for one in lines if one.market in AVAILABLE]
    order = [one.value for one in Market]
    markets = sorted({one.market for one in lines}, key=order.index)
    classes = sorted({one.ready_class or "unknown" for one in offered}) if is_today else None
    return {
        "place": {"epci": area.epci, "department": area.department, "commune": area.commune},
        "all": _sum(lines),
        "available": _sum(offered),
        "markets": [{"market": name, **_sum([one for one in lines if one.market == name])} for name in markets],
        "classes": None
        if classes is None
        else [
            {"class": name, **_sum([one for one in offered if (one.ready_class or "unknown") == name])}
            for name in classes
        ],
        **_moment(as_of, known_at),
    }


def opened(database: Database, role: Role, actor: Actor | None, since: date, today: date, limit: int) -> list[Told]:
    """Land that became available since a day: who waits next, and projects of one's own that only it had kept off."""
    with database.connection(role, actor) as connection:
        found = openings.listed(connection, since, today, limit)
    return [
        {
            "parcel": one.parcel,
            "name": one.name,
            "on": one.on.isoformat(),
            "before": one.before,
            "after": one.after,
            "market": one.now,
            "next": one.next,
            "projects": list(one.projects),
        }
        for one in found
    ]


def _held(one: Any) -> Told:
    expires = None if one.expires_on is None else one.expires_on.isoformat()
    told = {"commitment": one.deal, "kind": one.kind.value, "rank": one.rank}
    return told | {"effective_on": one.effective_on.isoformat(), "expires_on": expires}


def _moment(as_of: date, known_at: datetime | None) -> Told:
    return {"as_of": as_of.isoformat(), "known_at": None if known_at is None else known_at.isoformat()}


def _sum(lines: list[Line]) -> Told:
    return {
        "parcels": sum(one.parcels for one in lines),
        "hectares": round(float(sum(one.hectares for one in lines)), 2),
        "without_surface": sum(one.without_surface for one in lines),
    }
