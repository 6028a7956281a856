"""A placement with the most room around it, at the angle it was found at: one building, or several moved together."""

from dataclasses import replace

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geo.fit import kernel
from geo.fit.answer import Fit
from geo.fit.building import Layout
from geo.fit.decision import SLACK, sides_of, verified
from geo.fit.figure import Figure, Floats, Piece, free_positions, polygonal_parts, sweeps
from geo.fit.ground import Ground, Part, holds
from geo.fit.several import layout_of

STEPS = 8
"""Halvings of the room: the last one is to a 256th of the widest land."""
MAX_WORK = 2e6
"""Edge evaluations for one angle, some milliseconds."""
MAX_SWEPT = 10_000
"""Edges of the land times convex pieces of the buildings, above which several stay where they were found."""
NEAREST_M = 0.01
"""How near to the most room, metres, is near enough."""


def clearest(ground: Ground, found: Fit) -> Fit:
    """The same building at the same angle where the least margin is largest, or ``found`` when it cannot be better.

    A building with m metres more on every side is free exactly where the building has m metres of room to each of its
    sides; the largest m is sought by halving.
    """
    if found.placement is None or found.angle_deg is None:
        return found
    long, wide = sides_of(found.placement)
    low, high = found.margin_m or 0.0, 0.5 * max((float(np.ptp(part.edges[:, :2])) for part in ground.parts), default=0)
    best = found
    for _ in range(STEPS):
        room = 0.5 * (low + high)
        roomier = _with_room(ground, best, long, wide, room)
        if roomier is None or (roomier.margin_m or 0.0) < (best.margin_m or 0.0):
            high = room
        else:
            best, low = roomier, room
    return replace(best, nodes=found.nodes)


def _with_room(ground: Ground, found: Fit, long: float, wide: float, room: float) -> Fit | None:
    theta = np.radians(found.angle_deg or 0.0)
    for part in ground.parts:
        corner = _corner(part, float(theta), long + 2 * room + SLACK, wide + 2 * room + SLACK)
        if corner is not None:
            x, y = (side + room + 0.5 * SLACK for side in corner)
            placed = verified(ground, long, wide, float(theta), x, y, found.nodes)
            if placed is not None:
                return placed
    return None


def _corner(part: Part, theta: float, long: float, wide: float) -> tuple[float, float] | None:
    """Lower left corner (turned frame) of a free box at one angle, in the middle of its freedom."""
    n = len(part.edges)
    meter = np.array([0.0, MAX_WORK])
    view = kernel.View(part.edges, part.solid, np.empty((n, kernel.COLUMNS)), np.empty((6, n)), meter)
    kernel.turn(part.edges, theta, view.bars)
    status, x, y = kernel.place(view, long, wide, kernel.FINE, True)
    return (x, y) if status == kernel.FREE else None


def clearest_together(ground: Ground, found: Layout, gap: float) -> Layout:
    """The same buildings (and yard), moved together without turning to where their least margin is largest.

    Where they may be moved to is bounded by the moves that bring one of them to what it must keep away from; so the
    distance of a move to that bound is the room it leaves, and the middle of the largest circle leaves the most. What
    is returned was checked on the original shapes; ``found`` where nothing better was.
    """
    for move in _moves(ground, found):
        placed = [_moved(one, move) for one in found.placements]
        yard = None if found.yard is None else _moved(found.yard, move)
        moved = layout_of(ground, placed, gap, yard)
        if moved.placements and (moved.margin_m or 0.0) > (found.margin_m or 0.0) and _is_on(ground, yard):
            return moved
    return found


def _moves(ground: Ground, found: Layout) -> list[Floats]:
    """Moves (metres) to the middles of what is free around the buildings, the roomiest first."""
    free: BaseGeometry | None = None
    for part in ground.parts:
        figure = _standing_on(part, ground, found)
        if figure is None:
            continue
        if len(part.edges) * len(figure.convex) > MAX_SWEPT:
            return []
        if not ground.work.takes(sweeps(part, figure)):
            return []
        here = free_positions(part, figure, 0.0)
        free = here if free is None else shapely.intersection(free, here)
    areas = [] if free is None else polygonal_parts(free)
    rays = [shapely.maximum_inscribed_circle(area, tolerance=NEAREST_M) for area in areas if area.area > NEAREST_M**2]
    rays.sort(key=lambda ray: -float(ray.length))
    return [shapely.get_coordinates(ray)[0] for ray in rays[:STEPS]]


def _standing_on(part: Part, ground: Ground, found: Layout) -> Figure | None:
    """The buildings on one part of the land, and their yard, in its coordinates."""
    drawn = [*((one, True) for one in found.placements), *([] if found.yard is None else [(found.yard, False)])]
    here = [(_moved(one, -np.array(ground.origin)), keeps) for one, keeps in drawn]
    pieces = [Piece(one, keeps) for one, keeps in here if holds(part, _inside(one))]
    return Figure(tuple(pieces)) if pieces else None


def _inside(shape: Polygon) -> Floats:
    found: Floats = shapely.get_coordinates(shape.representative_point())[0]
    return found


def _moved(shape: Polygon, by: Floats) -> Polygon:
    moved: Polygon = shapely.transform(shape, lambda xy: xy + by)
    return moved


def _is_on(ground: Ground, yard: Polygon | None) -> bool:
    return yard is None or bool(ground.buildable.covers(yard) and ground.parcel.covers(yard))
