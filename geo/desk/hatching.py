"""Hatching as lines of its own: the same on screen, in print and in a picture, whatever draws it."""

from math import cos, hypot, radians, sin

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry


def hatched(shape: BaseGeometry, angle: float, apart: float) -> list[list[tuple[float, float]]]:
    """Straight lines across a shape: ``angle`` in degrees from the first axis, ``apart`` in units of the shape.

    Lines of neighbouring shapes meet: they lie on one grid through the origin.
    """
    if shape.is_empty:
        return []
    west, south, east, north = shape.bounds
    along, across = (cos(radians(angle)), sin(radians(angle))), (-sin(radians(angle)), cos(radians(angle)))
    middle = (west + east) / 2, (south + north) / 2
    reach = hypot(east - west, north - south) / 2
    at = middle[0] * across[0] + middle[1] * across[1]
    centre = middle[0] * along[0] + middle[1] * along[1]
    grid = np.arange(np.ceil((at - reach) / apart), np.floor((at + reach) / apart) + 1) * apart
    ends = [
        [
            [across[0] * one + along[0] * far, across[1] * one + along[1] * far]
            for far in (centre - reach, centre + reach)
        ]
        for one in grid
    ]
    if not ends:
        return []
    met = shapely.intersection(shapely.linestrings(ends), shape)
    parts = shapely.get_parts(met)
    lines = parts[(shapely.get_dimensions(parts) == 1) & ~shapely.is_empty(parts)]
    return [[(x, y) for x, y in shapely.get_coordinates(line)] for line in lines]
