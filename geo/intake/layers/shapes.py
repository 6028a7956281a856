"""Geometries of a batch carried to the house's coordinate system, checked, mended and measured, all at once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry

from geo.intake.crs import Frame
from geo.intake.layers.ground import ground_area
from geo.intake.layers.record import Shape
from geo.intake.layers.tangle import MAX_MEETINGS, is_tangled
from geo.intake.layers.widening import LINES, POINTS, widened
from geo.intake.problems import Rejection, Repair

MAX_AREA_CHANGE = 0.01
"""A repair that changes the area by more than this share is refused (issue: 'refused above 1 %')."""
MIN_AREA_M2 = 0.01
"""Less than a square of 10 cm is no land: a collapsed outline."""
FARTHEST = 1e9
"""No coordinate of any system is farther from its origin than this, be it in metres, feet or degrees."""
_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_KINDS = ("Point", "LineString", "LinearRing", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")

_SPOT = re.compile(r"\[(-?[\d.]+(?:e[+-]?\d+)?) (-?[\d.]+(?:e[+-]?\d+)?)\]")

Geometries = NDArray[np.object_]


@dataclass(slots=True)
class Shapes:
    """Geometries of one batch in the target system; entry i belongs to ``rows[i]``.

    ``geometry`` holds MultiPolygons (Points for layers of points) or None, ``location`` Points or None.
    ``source`` holds the geometry in the source's coordinates, normalised: two dimensions, multi, parts and rings in
    one order and started and turned one way, so that keys and digests do not depend on who wrote the file.
    ``good`` says which entries may be kept.
    """

    rows: list[int]
    source: Geometries
    geometry: Geometries
    location: Geometries
    good: NDArray[np.bool_]
    repairs: list[Repair] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    flat: list[int] = field(default_factory=list)

    def reject(self, places: Iterable[int], code: str, value: object = None, /, **params: object) -> None:
        """Refuse some entries for one reason; ``params`` fill the sentence of ``code``."""
        for place in places:
            self.good[place] = False
            self.rejections.append(Rejection(self.rows[place], "geometry", value, code, params=params))


def shape(
    rows: list[int],
    source: Geometries,
    wanted: Shape,
    frame: Frame,
    reach: NDArray[np.float64] | None = None,
    *,
    overlay: bool = False,
) -> Shapes:
    """Bring source geometries (shapely, any dimension, None where a row has none) to what a layer wants.

    ``reach`` gives lines and points of a layer of surfaces theirs: ground metres around them, NaN where unknown.
    In a layer that only lies over land (``overlay``) an outline without area changes nothing: its place is given in
    ``flat``, not refused. Order matters: type, coordinates, place, reach, validity, area. Repairs carry areas in m2.
    """
    if wanted is Shape.NONE:
        source = np.full(len(source), None, dtype=object)
    if shapely.has_z(source).any():
        source = shapely.force_2d(source)
    source = _multi(source)
    good = ~shapely.is_missing(source)
    empty = np.full(len(source), None, dtype=object)
    shapes = Shapes(rows, source, empty, empty.copy(), good)
    _judge_missing(shapes, wanted)
    _refuse_empty(shapes)
    _refuse_far(shapes, frame)
    _sort_types(shapes, wanted, reach)
    _carry(shapes, frame)
    if reach is not None and wanted is not Shape.POINT:
        _widen(shapes, reach, frame.srid)
    if wanted is not Shape.POINT:
        _mend(shapes, frame.srid)
        _refuse_flat(shapes, overlay)
        _orient(shapes)
    shapes.source = shapely.normalize(shapes.source)
    return shapes


def _places(mask: NDArray[np.bool_]) -> list[int]:
    return [int(place) for place in np.flatnonzero(mask)]


def _judge_missing(shapes: Shapes, wanted: Shape) -> None:
    """Rows of a table may come without geometry: a layer that can do without says itself which of them stand."""
    if wanted in (Shape.SURFACE_OR_POINT, Shape.NONE):
        shapes.good[:] = True
    else:
        shapes.reject(_places(shapely.is_missing(shapes.source)), "geometry.missing")


def _refuse_empty(shapes: Shapes) -> None:
    empty = _places(shapes.good & shapely.is_empty(shapes.source))
    shapes.reject(empty, "geometry.empty")


def _refuse_far(shapes: Shapes, frame: Frame) -> None:
    """Refuse, and forget, outlines with coordinates that no system has: measuring them overflows, in holes as well."""
    coordinates, of = shapely.get_coordinates(shapes.source, return_index=True)
    far = np.unique(of[~(np.abs(coordinates) <= FARTHEST).all(axis=1)])
    if len(far):
        _refuse_outside(shapes, far[shapes.good[far]], frame)
        shapes.source = shapes.source.copy()
        shapes.source[far] = None


def _refuse_outside(shapes: Shapes, places: NDArray[np.intp], frame: Frame) -> None:
    """Refuse outlines that do not lie in the frame, saying why they may not."""
    for place in places.tolist():
        geometry = shapes.source[place]
        code, params = frame.explain(*farthest(geometry, frame))
        shapes.reject([place], code, [round(bound, 7) for bound in geometry.bounds], **params)


def _sort_types(shapes: Shapes, wanted: Shape, reach: NDArray[np.float64] | None) -> None:
    """Put each source geometry where the layer keeps it, or refuse its type."""
    types = shapely.get_type_id(shapes.source)
    for place in _places(shapes.good & (types == _COLLECTION)):
        _open_collection(shapes, place)
    types = shapely.get_type_id(shapes.source)
    surface = shapes.good & np.isin(types, (_POLYGON, _MULTIPOLYGON))
    point, line = (shapes.good & np.isin(types, kinds) for kinds in (POINTS, LINES))
    if wanted is Shape.POINT:
        shapes.geometry[point] = shapely.centroid(shapes.source[point])
        _take_points(shapes, surface, "surface")
        _take_points(shapes, line, "line")
        taken = point | surface | line
    else:
        shapes.geometry[surface] = shapes.source[surface]
        taken = surface
        if wanted is Shape.NONE:
            taken = shapes.good
        elif wanted is Shape.SURFACE_OR_POINT:
            shapes.location[point] = shapely.centroid(shapes.source[point])
            taken = taken | point | shapely.is_missing(shapes.source)
        elif reach is not None:
            taken = taken | _take_thin(shapes, point | line, reach)
    for place in _places(shapes.good & ~taken):
        kind = _KINDS[int(types[place])]
        shapes.reject([place], "geometry.type", kind, kind=kind, wanted=wanted.value)


def _take_points(shapes: Shapes, mask: NDArray[np.bool_], kind: str) -> None:
    """Stand a point on each surface or line of a layer of points."""
    shapes.geometry[mask] = shapely.point_on_surface(shapes.source[mask])
    for place in _places(mask):
        shapes.repairs.append(Repair(shapes.rows[place], "geometry", kind, "point", "geometry.point_taken"))


def _take_thin(shapes: Shapes, thin: NDArray[np.bool_], reach: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Take lines and points that say how wide they are; a line that goes nowhere counts as a point, and is told."""
    shapes.reject(_places(thin & ~np.isfinite(reach)), "geometry.no_width")
    taken = thin & np.isfinite(reach)
    shapes.geometry[taken] = shapes.source[taken]
    for place in _places(taken & ~shapely.is_valid(shapes.source)):
        kind = _KINDS[int(shapely.get_type_id(shapes.source[place]))]
        shapes.repairs.append(Repair(shapes.rows[place], "geometry", kind, "Point", "geometry.no_length"))
    return thin


def _widen(shapes: Shapes, reach: NDArray[np.float64], srid: int) -> None:
    """Give lines and points the surface within their reach."""
    thin = np.isin(shapely.get_type_id(shapes.geometry), (*POINTS, *LINES))
    places = np.flatnonzero(shapes.good & thin)
    if len(places):
        shapes.geometry[places] = widened(shapes.geometry[places], reach[places], srid)


def _open_collection(shapes: Shapes, place: int) -> None:
    """Old cadastre files wrap parcels in collections: keep the surfaces, say so."""
    parts = list(_surfaces(shapes.source[place]))
    if not parts:
        shapes.reject([place], "geometry.no_polygon", "GeometryCollection")
        return
    shapes.source[place] = shapely.MultiPolygon(parts)
    shapes.repairs.append(
        Repair(shapes.rows[place], "geometry", "GeometryCollection", "MultiPolygon", "geometry.collection_opened")
    )


def _surfaces(geometry: BaseGeometry) -> Iterable[Polygon]:
    """The polygons inside any geometry."""
    if isinstance(geometry, Polygon):
        if not geometry.is_empty:
            yield geometry
    elif isinstance(geometry, BaseMultipartGeometry):
        for part in geometry.geoms:
            yield from _surfaces(part)


def _carry(shapes: Shapes, frame: Frame) -> None:
    """Transform to the target system; refuse what falls outside its area of use, saying why it may."""
    for held in (shapes.geometry, shapes.location):
        places = np.flatnonzero(shapes.good & ~shapely.is_missing(held))
        if not len(places):
            continue
        before = held[places]
        after = before if frame.same else shapely.transform(before, frame.transform)
        held[places] = after
        outside = np.flatnonzero(~frame.holds(shapely.bounds(after)))
        _refuse_outside(shapes, places[outside], frame)


def farthest(geometry: BaseGeometry, frame: Frame) -> tuple[float, float]:
    """The first vertex (source coordinates) that lies outside the frame."""
    vertices = shapely.get_coordinates(geometry)
    there = frame.transform(vertices)
    outside = np.flatnonzero(~frame.holds(np.hstack([there, there])))
    x, y = vertices[outside[0] if len(outside) else 0]
    return float(x), float(y)


def _surfaces_of(shapes: Shapes) -> NDArray[np.intp]:
    """The places of surfaces still standing; those refused may hold infinite coordinates."""
    return np.flatnonzero(shapes.good & ~shapely.is_missing(shapes.geometry))


def _mend(shapes: Shapes, srid: int) -> None:
    """Make invalid surfaces valid, keeping their polygons; refuse a repair that changes the area."""
    places = _surfaces_of(shapes)
    for place in places[~shapely.is_valid(shapes.geometry[places])].tolist():
        broken = shapes.geometry[place]
        reason = shapely.is_valid_reason(broken)
        spot = _spot(reason, broken)
        measured: dict[str, object] = {"area_m2": round(ground_area(broken, srid), 3), "reason": _fault(reason)} | spot
        if is_tangled(broken):
            shapes.reject([place], "geometry.tangled", measured, **spot, most=MAX_MEETINGS)
            continue
        mended = shapely.MultiPolygon(
            list(_surfaces(shapely.make_valid(broken, method="structure", keep_collapsed=False)))
        )
        _take_mended(shapes, place, mended, measured, srid)


def _take_mended(
    shapes: Shapes, place: int, mended: shapely.MultiPolygon, measured: dict[str, object], srid: int
) -> None:
    planar, before = float(shapes.geometry[place].area), ground_area(shapes.geometry[place], srid)
    after = float(mended.area) * (before / planar if planar else 1.0)  # one scale for both: the place did not move
    if abs(after - before) > MAX_AREA_CHANGE * before:
        areas = {"before_m2": round(before, 1), "after_m2": round(after, 1), "percent": round(100 * MAX_AREA_CHANGE)}
        spot = {"x": measured["x"], "y": measured["y"], "fault": measured["reason"]}
        shapes.reject([place], "geometry.invalid", measured, **spot, **areas)
        return
    shapes.geometry[place] = mended
    repair = Repair(shapes.rows[place], "geometry", measured, {"area_m2": round(after, 3)}, "geometry.made_valid")
    shapes.repairs.append(repair)


def _fault(reason: str) -> str:
    """The code of a GEOS reason: ``Ring Self-intersection[8 4]`` is ``ring_self_intersection``."""
    return re.sub(r"[^a-z]+", "_", reason.partition("[")[0].strip().lower())


def _spot(reason: str, outline: BaseGeometry) -> dict[str, object]:
    """Where GEOS found the fault, in the target system: its reasons end in ``[x y]``; else where the outline begins."""
    found = _SPOT.search(reason)
    x, y = shapely.get_coordinates(outline)[0] if found is None else (float(found[1]), float(found[2]))
    return {"x": round(float(x)), "y": round(float(y))}


def _refuse_flat(shapes: Shapes, overlay: bool) -> None:
    places = _surfaces_of(shapes)
    flat = places[shapely.area(shapes.geometry[places]) < MIN_AREA_M2]
    if overlay:
        shapes.good[flat] = False
        shapes.flat = flat.tolist()
    else:
        shapes.reject(flat.tolist(), "geometry.no_area")


def _multi(source: Geometries) -> Geometries:
    """Single polygons as multipolygons of one."""
    single = np.flatnonzero(shapely.get_type_id(source) == _POLYGON)
    if len(single):
        source = source.copy()
        source[single] = shapely.multipolygons(source[single], indices=np.arange(len(single)))
    return source


def _orient(shapes: Shapes) -> None:
    """Outlines run counter-clockwise and holes clockwise, as RFC 7946 wants them served."""
    places = _surfaces_of(shapes)
    shapes.geometry[places] = shapely.orient_polygons(shapes.geometry[places])
