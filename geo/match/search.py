"""One need asked of the base, with the eyes of one audience."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from importlib.metadata import version
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from pyproj import Transformer
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from geo.derive.dates import Asked, Key, keep
from geo.derive.readiness import standings
from geo.fit.adjacency import Floats
from geo.match.answer import Answer, answered
from geo.match.assembly import parts
from geo.match.assembly.assembly import assemblies
from geo.match.document import to_document
from geo.match.given_back import give_back
from geo.match.match import Match
from geo.match.need.need import Need
from geo.match.paging import page
from geo.match.ranking import SCORE
from geo.match.relaxing.dates import asked_again
from geo.match.screen.following import screen_of
from geo.match.screen.opening import Opened, open_screening
from geo.readiness.kept import Kept
from geo.store.database import Actor, Database, Role

SRID = text("select find_srid(:schema, 'parcel', 'geom')")
MOST_TRIES = 3
"""Times a need is asked while land is edited; the last answer stands, and may show rows newer than its version."""


def search(
    database: Database,
    role: Role,
    actor: Actor | None,
    need: Need,
    as_of: date,
    sort: str = SCORE,
    later: Callable[[Callable[[], None]], object] = lambda keeping: keeping(),
    *,
    with_questions: bool = False,
    offset: int | None = None,
) -> dict[str, Any]:
    """The answer of design §8 to ``need`` over what ``actor`` may see as ``role``.

    With ``offset``, the page of it that begins there, as many rows long as the need asks for (geo/match/paging.py).
    The database is let go before the fits are decided: they may take long and hold no connection. Land that was edited
    meanwhile is asked again, so that an answer is of the version it names. ``later`` is given what has to be done with
    what was computed, and may do it once the answer is on its way.
    """
    limit = need.limit
    asked = need.model_copy(update={"limit": offset + limit}) if offset else need
    for _ in range(MOST_TRIES):
        opened = open_screening(database, role, actor, asked, as_of, sort)
        made = _answered(database, role, actor, opened, as_of, with_questions=with_questions)
        if screen_of(database).land(database, role, actor)[1] == opened.version:
            break
    dates = opened.reading.dates
    document = to_document(replace(made, need=need), lonlat_of(screen_of(database).srid))
    give_back()
    if not need.already:
        later(partial(_keep, database, dates.dates.asked, opened.reading.days.fresh))
    return document if offset is None else page(document, made.places, offset, limit)


def _answered(
    database: Database, role: Role, actor: Actor | None, opened: Opened, as_of: date, *, with_questions: bool
) -> Answer:
    """The answer to what was screened, with the steps of the parcels it shows."""
    need, reading = opened.screening.need, opened.reading
    looking = opened.looking() if with_questions else None
    data = opened.data if looking is None else f"{opened.data}/{looking.around.stamp}".removesuffix("/")
    catalogue, dates = reading.catalogue, reading.dates
    made = answered(
        opened.screening,
        opened.again,
        as_of=as_of,
        versions={"software": version("emprise"), "catalogue": catalogue.version, "data": data},
        readiness_for=asked_again(database, role, actor, catalogue, dates, as_of),
        looking=looking,
        joinable=partial(_joinable, database, need),
    )
    if made.parts:
        made = _assembled(database, role, need, made)
    shown = [part.id for match in (*made.matches, *made.to_check) for part in match.parts]
    shown += [near.one.candidate.id for near in made.near_misses]
    with database.connection(Role.WORKER) as connection:
        dates.lands.update(standings(connection, shown, as_of))
    return made


def _joinable(database: Database, need: Need, ids: Sequence[int], surfaces: Floats) -> Sequence[int]:
    """Nothing is put together for a need that asks no land."""
    least = parts.least_m2(need)
    if not least or not ids:
        return []
    with database.connection(Role.WORKER) as connection:
        return parts.joinable(connection, ids, surfaces, least)


def _assembled(database: Database, role: Role, need: Need, made: Answer) -> Answer:
    """The answer with sites of several parcels after it, for a need that no parcel meets alone."""
    ids = [part.candidate.id for part in made.parts]
    with database.connection(Role.WORKER) as connection:
        pairs = parts.pairs_among(connection, ids)
        owners = parts.owners_of(connection, role, ids)
    found = assemblies(need, made.parts, pairs, owners, made.as_of, made.sorted_by)
    return replace(
        made,
        matches=_followed(made.matches, found.sites),
        to_check=_followed(made.to_check, found.to_check),
        assembled=found.found,
    )


def _followed(rows: tuple[Match, ...], sites: Sequence[Match]) -> tuple[Match, ...]:
    """The rows and, in the places after them, sites."""
    after = rows[-1].place + 1 if rows else 0
    return (*rows, *(replace(one, place=place) for place, one in enumerate(sites, after)))


def _keep(database: Database, asked: Asked, computed: Mapping[Key, Kept]) -> None:
    """Keep what was computed for the next need of its class; an answer is not lost because that fails."""
    if computed:
        with suppress(SQLAlchemyError, psycopg.Error), database.connection(Role.WORKER) as connection:
            keep(connection, asked, computed)


@lru_cache(maxsize=4)
def lonlat_of(srid: int) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """A function from planar coordinates (N, 2) of the CRS to longitude, latitude (N, 2) in degrees."""
    transformer = Transformer.from_crs(srid, 4326, always_xy=True)

    def to_lonlat(planar: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(planar[:, 0], planar[:, 1]))

    return to_lonlat
