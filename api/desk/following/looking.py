"""A look at what is followed, through the eyes it is followed with: what changed since the last is kept."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from pydantic import ValidationError

from api.ogc.crs import CRS84, places
from api.ogc.property_parameters import known
from geo.desk.changes import changes
from geo.match.need.need import Need
from geo.match.search import search
from geo.store.cql2.compiler import Clause, condition
from geo.store.cql2.faults import FilterFault
from geo.store.cql2.shapes import column
from geo.store.cql2.terms import GEOMETRY
from geo.store.cql2.text import read_text
from geo.store.database import Database, Role
from geo.store.desk import watches
from geo.store.desk.watches import Eyes
from geo.store.items.collection import PARCELS

ROWS_OF_A_NEED = 100
"""Land of a need that is followed: the best so many."""


def look(database: Database, srid: int, watch: int, today: date) -> None:
    """Look at what a watch is of; the first time nothing is told, for everything would be new."""
    with database.connection(Role.WORKER) as connection:
        watches.lock(connection, watch)
        row = watches.find(connection, watch)
        if row is None:
            return
        eyes, seen = watches.eyes_of(row), watches.seen(connection, watch)
        ids = _found(database, srid, row, eyes, today)
        if ids is None:
            watches.mark(connection, watch, too_wide=True)
            return
        with database.connection(eyes.audience, eyes.actor) as looking:
            facts, stale = watches.look_at(looking, ids | seen.keys(), eyes.audience)
        found = {one: facts[one] for one in ids if one in facts and one not in stale}
        found |= {one: seen[one] for one in stale & seen.keys()}
        if row.looked_at is not None:
            watches.note(connection, watch, changes(seen, found, facts.keys()))
        watches.keep(connection, watch, found, [one for one in seen if one not in found])


def filter_clause(written: str, audience: Role, srid: int) -> Clause:
    """The condition that a filter (CQL2 text, CRS84) sets on the parcels of an audience.

    Raises:
        FilterFault: it is malformed, or names what the audience may not know.
    """
    where = places(CRS84, srid)
    named = {**known(audience, PARCELS), GEOMETRY: column(where, projected=PARCELS.projected)}
    return condition(read_text(written), named, srid, where)


def _found(database: Database, srid: int, row: Any, eyes: Eyes, today: date) -> set[int] | None:
    """The land that a search or a project finds now; None when it is too much to be followed."""
    if row.filter is not None:
        with suppress(FilterFault), database.connection(eyes.audience, eyes.actor) as connection:
            found = watches.matching(connection, filter_clause(row.filter, eyes.audience, srid))
            return None if found is None else set(found)
        return set()
    if row.search is not None:
        return _of_need(database, row.need, eyes, today)
    with database.connection(eyes.audience, eyes.actor) as connection:
        need, kept = (
            watches.need_of(connection, row.project),
            watches.shortlisted(connection, row.project, eyes.audience),
        )
    return kept if need is None else kept | _of_need(database, need, eyes, today)


def _of_need(database: Database, document: Mapping[str, Any], eyes: Eyes, today: date) -> set[int]:
    """What takes a need, proved or to be checked. One that an older version of this service wrote may be none now."""
    try:
        need = Need.model_validate(document).model_copy(update={"limit": ROWS_OF_A_NEED})
    except ValidationError:
        return set()
    answer: Mapping[str, Any] = search(database, eyes.audience, eyes.actor, need, today)
    return set(_parcels(answer["matches"])) | set(_parcels(answer["to_check"]))


def _parcels(rows: Iterable[Mapping[str, Any]]) -> Iterable[int]:
    for row in rows:
        yield from row["parcel_ids"]
