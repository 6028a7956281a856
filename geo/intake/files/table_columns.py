"""Which columns of a table hold its geometry: told by what is in them, by their names where they are empty."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from geo.intake.files.wkt import is_surface, looks_like_geometry
from geo.land.text import fold

Cells = Sequence[Sequence[object]]

_SHAPE_NAMES = ("geomsurf", "geom", "the_geom", "wkt", "geometry", "geometrie", "wkb_geometry", "wkt_geom", "geojson")
_POINT_NAMES = ("geompoint", "geopoint", "geo_point_2d", "geo_point", "coordonnees", "coordinates", "latlon", "lonlat")
_X = re.compile(
    r"^(?P<before>(?:.*(?:[^a-z]|coord|lambert))?)(?P<x>longitude|long|lon|lng|x)(?P<after>(?:[^a-z].*|l93|lambert.*|wgs.*)?)$"
)
_Y = {"longitude": ("latitude", "lat"), "long": ("lat",), "lon": ("lat",), "lng": ("lat",), "x": ("y",)}
PAIR = re.compile(r"[\s(\[]*([-+]?\d+(?:[.,]\d+)?)\s*[,;|/\s]\s*([-+]?\d+(?:[.,]\d+)?)[\s)\]]*")


@dataclass(frozen=True, slots=True)
class GeometryColumns:
    """The columns a row's geometry is taken from, the first filled one in this order; all None without geometry.

    ``wkt`` (WKT, EWKT), ``geojson`` or ``wkb`` (hexadecimal): any shape, at most one of the three. ``point``: a
    position in one cell, as "3.98, 49.25" or as WKT or GeoJSON. ``x`` and ``y``: two columns of numbers, x east.
    """

    wkt: str | None = None
    geojson: str | None = None
    wkb: str | None = None
    point: str | None = None
    x: str | None = None
    y: str | None = None

    @property
    def shape(self) -> str | None:
        """The column of shapes, in whichever of the three ways they are written."""
        return self.wkt or self.geojson or self.wkb

    @property
    def names(self) -> tuple[str, ...]:
        """All columns named, best first."""
        return tuple(name for name in (self.shape, self.point, self.x, self.y) if name)


Chosen = GeometryColumns | Callable[[Sequence[str]], GeometryColumns | None] | None
"""The geometry columns said by the caller: for any table, or by a table's headings; None: they are detected."""


def detect(names: Sequence[str], sample: Cells) -> GeometryColumns:
    """The geometry columns of a table with these headings and first rows."""
    columns = dict(zip(names, zip(*sample, strict=True), strict=True)) if sample else dict.fromkeys(names, ())
    filled = {name: [cell for cell in cells if cell is not None] for name, cells in columns.items()}
    shapes = [name for name, cells in filled.items() if _holds_shapes(name, cells)]
    shapes.sort(key=_rank)
    surface = next((name for name in shapes if not _is_pointlike(name, filled[name])), None)
    points = [name for name in shapes if _is_pointlike(name, filled[name])]
    points += [name for name, cells in filled.items() if name not in shapes and _holds_points(name, cells)]
    x, y = next(_pairs(filled), (None, None))
    found = GeometryColumns(point=points[0] if points else None, x=x, y=y)
    return found if surface is None else replace(found, **{_written(filled[surface]): surface})


def _written(cells: list[object]) -> str:
    """How a column of shapes writes them."""
    first = str(cells[0]).lstrip() if cells else ""
    return "geojson" if first.startswith("{") else "wkb" if first.startswith("0") else "wkt"


def _holds_shapes(name: str, cells: list[object]) -> bool:
    if not cells:
        return _plain(name).endswith(("geomsurf", "geompoint")) or _plain(name) in _SHAPE_NAMES
    good = sum(isinstance(cell, str) and looks_like_geometry(cell) for cell in cells)
    return 2 * good > len(cells) or (good > 0 and _plain(name).endswith(_SHAPE_NAMES))


def _is_pointlike(name: str, cells: list[object]) -> bool:
    """Whether a column of shapes holds no surface."""
    if not cells:
        return "point" in _plain(name)
    return not any(looks_like_geometry(str(cell)) and is_surface(str(cell)) for cell in cells)


def _holds_points(name: str, cells: list[object]) -> bool:
    """Two numbers in a cell are a position only under a name that says so: prices and phases are written so too."""
    named = _plain(name).endswith(_POINT_NAMES) or bool(
        re.search("point|coord|gps|latlon|lonlat|localisation", _plain(name))
    )
    good = sum(isinstance(cell, str) and PAIR.fullmatch(cell[:80]) is not None for cell in cells)
    return named and 2 * good > len(cells)


def _pairs(filled: dict[str, list[object]]) -> Iterator[tuple[str, str]]:
    """Columns of coordinates that belong together, degrees first, then the fullest."""
    plain = {_plain(name): name for name in filled}
    found: list[tuple[bool, int, str, str]] = []
    for spelt, name in plain.items():
        match = _X.match(spelt)
        for y in _Y[match["x"]] if match else ():
            partner = plain.get(f"{match['before']}{y}{match['after']}") if match else None
            if partner and match:
                found.append((match["x"] == "x", -len(filled[name]), name, partner))
    for _, _, x, y in sorted(found):
        if _mostly_numbers(filled[x]) and _mostly_numbers(filled[y]):
            yield x, y


def _mostly_numbers(cells: list[object]) -> bool:
    good = sum(number(cell) is not None for cell in cells)
    return not cells or 2 * good > len(cells)


def number(cell: object) -> float | None:
    """A coordinate as tables write it: blanks between thousands, comma or point before decimals."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    if not isinstance(cell, str) or len(cell) > 40:
        return None
    spelt = re.sub(r"[\s\u00a0\u202f°]", "", cell)
    if spelt.count(",") == 1 and "." not in spelt:
        spelt = spelt.replace(",", ".")
    return float(spelt) if re.fullmatch(r"[-+]?\d{1,12}(?:\.\d*)?(?:[eE][+-]?\d\d?)?", spelt) else None


def _plain(name: str) -> str:
    return fold(name).replace(" ", "_").replace("-", "_")


def _rank(name: str) -> int:
    """The likeliest name of a geometry first."""
    spelt = _plain(name)
    return next((place for place, known in enumerate(_SHAPE_NAMES) if spelt.endswith(known)), len(_SHAPE_NAMES))
