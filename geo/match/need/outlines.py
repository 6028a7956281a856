"""Polygons inside a need: where to look (degrees) and the outline of a building (metres)."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import Annotated, Literal

import numpy as np
import shapely
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError
from shapely.geometry import MultiPolygon, Polygon

from geo.match.need.quantities import MAX_LENGTH_M, Number

MAX_VERTICES = 10_000
MAX_CORNERS = 100
"""Of a building drawn, its courts included: with more, no angle is refused on land of a dozen sides within the work of
a decision (geo/fit/programme.py)."""
LEAST_ACROSS_M = 1.0
"""Of a building drawn, as of one known by its sides."""
FRANCE_LATITUDES, FRANCE_LONGITUDES = (41.0, 52.0), (-6.0, 10.0)
"""Degrees around metropolitan France, to recognise a polygon whose axes are swapped."""

Position = Annotated[list[Number], Field(min_length=2, max_length=3)]
Ring = Annotated[list[Position], Field(min_length=4, max_length=MAX_VERTICES)]


def _polygon(rings: list[list[list[float]]]) -> Polygon:
    shell, *holes = [[(p[0], p[1]) for p in ring] for ring in rings]
    return Polygon(shell, holes)


def _check_closed(ring: list[list[float]]) -> None:
    if ring[0][:2] != ring[-1][:2]:
        raise PydanticCustomError("ring_open", "has a ring whose last position is not its first")


class _Outline(BaseModel):
    """A GeoJSON polygon; `shape` is its valid shapely geometry."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @cached_property
    def shape(self) -> Polygon | MultiPolygon:
        """The polygon as drawn, prepared for many questions."""
        shape = self._draw()
        shapely.prepare(shape)
        return shape

    def _draw(self) -> Polygon | MultiPolygon:
        raise NotImplementedError

    @model_validator(mode="after")
    def _check_valid(self) -> "_Outline":
        shape = self._draw()
        if not shape.is_valid:
            why = shapely.is_valid_reason(shape)
            raise PydanticCustomError("polygon_invalid", "is not a valid polygon: {why}", {"why": why})
        return self


class AreaPolygon(_Outline):
    """Where to look: a GeoJSON Polygon in degrees, longitude first (CRS84)."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[Ring], Field(min_length=1, max_length=1_000)]

    def _draw(self) -> Polygon:
        return _polygon(self.coordinates)

    @field_validator("coordinates")
    @classmethod
    def _check(cls, rings: list[list[list[float]]]) -> list[list[list[float]]]:
        _check_degrees(rings)
        return rings


class AreaMultiPolygon(_Outline):
    """Where to look: a GeoJSON MultiPolygon in degrees, longitude first (CRS84)."""

    type: Literal["MultiPolygon"]
    coordinates: Annotated[
        list[Annotated[list[Ring], Field(min_length=1, max_length=1_000)]], Field(min_length=1, max_length=1_000)
    ]

    def _draw(self) -> MultiPolygon:
        return MultiPolygon([_polygon(rings) for rings in self.coordinates])

    @field_validator("coordinates")
    @classmethod
    def _check(cls, polygons: list[list[list[list[float]]]]) -> list[list[list[list[float]]]]:
        for rings in polygons:
            _check_degrees(rings)
        return polygons


Area = Annotated[AreaPolygon | AreaMultiPolygon, Field(discriminator="type")]


class BuildingOutline(_Outline):
    """The outline of a building: a GeoJSON Polygon in ground metres, any origin; 100 corners at most."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[Ring], Field(min_length=1, max_length=100)]

    def _draw(self) -> Polygon:
        return _polygon(self.coordinates)

    @field_validator("coordinates")
    @classmethod
    def _check(cls, rings: list[list[list[float]]]) -> list[list[list[float]]]:
        for ring in rings:
            _check_closed(ring)
        if sum(len(ring) - 1 for ring in rings) > MAX_CORNERS:
            raise PydanticCustomError(
                "building_too_many_corners", "has more than {most} corners; draw it simpler", {"most": MAX_CORNERS}
            )
        for axis in (0, 1):
            along = [position[axis] for position in rings[0]]
            if max(along) - min(along) > MAX_LENGTH_M:
                raise PydanticCustomError("building_too_long", "is longer than 5000 m; a building is drawn in metres")
        return rings

    @model_validator(mode="after")
    def _check_across(self) -> "BuildingOutline":
        around = shapely.get_coordinates(shapely.minimum_rotated_rectangle(self.shape))
        if len(around) < 5 or np.hypot(*np.diff(around[:3], axis=0).T).min() < LEAST_ACROSS_M:
            raise PydanticCustomError("building_too_thin", "is less than 1 m across; a building is drawn in metres")
        return self


def check_axes(positions: Iterable[Sequence[float]]) -> None:
    """Refuse positions that all read as latitude then longitude in France: off Somalia as they are written."""
    (south, north), (west, east) = FRANCE_LATITUDES, FRANCE_LONGITUDES
    if all(south <= p[0] <= north and west <= p[1] <= east for p in positions):
        raise PydanticCustomError("axes_swapped", "has latitude first; write longitude then latitude, as [4.83, 45.76]")


def _check_degrees(rings: list[list[list[float]]]) -> None:
    for ring in rings:
        _check_closed(ring)
        if any(not (-180 <= p[0] <= 180 and -90 <= p[1] <= 90) for p in ring):
            raise PydanticCustomError(
                "not_degrees", "is not in degrees; write longitude then latitude, as [4.83, 45.76]"
            )
    check_axes(chain.from_iterable(rings))
