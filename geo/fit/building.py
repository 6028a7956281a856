"""What can be asked to stand on land: rectangles, surfaces, outlines; how many, how far apart, with which yard."""

from dataclasses import dataclass

from shapely import Polygon

from geo.fit.answer import Certificate, Verdict


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A building of two sides, metres, in either order."""

    length: float
    width: float


@dataclass(frozen=True, slots=True)
class Surface:
    """A rectangle of ``area`` m² at least; its shorter side ``min_side`` metres at least, its aspect at most."""

    area: float
    min_side: float | None = None
    max_aspect: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A building of any outline, drawn in metres from any origin; it may be turned, not mirrored."""

    polygon: Polygon


Building = Rectangle | Surface | Outline


@dataclass(frozen=True, slots=True)
class Programme:
    """Buildings to place together, ``gap`` metres or more apart.

    ``yard``: depth in metres of open ground along one long side of the building, or of the largest one; it lies on
    buildable land, and no setback is kept from it.
    """

    buildings: tuple[Building, ...]
    gap: float = 0.0
    yard: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The answer to a programme.

    ``placements`` (CRS of the land) in the order asked, only for ``fits``; each was checked against the original
    shapes. ``angle_deg`` is the direction of the long side of the first, ``margin_m`` the least of their margins to
    what bounds them, the setback subtracted where it applies.
    ``certificates`` with ``refused`` (length, width): rectangles that every form of what is asked contains, proved to
    go in nowhere. ``surface``: refused because the surfaces asked exceed the land. ``exhausted``: a bound ended the
    search.
    """

    verdict: Verdict
    placements: tuple[Polygon, ...] = ()
    yard: Polygon | None = None
    angle_deg: float | None = None
    margin_m: float | None = None
    refused: tuple[tuple[float, float], ...] = ()
    certificates: tuple[Certificate, ...] = ()
    surface: bool = False
    exhausted: bool = False
