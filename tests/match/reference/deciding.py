"""Does a rectangle fit, by brute force with shapely alone: a place, a proof that there is none, or too near to tell.

At one angle: turned upright, a rectangle centred on c is free when c lies in the land and in none of the hexagons swept
by the rectangle along each edge of it. Over an interval of angles: a smaller rectangle that stays inside the one asked
however it is turned within the interval must be free at its middle; where it is not, the interval is refused.
"""

import math

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

SLACK_M = 0.4
"""Verdicts hold for a rectangle this much larger (a place) or smaller (a refusal); between the two it is `close`."""
YES, NO, CLOSE = "y", "n", "c"
_CORNERS = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
_LEAST_PLACE_M2 = 1e-6
INSIDE_M = 0.05
"""How closely the largest circle inside is looked for."""


def decide(land: BaseGeometry, length: float, width: float) -> str:
    """YES, NO or CLOSE, of a rectangle of these sides (planar metres) somewhere on the land."""
    parts: list[shapely.Polygon] = [part for part in shapely.get_parts(land) if part.area > 0]
    found = {_on(part, length, width) for part in parts if not _hopeless(part, length - SLACK_M, width - SLACK_M)}
    return YES if YES in found else CLOSE if CLOSE in found else NO


def _hopeless(part: shapely.Polygon, length: float, width: float) -> bool:
    """Too small, too short for its diagonal, or too thin for the circle inside the rectangle.

    Not by what a buffer leaves of the land: GEOS 3.14 takes off more than it is told on some outlines with arcs [seen:
    a line 10.16 m from the boundary was gone at 9.79 m].
    """
    if part.area < length * width or _span(part) < math.hypot(length, width):
        return True
    return bool(shapely.maximum_inscribed_circle(part, tolerance=INSIDE_M).length + INSIDE_M < min(length, width) / 2)


def _span(shape: BaseGeometry) -> float:
    """No two points of it lie farther apart."""
    west, south, east, north = shape.bounds
    return math.hypot(east - west, north - south)


def _on(part: shapely.Polygon, length: float, width: float) -> str:
    large, small = (length + SLACK_M, width + SLACK_M), (length - SLACK_M, width - SLACK_M)
    half = math.pi / 32
    waiting = [(half * (2 * n + 1), half) for n in range(16)]
    close = False
    if any(is_free(part, angle, *large) for angle in _edges(part)):
        return YES
    while waiting:
        angle, half = waiting.pop()
        if not is_free(part, angle, *inner(*small, half)):
            continue
        if is_free(part, angle, *large):
            return YES
        if half * max(length, width) < SLACK_M / 8:
            close = True
            break
        waiting += [(angle - half / 2, half / 2), (angle + half / 2, half / 2)]
    return CLOSE if close else NO


def _edges(part: shapely.Polygon) -> list[float]:
    """The directions of its six longest edges, and those square to them."""
    steps = np.diff(shapely.get_coordinates(part.exterior), axis=0)
    longest = steps[np.argsort(-np.hypot(*steps.T))[:6]]
    return [float(angle) + square for angle in np.arctan2(longest[:, 1], longest[:, 0]) for square in (0, math.pi / 2)]


def inner(length: float, width: float, half: float) -> tuple[float, float]:
    """Sides of a rectangle that stays in length x width when turned by ``half`` or less about its middle.

    The box around it when turned is l cos + w sin by l sin + w cos, and grows with the angle up to a quarter turn less
    that of its diagonal; both are checked at the far end and at the middle.
    """
    cos, sin = math.cos(half), math.sin(half)
    wide = (width * cos - length * sin) / math.cos(2 * half)
    long = (length * cos - width * sin) / math.cos(2 * half)
    if wide <= 0 or long <= 0:
        long, wide = 0.99 * min(length, width / sin, length / cos), 1e-3
        long = min(long, (width - wide * cos) / sin)
    return long, wide


def is_free(part: shapely.Polygon, angle: float, length: float, width: float) -> bool:
    """Whether length x width, its long side at this angle, has a place of some extent on the part."""
    cos, sin = math.cos(-angle), math.sin(-angle)
    turned: shapely.Polygon = shapely.transform(part, lambda xy: xy @ np.array([[cos, sin], [-sin, cos]]))
    ends = [
        np.stack([ring[:-1], ring[1:]], axis=1)
        for ring in (shapely.get_coordinates(one) for one in (turned.exterior, *turned.interiors))
    ]
    corners = _CORNERS * (length, width)
    swept = np.concatenate(ends)[:, :, None, :] + corners[None, None, :, :]
    hexagons = shapely.convex_hull(shapely.multipoints(swept.reshape(len(swept), 8, 2)))
    return bool(shapely.difference(turned, shapely.union_all(hexagons)).area > _LEAST_PLACE_M2)
