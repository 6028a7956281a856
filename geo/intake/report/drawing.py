"""The rows of a report that have a problem, drawn for a GIS."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.intake.report.told import Told, plain

_DIGITS = 7


def drawn(told: Sequence[tuple[str, Told]], srid: int) -> dict[str, Any]:
    """Messages with their kind (rejection, repair) as GeoJSON features in EPSG:4326; outlines are in ``srid``."""
    shapes = _degrees([one.outline for _, one in told], srid)
    features = [
        {"type": "Feature", "properties": {"problem": kind, **_flat(one.to_json())}, "geometry": geometry}
        for (kind, one), geometry in zip(told, shapes, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def _degrees(outlines: Sequence[BaseGeometry | None], srid: int) -> list[object]:
    """Outlines as GeoJSON geometries in longitude and latitude, 7 decimals."""
    to_degrees = pyproj.Transformer.from_crs(f"EPSG:{srid}", "EPSG:4326", always_xy=True)

    def degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1])).round(_DIGITS)

    drawn = [None if one is None else shapely.transform(one, degrees) for one in outlines]
    return [None if one is None else shapely.geometry.mapping(one) for one in drawn]


def _flat(message: dict[str, object]) -> dict[str, object]:
    """A message whose values a GIS can show in a table: structures as text, but for the parameters of its sentence."""
    facts = {name: plain(value) for name, value in message.items()}
    return {name: _text(part) if name != "params" else part for name, part in facts.items()}


def _text(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
