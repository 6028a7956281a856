"""What a fit decision answers: the verdict, the placement, or the certificate of a refusal."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

Floats = NDArray[np.float64]


class Verdict(StrEnum):
    """The answers; ``borderline`` is never folded into ``no``. ``open``: searched, neither found nor refused."""

    FITS = "fits"
    NO = "no"
    BORDERLINE = "borderline"
    OPEN = "open"


class Interval(NamedTuple):
    """Directions centre ± half_width (radians, of the long side, counter-clockwise from east) on one part.

    In a refusal, a box of length x width (metres) fits nowhere on the part at the direction ``centre``; it stays
    inside the building turned by any direction of the interval about its centre, so the building is refused there.
    """

    part: int
    centre: float
    half_width: float
    length: float
    width: float


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """Why a building was refused, checkable without this code.

    ``refused`` and ``undecided`` are tables of shape (n, 5) with the columns of :class:`Interval`; together the
    intervals of a part cover half a turn. ``part`` counts the polygons of the free land: ``buildable`` (or what is
    left of it inside the parcel when it reaches outside), else the parcel. ``undecided`` is empty when the verdict
    is ``no``; in it length x width was not refused, or refused only for a building larger than the one asked.
    ``exhausted``: the bound on nodes or work ended the search, so a larger ``max_nodes`` may decide more.
    """

    refused: Floats
    undecided: Floats
    exhausted: bool

    def refusals(self) -> Iterator[Interval]:
        """Yield the proved intervals."""
        return (Interval(int(row[0]), *row[1:].tolist()) for row in self.refused)

    def doubts(self) -> Iterator[Interval]:
        """Yield the undecided intervals."""
        return (Interval(int(row[0]), *row[1:].tolist()) for row in self.undecided)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The answer to "does this building fit here".

    ``placement`` only for ``fits``: exactly length x width, in the CRS of the input, verified against the original
    shapes. ``angle_deg``: direction of its long side, 0 <= a < 180, counter-clockwise from east. ``margin_m``: least
    distance from the placement to what bounds it, the setback subtracted where it applies. ``certificate`` for
    ``no`` and ``borderline``. ``nodes``: angle intervals examined (0: one of the first directions held it).
    """

    verdict: Verdict
    placement: Polygon | None
    angle_deg: float | None
    margin_m: float | None
    certificate: Certificate | None
    nodes: int
