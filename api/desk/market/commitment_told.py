"""A commitment as who answers for the land is told it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from geo.desk.market import Outcome
from geo.store.desk import deals
from geo.store.desk.deals import Row

Told = dict[str, Any]


def told(rows: Sequence[Row], today: date) -> Told:
    """How a commitment stands, of its rows that say so."""
    first = rows[0]
    return {
        "commitment": first.deal,
        "parcels": sorted(row.parcel for row in rows),
        **version(first, short=True),
        "state": state_of(first.effective_on, first.expires_on, first.ended_on, first.outcome, today),
    }


def state_of(begins: date, expires: date | None, ended: date | None, outcome: str | None, today: date) -> str:
    """in_force, to_come, or how it ended; a term that has passed is lapsed."""
    if ended is not None and ended <= today:
        return str(outcome)
    if expires is not None and expires < today:
        return Outcome.LAPSED.value
    return "to_come" if begins > today else "in_force"


def version(row: Row, *, short: bool = False) -> Told:
    """A row as it was written; ``short``: without what tells it from the others of its deal."""
    found: Told = {
        "kind": row.kind.value,
        "rank": row.rank,
        "project": row.project,
        "buyer": row.buyer,
        "conditions": row.conditions,
        "effective_on": _iso(row.effective_on),
        "expires_on": _iso(row.expires_on),
        "outcome": None if row.outcome is None else row.outcome.value,
        "ended_on": _iso(row.ended_on),
        "follows": row.follows,
        "evidence": row.evidence,
        "reason": row.why,
        "recorded_at": row.recorded_at.isoformat(),
    }
    if short:
        return found
    return {"parcel": row.parcel, **found, "stands": row.superseded_at is None, "by": row.actor}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def last(rows: Sequence[Row]) -> list[Row]:
    """Of each parcel the row that says how the deal stands; of a deal taken back, the last that did."""
    return deals.standing(rows) or [rows[-1]]
