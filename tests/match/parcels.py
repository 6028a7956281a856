"""Small parcels, readinesses and needs for the tests of this room."""

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import rotate, translate
from shapely.geometry import Polygon

from geo.land.vocabulary import Industry, Market, Origin
from geo.match.need.need import Need
from geo.match.need.reading import read_need
from geo.match.parcel.candidate import Candidate

AS_OF = date(2026, 10, 1)
VERSIONS = {"software": "0.1.0", "catalogue": "2026-10", "data": "test"}


@dataclass(frozen=True)
class Dates:
    """A readiness known by its median days; each is `spread_days` later at probability 1 and earlier at 0.

    Without its unknown steps it comes `doubt_days` earlier; `date.max` never comes.
    """

    start: date | None = None
    power: date | None = None
    production: date | None = None
    spread_days: int = 0
    doubt_days: int = 0

    def date_at(self, milestone: str, probability: float, *, optimistic: bool = False) -> date | None:
        median: date | None = getattr(self, milestone)
        if median is None or median == date.max:
            return median
        shift = math.floor((probability - 0.5) * 2 * self.spread_days) - self.doubt_days * optimistic
        return median + timedelta(days=shift)

    def document(self, candidate: Candidate) -> dict[str, object]:
        return {"start": None if self.start is None else {"p50": self.start.isoformat()}, "power": None}


def rectangle(
    length: float, width: float, angle: float = 0.0, at: tuple[float, float] = (840_000.0, 6_520_000.0)
) -> Polygon:
    """A rectangle turned by `angle` degrees about its centre, far from the origin like Lambert-93."""
    box = shapely.box(-length / 2, -width / 2, length / 2, width / 2)
    return translate(rotate(box, angle, origin=(0, 0)), *at)


def parcel(id_: int = 1, shape: Polygon | None = None, **facts: Any) -> Candidate:
    """A parcel for sale of 400 x 250 m where everything is known and good; `facts` change it."""
    ground = rectangle(400, 250) if shape is None else shape
    known = Candidate(
        id=id_,
        origin=Origin.TERRAIN,
        market=Market.FOR_SALE,
        commune_insee="69123",
        commune_name="Lyon",
        epci_siren="200046977",
        epci_name="Métropole de Lyon",
        surface_m2=ground.area,
        buildable_m2=ground.area,
        industry=Industry.ALLOWED,
        price_eur_m2=40.0,
        power_mw=12.0,
        etat_occup="inoccupé",
        source="inventaire",
        geometry=ground,
        buildable=ground,
        lon=4.83,
        lat=45.76,
    )
    return replace(known, **facts)


def need(**members: Any) -> Need:
    """A need read as the interface reads it; 1 ha of land unless told otherwise."""
    members.setdefault("land_m2", {"min": 10_000})
    return read_need(members)


def ready(candidate: Candidate) -> Dates:
    """Every parcel ready in three months."""
    return Dates(date(2027, 1, 1), date(2027, 6, 1), date(2028, 1, 1))


def to_lonlat(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """A plain affine stand-in for a projection, right enough to test digits and orientation."""
    return np.column_stack([4.83 + (xy[:, 0] - 840_000.0) / 78_000.0, 45.76 + (xy[:, 1] - 6_520_000.0) / 111_000.0])
