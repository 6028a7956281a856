"""Commitments recorded, corrected, promoted and ended: over HTTP and on the command line alike."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.desk.market.commitment_told import last, told, version
from api.planning.recording import rights_of
from api.problems import Problem, Refusal, Words
from geo.derive import work
from geo.desk.market import Kind, Outcome
from geo.store.database import Actor, Database, Role
from geo.store.desk import commitments, deals
from geo.store.desk.commitments import Held, RankTaken, Terms
from geo.store.desk.deals import Row

Told = dict[str, Any]

CLOSING = (Outcome.LAPSED, Outcome.WITHDRAWN, Outcome.FAILED)
"""Outcomes that people say; the others follow from recording what carries a commitment on."""


def record(database: Database, role: Role, actor: Actor, parcels: Sequence[int], terms: Terms, today: date) -> Told:
    """Record a commitment on land one answers for; how it stands, and the market that follows.

    Raises:
        Problem: no such parcel (404), not theirs (403), the rank is taken or the land not free to be sold (409), or it
            cannot stand (422).
    """
    with database.connection(role, actor) as connection:
        deal = record_within(database, connection, parcels, terms, today)
    return _written(database, role, actor, deal, parcels, today)


def record_within(database: Database, connection: Connection, parcels: Sequence[int], terms: Terms, today: date) -> int:
    """Record a commitment in the transaction of ``connection``; its number. Raises as :func:`record`."""
    _check_days(terms.effective_on, terms.expires_on)
    for parcel in parcels:
        check_own(connection, parcel)
    _check_project(database, terms.project)
    if terms.follows is not None:
        _check_followed(connection, terms, parcels, today)
    with _ranks():
        return commitments.record(connection, parcels, terms, today)


def correct(
    database: Database, role: Role, actor: Actor, deal: int, changes: Mapping[str, Any], why: str, today: date
) -> Told:
    """Say anew an open commitment's term, buyer, project, conditions or evidence; how it stands then.

    Raises:
        Problem: 404, it has ended (409), or 422.
    """
    with database.connection(role, actor) as connection:
        rows = _open(connection, deal)
        if not changes:
            raise _invalid("", "commitment.nothing_said", example={"expires_on": "2027-03-31"})
        _check_days(rows[0].effective_on, changes.get("expires_on"))
        _check_project(database, changes.get("project"))
        with _ranks():
            commitments.correct(connection, rows, changes, why)
    return _written(database, role, actor, deal, [row.parcel for row in rows], today)


def close(
    database: Database, role: Role, actor: Actor, deal: int, outcome: Outcome, on: date | None, why: str, today: date
) -> Told:
    """Say how an open commitment ended; the market returns to what else holds it, or to what was stated.

    Raises:
        Problem: 404, it has ended (409), or the outcome or its day cannot be (422).
    """
    if outcome not in CLOSING:
        raise _invalid("outcome", "commitment.follow", outcome=outcome.value, example="withdrawn")
    with database.connection(role, actor) as connection:
        rows = _open(connection, deal)
        day = _ending(rows, outcome, on, today)
        commitments.end(connection, rows, outcome, day, why)
    return _written(database, role, actor, deal, [row.parcel for row in rows], today)


def promote(
    database: Database, role: Role, actor: Actor, deal: int, rank: int, on: date | None, why: str, today: date
) -> Told:
    """Give a waiting commitment a better rank from a day on (today): at rank 1 it holds the market.

    Raises:
        Problem: 404, it has ended or another has the rank (409), or it has that rank (422).
    """
    day = on or today
    with database.connection(role, actor) as connection:
        rows = _open(connection, deal)
        if rows[0].rank <= rank:
            raise _invalid("rank", "commitment.rank_is", rank=rows[0].rank, deal=deal, example=1)
        if day < rows[0].effective_on:
            raise _invalid("on", "commitment.before_begin", on=rows[0].effective_on, example=today.isoformat())
        with _ranks():
            commitments.promote(connection, rows, rank, day, why)
    return _written(database, role, actor, deal, [row.parcel for row in rows], today)


def of_deal(database: Database, role: Role, actor: Actor | None, deal: int, today: date) -> Told:
    """A commitment on one's own land, with every row written of it. Raises Problem: 404."""
    with database.connection(role, actor) as connection:
        rows = deals.of_deal(connection, deal)
    if not rows:
        raise Problem("not-found", "commitment.unknown", deal=deal)
    return {**told(last(rows), today), "history": [version(row) for row in rows]}


def listed(
    database: Database,
    role: Role,
    actor: Actor | None,
    today: date,
    *,
    within_days: int | None = None,
    project: int | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Told]:
    """Open commitments on one's own land, by number; ``within_days``: those whose term ends by then."""
    by = None if within_days is None else today + timedelta(days=within_days)
    with database.connection(role, actor) as connection:
        found = deals.listed(connection, today, by, project, after=after, limit=limit)
    return [told(last(rows), today) for rows in found]


def check_own(connection: Connection, parcel: int) -> None:
    """See that a parcel is there and theirs to say. Raises Problem: 404 or 403, telling how to propose."""
    rights = rights_of(connection, parcel)
    if rights.own:
        return
    if rights.responsible is None:
        raise Problem("forbidden", "edit.no_responsible")
    raise Problem("forbidden", "proposal.not_yours", responsible=rights.responsible, id=parcel)


def _written(database: Database, role: Role, actor: Actor, deal: int, parcels: Sequence[int], today: date) -> Told:
    with suppress(SQLAlchemyError):  # it is recorded: what is left stale is derived by whoever derives beside
        work.derive_these(database, parcels, today)
    with database.connection(role, actor) as connection:
        rows = deals.of_deal(connection, deal)
        markets = deals.markets(connection, parcels)
        stands = last(rows)
        behind = deals.ahead(connection, parcels, stands[0].rank, today)
    told_markets = [{"parcel": one, "market": market} for one, market in markets]
    return {**told(stands, today), "behind": behind, "markets": told_markets}


def _open(connection: Connection, deal: int) -> list[Row]:
    """The rows of an open deal that say how it stands; nobody else writes of its land until the transaction ends."""
    before = deals.of_deal(connection, deal)
    if not before:
        raise Problem("not-found", "commitment.unknown", deal=deal)
    commitments.lock(connection, sorted({row.parcel for row in before}))
    rows = deals.of_deal(connection, deal)
    found = [row for row in deals.standing(rows) if row.ended_on is None]
    if not found:
        raise Problem("conflict", "commitment.ended", deal=deal)
    return found


def _ending(rows: Sequence[Row], outcome: Outcome, on: date | None, today: date) -> date:
    """The first day on which it holds no more."""
    begins, term = max(row.effective_on for row in rows), rows[0].expires_on
    if outcome is Outcome.LAPSED:
        if term is None or term >= today:
            raise _invalid("outcome", "commitment.not_lapsed", example="withdrawn")
        return term + timedelta(days=1)
    day = on or today
    if day < begins:
        raise _invalid("on", "commitment.before_begin", on=begins, example=today.isoformat())
    if day > today:
        raise _invalid("on", "commitment.future", on=day, today=today, example=today.isoformat())
    return day


def _check_days(begins: date, expires: date | None) -> None:
    if expires is not None and expires < begins:
        raise _invalid("expires_on", "commitment.before_begin", on=begins, example="2027-03-31")


def _check_project(database: Database, project: int | None) -> None:
    if project is None:
        return
    with database.connection(Role.WORKER) as connection:
        if not deals.is_project(connection, project):
            raise _invalid("project", "commitment.no_project", project=project, example=12)


def _check_followed(connection: Connection, terms: Terms, parcels: Sequence[int], today: date) -> None:
    rows = _open(connection, terms.follows or 0)
    strength = list(Kind)
    if strength.index(terms.kind) <= strength.index(rows[0].kind):
        raise _invalid("kind", "commitment.weaker", kind=rows[0].kind.value, example="promesse")
    if {row.parcel for row in rows} != set(parcels):
        raise _invalid("parcels", "commitment.other_land", deal=terms.follows, example=[row.parcel for row in rows])
    if terms.effective_on < max(row.effective_on for row in rows):
        raise _invalid("effective_on", "commitment.before_begin", on=rows[0].effective_on, example=today.isoformat())


@contextmanager
def _ranks() -> Iterator[None]:
    try:
        yield
    except RankTaken as taken:
        rank, deal, free = taken.rank, taken.deal, taken.free
        raise Problem("conflict", "commitment.rank_taken", rank=rank, deal=deal, free=free) from None
    except Held as held:
        raise _not_free(held) from None


def _not_free(held: Held) -> Problem:
    """Told to who answers for the land alone: they know the buyer."""
    facts: dict[str, Any] = {
        "deal": held.deal,
        "what": Words("commitment", (f"kind.{held.kind.value}",)),
        "rank": held.rank,
    }
    if held.kind is Kind.DEED:
        return Problem("conflict", "commitment.sold", **facts)
    if held.project is not None:
        return Problem("conflict", "commitment.held_for_project", project=held.project, **facts)
    if held.buyer is not None:
        return Problem("conflict", "commitment.held_for_buyer", buyer=held.buyer, **facts)
    return Problem("conflict", "commitment.held", **facts)


def _invalid(field: str, code: str, example: object = None, **params: object) -> Problem:
    return Problem("invalid", "body.invalid", errors=[Refusal(field, code, params, example)])
