"""A plan of land as numbers: millimetres on paper, from the upper left corner, y downwards; plain JSON values.

Who draws it knows nothing of metres. Lengths are of the ground: planar metres are ground metres times the scale
factor of the CRS there, so a ruler on the paper measures what a surveyor would.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from geo.desk.dimensions import dimensions
from geo.desk.hatching import hatched
from geo.desk.labels import Page, box_around
from geo.desk.paper import Paper, bar_of, denominator_of

Json = dict[str, Any]

PARCEL, BUILDABLE, PLACED, LATER = "parcel", "buildable", "placed", "later"
NEIGHBOUR, BUILDING = "neighbour", "building"
HATCHES = {"forbids": (45.0, 1.6), "restricts": (-45.0, 2.6), "informs": (90.0, 3.6)}
"""Angle and distance (mm) of the hatching of a constraint, by its effect: the graver, the denser."""
ORDER = (NEIGHBOUR, PARCEL, BUILDABLE, *reversed(HATCHES), BUILDING, LATER, PLACED)
"""From the first drawn to the last."""

LABEL_MM = {NEIGHBOUR: 2.0, PARCEL: 2.3, "tag": 2.4}
FINEST_MM = 0.03
"""What is finer than a thin line is left out: a limit of thousands of vertices stays small."""
MOST_DIMENSIONED = 6
"""Buildings that get dimension lines; of one of each size."""
CORNERS = {"bar": (4.0, 9.0), "north": (9.0, 16.0)}
"""Kept free of words (mm): the scale bar's corner, lower left, from the edge and up; north's, upper right."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to draw: its kind (``ORDER``), its planar shape, and a short text that names it on the plan."""

    kind: str
    shape: BaseGeometry
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """The ground on a sheet: its middle in the planar CRS, the scale's denominator, planar metres a millimetre."""

    paper: Paper
    middle: tuple[float, float]
    denominator: int
    factor: float

    @property
    def metres(self) -> float:
        """Planar metres that a millimetre stands for."""
        return self.denominator / 1_000 * self.factor

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the ground shown, planar metres."""
        half = self.paper.width / 2 * self.metres, self.paper.height / 2 * self.metres
        x, y = self.middle
        return x - half[0], y - half[1], x + half[0], y + half[1]


def frame_of(shapes: Iterable[BaseGeometry], factor: float, paper: Paper) -> Frame:
    """The sheet on which all of these planar shapes are shown; ``factor``: planar metres of a ground metre."""
    west, south, east, north = shapely.total_bounds(np.array(list(shapes), dtype=object)).tolist()
    denominator = denominator_of((east - west) / factor, (north - south) / factor, paper)
    return Frame(paper, ((west + east) / 2, (south + north) / 2), denominator, factor)


def plan_of(frame: Frame, pieces: Sequence[Piece], *, north: bool = True) -> Json:
    """The plan: areas with their rings, lines, texts, the scale and its bar; ``north``: whether up is north."""
    drawn = [(piece, shape) for piece in _sorted(pieces) if not (shape := _on_paper(piece.shape, frame)).is_empty]
    bar = bar_of(frame.denominator)
    page = _page(frame.paper, bar.step * (len(bar.metres) - 1), north=north)
    measured = _dimensions(drawn, frame, page)
    return {
        "width_mm": frame.paper.width,
        "height_mm": frame.paper.height,
        "denominator": frame.denominator,
        "bar": {"metres": list(bar.metres), "step_mm": round(bar.step, 4)},
        "north": north,
        "areas": [
            {"kind": piece.kind, "polygons": _polygons(shape), "hatching": _hatching(piece.kind, shape)}
            for piece, shape in drawn
        ],
        "dimensions": measured,
        "texts": _texts(drawn, page),
    }


def _sorted(pieces: Sequence[Piece]) -> list[Piece]:
    return sorted(pieces, key=lambda piece: ORDER.index(piece.kind))


def _on_paper(shape: BaseGeometry, frame: Frame) -> BaseGeometry:
    """A planar shape in millimetres on the sheet, cut at its edge, without what is too fine to be seen."""
    x, y = frame.middle
    width, height, metres = frame.paper.width, frame.paper.height, frame.metres
    moved = affinity.affine_transform(
        shape, [1 / metres, 0, 0, -1 / metres, width / 2 - x / metres, height / 2 + y / metres]
    )
    plain = shapely.simplify(moved, FINEST_MM)
    return shapely.intersection(shapely.make_valid(plain), shapely.box(0, 0, width, height))


def _page(paper: Paper, bar_mm: float, *, north: bool) -> Page:
    """The sheet with the corners of the scale bar and of north kept free."""
    left, high = CORNERS["bar"]
    taken: list[BaseGeometry] = [shapely.box(0, paper.height - high, left + bar_mm + 14, paper.height)]
    if north:
        wide, deep = CORNERS["north"]
        taken.append(shapely.box(paper.width - wide, 0, paper.width, deep))
    return Page(paper.width, paper.height, taken)


def _polygons(shape: BaseGeometry) -> list[list[list[list[float]]]]:
    """Polygons, each as its outer ring and its holes."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return [[_points(shapely.get_coordinates(ring)) for ring in (part.exterior, *part.interiors)] for part in parts]


def _hatching(kind: str, shape: BaseGeometry) -> list[list[list[float]]]:
    return [_points(line) for line in hatched(shape, *HATCHES[kind])] if kind in HATCHES else []


def _points(points: Iterable[Sequence[float]]) -> list[list[float]]:
    return [[round(float(x), 2), round(float(y), 2)] for x, y in points]


def _dimensions(drawn: Sequence[tuple[Piece, BaseGeometry]], frame: Frame, page: Page) -> list[Json]:
    """Dimension lines of the buildings placed; those of one size are measured once."""
    found: list[Json] = []
    seen: set[tuple[float, ...]] = set()
    placed = [part for piece, shape in drawn if piece.kind in (PLACED, LATER) for part in shapely.get_parts(shape)]
    for building in placed:
        lines = dimensions(building)
        size = tuple(_metres(one.length, frame) for one in lines)
        if not lines or size in seen or len(seen) >= MOST_DIMENSIONED:
            continue
        seen.add(size)
        for one in lines:
            metres = _metres(one.length, frame)
            page.take(box_around(*one.middle, f"{metres:.1f} m", LABEL_MM["tag"]))
            found.append(
                {
                    "lines": [_points(line) for line in one.lines],
                    "at": _points([one.middle])[0],
                    "angle": round(one.angle, 2),
                    "metres": metres,
                }
            )
    return found


def _metres(length: float, frame: Frame) -> float:
    """Ground metres of a length on paper, to the decimetre."""
    return round(length * frame.denominator / 1_000, 1)


def _texts(drawn: Sequence[tuple[Piece, BaseGeometry]], page: Page) -> list[Json]:
    """The names of what is drawn: constraints first, then the land itself, then its neighbours; beside buildings."""
    built = shapely.union_all([shape for piece, shape in drawn if piece.kind in (PLACED, LATER)])
    rank = {PARCEL: 1, NEIGHBOUR: 2}
    found = []
    for piece, shape in sorted(drawn, key=lambda one: rank.get(one[0].kind, 0)):
        if piece.label is None:
            continue
        kind = "tag" if piece.kind in HATCHES else piece.kind
        free = shapely.difference(shape, built)
        at = page.place(free if not free.is_empty else shape, piece.label, LABEL_MM[kind])
        if at is not None:
            found.append({"kind": kind, "text": piece.label, "at": _points([at])[0]})
    return found
