"""Coordinate reference systems: which one a source declares, and carrying its coordinates to the house's own."""

import re
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from geo.intake.problems import Unreadable

WGS84 = "EPSG:4326"
_AUTHORITY = re.compile(r"(?:urn:ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d{4,6})", re.IGNORECASE)
_CRS84 = re.compile(r"(?:urn:ogc:def:crs:OGC:[\d.]*:CRS84|OGC:CRS84|CRS84)", re.IGNORECASE)
_CANDIDATES = (2154, *range(3942, 3951), 27572, 32631, 3857)
"""What projected numbers found in France usually are, the likeliest first."""

Bounds = tuple[float, float, float, float]


def parse(text: str) -> str:
    """``EPSG:n`` for the ways a code is written; OGC:CRS84 counts as EPSG:4326 (longitude first in files).

    Nothing but a code is understood: definitions from strangers could name files of this machine.

    Raises:
        Unreadable: not a code, or unknown to PROJ.
    """
    if _CRS84.fullmatch(text.strip()):
        return WGS84
    match = _AUTHORITY.fullmatch(text.strip())
    if match is None:
        raise Unreadable("crs.unknown", text=text)
    name = f"EPSG:{match.group(1)}"
    try:
        found = pyproj.CRS.from_user_input(name)
    except CRSError as error:
        raise Unreadable("crs.not_known", name=name) from error
    if not (found.is_geographic or found.is_projected):
        raise Unreadable("crs.not_plane", name=name)
    return name


def of_member(members: dict[str, object]) -> str | None:
    """The code of a GeoJSON's ``crs`` member (GeoJSON 2008, still written); None without one.

    Raises:
        Unreadable: the member is null (its meaning in 2008: unknown), a link, or no known code.
    """
    if "crs" not in members:
        return None
    member = members["crs"]
    if isinstance(member, dict) and member.get("type") == "name":
        properties = member.get("properties")
        name = properties.get("name") if isinstance(properties, dict) else None
        if isinstance(name, str):
            return parse(name)
    raise Unreadable("crs.no_code_in_member", member=member)


def of_wkt(wkt: str) -> str:
    """The code of a definition as GDAL hands it on (a code already, or WKT from a .prj).

    Raises:
        Unreadable: PROJ's database has no coordinate system like it.
    """
    if _AUTHORITY.fullmatch(wkt):
        return parse(wkt)
    try:
        code = pyproj.CRS.from_wkt(wkt).to_epsg(min_confidence=70)
    except CRSError as error:
        raise Unreadable("crs.not_readable") from error
    if code is None:
        raise Unreadable("crs.no_code")
    return parse(f"EPSG:{code}")


@dataclass(frozen=True)
class Frame:
    """From a source's coordinates to EPSG:``srid``, and where in it land may lie.

    ``source`` is ``EPSG:n``; x is always east (longitude), y north, as files have it.
    """

    source: str
    srid: int
    _tried: dict[int, "Frame"] = field(default_factory=dict, repr=False, compare=False)

    def __reduce__(self) -> tuple[type["Frame"], tuple[str, int]]:
        """What another process must know; it prepares its own transformation."""
        return Frame, (self.source, self.srid)

    @cached_property
    def degrees(self) -> bool:
        """Whether the source's coordinates are degrees."""
        return pyproj.CRS.from_user_input(self.source).is_geographic

    @cached_property
    def same(self) -> bool:
        """Whether source and target are one system, so that coordinates pass untouched."""
        return self.source == f"EPSG:{self.srid}"

    @cached_property
    def _transformer(self) -> pyproj.Transformer:
        return pyproj.Transformer.from_crs(self.source, f"EPSG:{self.srid}", always_xy=True)

    @property
    def accuracy_m(self) -> float:
        """PROJ's stated accuracy of the transformation in metres, 0 when exact or not stated."""
        return max(0.0, float(self._transformer.accuracy))

    @cached_property
    def envelope(self) -> Bounds:
        """The target system's area of use in its own coordinates (west, south, east, north)."""
        area = pyproj.CRS.from_epsg(self.srid).area_of_use
        if area is None:
            raise Unreadable("crs.no_area", name=f"EPSG:{self.srid}")
        geographic = pyproj.Transformer.from_crs(WGS84, f"EPSG:{self.srid}", always_xy=True)
        west, south, east, north = geographic.transform_bounds(*area.bounds, densify_pts=51)
        return west, south, east, north

    def transform(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) source coordinates in the target system; infinite where that is impossible."""
        if self.same:
            return xy
        x, y = self._transformer.transform(xy[:, 0], xy[:, 1], errcheck=False)
        return np.column_stack([x, y])

    def holds(self, bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which of (n, 4) target bounds lie inside :attr:`envelope`; NaN and infinity do not."""
        west, south, east, north = self.envelope
        return np.asarray(
            (bounds[:, 0] >= west) & (bounds[:, 1] >= south) & (bounds[:, 2] <= east) & (bounds[:, 3] <= north)
        )

    def takes(self, x: float, y: float) -> bool:
        """Whether a source point lands inside :attr:`envelope`."""
        there = self.transform(np.array([[x, y]], dtype=np.float64))
        return bool(self.holds(np.hstack([there, there]))[0])

    def explain(self, x: float, y: float) -> tuple[str, dict[str, object]]:
        """Code and parameters of why a source point outside the envelope may be there."""
        point: dict[str, object] = {"x": float(f"{x:g}"), "y": float(f"{y:g}")}
        if self.degrees and max(abs(x), abs(y)) > 180.0:
            return self._explain_metres(x, y, point)
        if self.takes(y, x):
            return "crs.axes_swapped" if self.degrees else "crs.axes_swapped_metres", point
        likely = None if self.degrees else self._likely(x, y)
        if likely is not None:
            called = str(pyproj.CRS.from_user_input(likely).name)
            return "crs.another", point | {"name": self.source, "likely": likely, "called": called}
        return "geometry.outside", point | {"name": f"EPSG:{self.srid}"}

    def _explain_metres(self, x: float, y: float, point: dict[str, object]) -> tuple[str, dict[str, object]]:
        likely = self._likely(x, y)
        return ("crs.not_degrees", point) if likely is None else ("crs.metres", point | {"likely": likely})

    def _likely(self, x: float, y: float) -> str | None:
        """The first usual system in which a source point would lie inside :attr:`envelope`, degrees counted in."""
        codes = (4326,) if max(abs(x), abs(y)) <= 180.0 else _CANDIDATES
        for code in codes:
            if self._tried.setdefault(code, Frame(f"EPSG:{code}", self.srid)).takes(x, y):
                return f"EPSG:{code}"
        return None
