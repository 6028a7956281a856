"""When works of a second phase may start on the neighbours of land, and whether that is within the years asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from geo.derive.dates import Key
from geo.match.need.need import Need
from geo.match.need.parts import LandRange
from geo.match.parcel.candidate import Candidate, Later, ReadinessView
from geo.match.readiness import readiness
from geo.readiness.catalogue import Catalogue
from geo.readiness.dates import add_months
from geo.readiness.kept import Kept

Known = Callable[[Sequence[Key]], dict[Key, Kept]]
Learned = Callable[[Mapping[Key, Kept]], None]


def alone(need: Need) -> Need:
    """The second phase as a need of its own: it takes no yard, no extension and no permit of the first."""
    later = need.extension
    return need.model_copy(
        update={
            "buildings": None if later is None else later.buildings,
            "land_m2": None if later is None or later.land_m2 is None else LandRange(min=later.land_m2),
            "footprint_m2": None,
            "floor_m2": None,
            "already": {},
            "extension": None,
            "yard_m": None,
        }
    )


def dated(
    connection: Connection,
    catalogue: Catalogue,
    need: Need,
    as_of: date,
    found: Sequence[Candidate],
    known: Known | None = None,
    learned: Learned = lambda computed: None,
) -> list[Candidate]:
    """The same parcels, their neighbours with the day on which a second phase may start there (`Candidate.later`).

    Its permits are asked for anew: the dates are those of a need of the second phase alone, on each neighbour, with the
    probability asked. ``known`` has dates that are at hand, ``learned`` is told those that had to be computed.
    Nothing is asked for a need that says no years.
    """
    if need.extension is None or need.extension.within_years is None:
        return list(found)
    neighbours = {other.id: other for one in found for other in one.beside}
    dates = readiness.read(connection, catalogue, alone(need), as_of, list(neighbours.values()), known)
    limit = add_months(as_of, round(12 * need.extension.within_years))
    later = {one.id: in_time(dates(one), need.probability, limit) for one in neighbours.values()}
    learned(dates.dates.fresh)
    return [replace(one, beside=tuple(replace(other, later=later[other.id]) for other in one.beside)) for one in found]


def in_time(view: ReadinessView | None, probability: float, limit: date) -> Later:
    """The start of works, prudently; in time if every unknown step has to run, late even if none has, else unknown."""
    prudent, earliest = (
        None if view is None else view.date_at("start", probability, optimistic=hope) for hope in (False, True)
    )
    if prudent is None or earliest is None:
        return Later()
    return Later(prudent, True if prudent <= limit else False if earliest > limit else None)
