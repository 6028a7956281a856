"""Reads generated features back: layers, and shapes in EPSG:2154 by another road than the generator's (PROJ)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

_TO_LAMBERT = Transformer.from_crs(4326, 2154, always_xy=True)

Shapes = npt.NDArray[Any]


@dataclass(frozen=True)
class Layer:
    """The features of one layer, their shapes in metres alongside."""

    features: list[dict[str, Any]]
    shapes: Shapes

    def all(self, key: str) -> list[Any]:
        """A property of every feature, None where it is not said."""
        return [feature["properties"].get(key) for feature in self.features]


def metres(features: Iterable[dict[str, Any]]) -> Shapes:
    """The geometries in EPSG:2154."""
    lonlat = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    return np.asarray(shapely.transform(lonlat, _project))


def _project(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.column_stack(_TO_LAMBERT.transform(points[:, 0], points[:, 1]))


def layers(features: Iterable[Any]) -> dict[str, Layer]:
    """The features by layer."""
    found: dict[str, list[dict[str, Any]]] = {}
    for feature in features:
        found.setdefault(feature["properties"]["layer"], []).append(feature)
    return {name: Layer(group, metres(group)) for name, group in found.items()}


def overlaps(shapes: Shapes) -> npt.NDArray[np.float64]:
    """The area (m2) each touching pair has in common."""
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = left < right
    return np.asarray(shapely.area(shapely.intersection(shapes[left[once]], shapes[right[once]])))
