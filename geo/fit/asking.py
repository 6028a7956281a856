"""One polygon as it is drawn, one question: the answer in the coordinates of the drawing."""

from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from geo.fit.building import Building, Layout, Outline, Programme, Rectangle, Surface
from geo.fit.checks import check_shape
from geo.fit.ground import lay_out
from geo.fit.plane import plane_of
from geo.fit.programme import decide_programme


@dataclass(frozen=True, slots=True)
class Question:
    """A programme behind a setback (metres). ``ground``: metres on the ground, else of the drawing's own plane."""

    programme: Programme
    setback: float = 0.0
    tolerance: float = 0.25
    ground: bool = False


def answer(parcel: BaseGeometry, crs: str | None, asked: Question) -> Layout:
    """Whether the programme stands on a parcel drawn in ``crs`` (``EPSG:n``; None: a plane in metres).

    Placements come back in the same coordinates, margins in the metres of the question. In degrees a straight edge is
    taken as straight in the projection: over 100 m the two differ by less than a millimetre.
    Raises UnusableShape (of the parcel or of an outline) and ValueError (a number out of range).
    """
    plane = plane_of(crs, parcel, ground=asked.ground)
    k = plane.scale
    ground = lay_out(check_shape("parcel", plane.onto(parcel)), setback=asked.setback * k)
    found = decide_programme(ground, scaled(asked.programme, k), tolerance=asked.tolerance, settle=True)
    return replace(
        found,
        placements=tuple(plane.back(one) for one in found.placements),
        yard=None if found.yard is None else plane.back(found.yard),
        margin_m=None if found.margin_m is None else found.margin_m / k,
    )


def scaled(programme: Programme, k: float) -> Programme:
    """A programme in ground metres as one in metres of a plane that is ``k`` times as long."""
    buildings = tuple(_scaled(one, k) for one in programme.buildings)
    return programme if k == 1.0 else Programme(buildings, programme.gap * k, programme.yard * k)


def _scaled(one: Building, k: float) -> Building:
    if isinstance(one, Rectangle):
        return Rectangle(one.length * k, one.width * k)
    if isinstance(one, Surface):
        return Surface(one.area * k**2, None if one.min_side is None else one.min_side * k, one.max_aspect)
    return Outline(shapely.transform(one.polygon, lambda xy: xy * k))
