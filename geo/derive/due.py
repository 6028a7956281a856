"""Statuses past their term, organisation by organisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from geo.derive import land_facts
from geo.readiness import freshness
from geo.readiness.catalogue_file import in_use
from geo.readiness.states import standing
from geo.store import steps


@dataclass(frozen=True, slots=True)
class DueStatus:
    """A status, the day it was last said to be so, and the day from which it is no longer taken at its word."""

    step: str
    state: str
    since: date | None
    said_on: date | None
    due_on: date


@dataclass(frozen=True, slots=True)
class Due:
    """A parcel and its statuses to be said again."""

    parcel: int
    name: str | None
    organisation: str | None
    statuses: Sequence[DueStatus]


def due_statuses(connection: Connection, organisation: int | None, as_of: date, *, after: int, limit: int) -> list[Due]:
    """Parcels of an organisation (None: of all) with statuses past their term, by id, those after ``after`` first."""
    catalogue = in_use()
    found = steps.due(connection, organisation, after=after, limit=limit)
    known = {one.parcel: one for one in land_facts.gather(connection, [one.id for one in found], as_of)}
    listed = []
    for parcel in found:
        one = known[parcel.id]
        states = standing(catalogue, one.facts, one.entries, one.attested, as_of)
        terms = freshness.terms(catalogue, states, one.facts.observed_on, one.attested)
        statuses = [
            DueStatus(
                code,
                states[code].state,
                states[code].since,
                freshness.said_on(states[code], code, one.facts.observed_on, one.attested),
                day,
            )
            for code, day in terms.items()
            if day <= as_of
        ]
        listed.append(Due(parcel.id, parcel.name, parcel.organisation, statuses))
    return listed
