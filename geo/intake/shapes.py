"""Geometries of a batch carried to the house's coordinate system, checked, mended and measured, all at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry

from geo.intake.crs import Frame
from geo.intake.problems import Rejection, Repair
from geo.intake.records import Shape
from geo.intake.tangle import MAX_MEETINGS, is_tangled

MAX_AREA_CHANGE = 0.01
"""A repair that changes the area by more than this share is refused (issue: 'refused above 1 %')."""
MIN_AREA_M2 = 0.01
"""Less than a square of 10 cm is no land: a collapsed outline."""
_POINT, _POLYGON, _MULTIPOINT, _MULTIPOLYGON, _COLLECTION = 0, 3, 4, 6, 7
_KINDS = ("Point", "LineString", "LinearRing", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")

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

    def reject(self, places: Iterable[int], code: str, message: str, value: object = None) -> None:
        """Refuse some entries for one reason."""
        for place in places:
            self.good[place] = False
            self.rejections.append(Rejection(self.rows[place], "geometry", value, code, message))


def shape(rows: list[int], source: Geometries, wanted: Shape, frame: Frame) -> Shapes:
    """Bring source geometries (shapely, any dimension, None where already refused) to what a layer wants.

    Order matters: type, coordinates, place, validity, area. Repairs carry areas in square metres.
    """
    if shapely.has_z(source).any():
        source = shapely.force_2d(source)
    source = _multi(source)
    good = ~shapely.is_missing(source)
    empty = np.full(len(source), None, dtype=object)
    shapes = Shapes(rows, source, empty, empty.copy(), good)
    _refuse_empty(shapes)
    _sort_types(shapes, wanted)
    _carry(shapes, frame)
    if wanted is not Shape.POINT:
        _mend(shapes)
        _refuse_flat(shapes)
        _orient(shapes)
    shapes.source = shapely.normalize(shapes.source)
    return shapes


def _places(mask: NDArray[np.bool_]) -> list[int]:
    return [int(place) for place in np.flatnonzero(mask)]


def _refuse_empty(shapes: Shapes) -> None:
    empty = _places(shapes.good & shapely.is_empty(shapes.source))
    shapes.reject(empty, "geometry.empty", "the geometry is empty; expected a Polygon or MultiPolygon")


def _sort_types(shapes: Shapes, wanted: Shape) -> None:
    """Put each source geometry where the layer keeps it, or refuse its type."""
    types = shapely.get_type_id(shapes.source)
    for place in _places(shapes.good & (types == _COLLECTION)):
        _open_collection(shapes, place)
    types = shapely.get_type_id(shapes.source)
    surface = shapes.good & np.isin(types, (_POLYGON, _MULTIPOLYGON))
    point = shapes.good & np.isin(types, (_POINT, _MULTIPOINT))
    if wanted is Shape.POINT:
        shapes.geometry[point] = shapely.centroid(shapes.source[point])
        shapes.geometry[surface] = shapely.point_on_surface(shapes.source[surface])
        for place in _places(surface):
            shapes.repairs.append(Repair(shapes.rows[place], "geometry", "surface", "point", "geometry.point_taken"))
        taken = point | surface
    else:
        shapes.geometry[surface] = shapes.source[surface]
        taken = surface
        if wanted is Shape.SURFACE_OR_POINT:
            shapes.location[point] = shapely.centroid(shapes.source[point])
            taken = taken | point
    for place in _places(shapes.good & ~taken):
        kind = _KINDS[int(types[place])]
        shapes.reject([place], "geometry.type", f"{kind} is not kept here; expected {wanted.value}", kind)


def _open_collection(shapes: Shapes, place: int) -> None:
    """Old cadastre files wrap parcels in collections: keep the surfaces, say so."""
    parts = list(_surfaces(shapes.source[place]))
    if not parts:
        shapes.reject([place], "geometry.type", "the GeometryCollection holds no polygon", "GeometryCollection")
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
        for place, geometry in zip(places[outside], before[outside], strict=True):
            code, message = frame.explain(*farthest(geometry, frame))
            shapes.reject([int(place)], code, message, [round(bound, 7) for bound in geometry.bounds])


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


def _mend(shapes: Shapes) -> None:
    """Make invalid surfaces valid, keeping their polygons; refuse a repair that changes the area."""
    places = _surfaces_of(shapes)
    for place in places[~shapely.is_valid(shapes.geometry[places])].tolist():
        broken = shapes.geometry[place]
        reason = shapely.is_valid_reason(broken)
        measured: dict[str, object] = {"area_m2": round(float(broken.area), 3), "reason": reason}
        if is_tangled(broken):
            message = f"{reason}, and {MAX_MEETINGS} times more; the outline is no boundary of land"
            shapes.reject([place], "geometry.tangled", message, measured)
            continue
        mended = shapely.MultiPolygon(
            list(_surfaces(shapely.make_valid(broken, method="structure", keep_collapsed=False)))
        )
        _take_mended(shapes, place, mended, measured)


def _take_mended(shapes: Shapes, place: int, mended: shapely.MultiPolygon, measured: dict[str, object]) -> None:
    before, after = float(shapes.geometry[place].area), float(mended.area)
    if abs(after - before) > MAX_AREA_CHANGE * before:
        message = (
            f"{measured['reason']}: mending it would change the area from {before:.1f} to {after:.1f} m2, more than "
            f"{MAX_AREA_CHANGE:.0%}; correct the outline there"
        )
        shapes.reject([place], "geometry.invalid", message, measured)
        return
    shapes.geometry[place] = mended
    repair = Repair(shapes.rows[place], "geometry", measured, {"area_m2": round(after, 3)}, "geometry.made_valid")
    shapes.repairs.append(repair)


def _refuse_flat(shapes: Shapes) -> None:
    places = _surfaces_of(shapes)
    flat = places[shapely.area(shapes.geometry[places]) < MIN_AREA_M2]
    shapes.reject(flat.tolist(), "geometry.no_area", "the outline encloses no area; expected a surface")


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
