"""Decides whether a building fits, and lets nothing out that was not verified on the original shapes."""

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from geo.fit import kernel
from geo.fit.answer import Certificate, Fit, Verdict
from geo.fit.checks import Shape, check_length, check_tolerance
from geo.fit.ground import Ground, Part, lay_out
from geo.fit.work import EVALUATIONS

Floats = NDArray[np.float64]

SLACK = 2e-3
"""Metres added to both sides of the building looked for, so that the one returned is clear of rounding."""
MAX_NODES = 4_000
WORK_PER_NODE = 50_000.0
"""Edge evaluations allowed per node, about 0.3 ms: bounds the time of a decision whatever the shape."""


def decide(
    parcel: Shape,
    length: float,
    width: float,
    *,
    buildable: Shape | None = None,
    setback: float = 0.0,
    tolerance: float = 0.25,
    max_nodes: int = MAX_NODES,
) -> Fit:
    """Say whether a length x width building fits, at any angle, with a verified placement or a proof.

    The building must lie inside ``buildable`` (default: the parcel) and stay at least ``setback`` from the boundary
    of ``parcel``. All in planar metres of one CRS (the caller has converted ground metres). The sides may come in
    either order. ``no`` is proved for length x width; ``fits`` is found whenever both sides could be larger by
    ``tolerance`` (0.01 or more), mostly with 2 mm, and with nothing to spare where the check on the original shapes
    passes; what lies between, and any search ended by ``max_nodes``, is ``borderline``.

    Raises ValueError (a length, setback or tolerance out of range, max_nodes < 1) and UnusableShape.
    """
    ground = lay_out(parcel, buildable, setback)
    return decide_on(ground, length, width, tolerance=tolerance, max_nodes=max_nodes)


def decide_on(
    ground: Ground, length: float, width: float, *, tolerance: float = 0.25, max_nodes: int = MAX_NODES
) -> Fit:
    """Decide as :func:`decide` on land laid out before; use it for several buildings on one parcel."""
    long, wide = _sides(length, width)
    tolerance = check_tolerance(tolerance)
    if max_nodes < 1:
        raise ValueError(f"max_nodes must be 1 or more, for example {MAX_NODES}; got {max_nodes!r}")
    refused: list[Floats] = []
    undecided: list[Floats] = []
    nodes, work = 0, min(max_nodes * WORK_PER_NODE, ground.work.left * EVALUATIONS)
    for part in sorted(ground.parts, key=_extent, reverse=True):
        left = max(max_nodes - nodes, 1)
        status, theta, x, y, used, spent, gone, open_ = _search(part, ground.first, (long, wide), tolerance, left, work)
        nodes, work = nodes + used, work - spent
        ground.work.evaluated(spent)
        if status == kernel.FREE:
            fit = verified(ground, long, wide, theta, x, y, nodes)
            if fit is not None:
                return fit
            open_ = open_ if len(open_) else np.array([[theta, math.pi / 2, long, wide]])
        refused.append(_labelled(part.index, gone))
        undecided.append(_labelled(part.index, open_))
    certificate = Certificate(_stacked(refused), _stacked(undecided), nodes >= max_nodes or work < 0)
    verdict = Verdict.BORDERLINE if len(certificate.undecided) else Verdict.NO
    return Fit(verdict, None, None, None, certificate, nodes)


def warm() -> None:
    """Compile the kernels, or load them from numba's cache (seconds the first time): call it when a service starts."""
    decide(Polygon([(0, 0), (30, 0), (30, 20), (12, 20), (12, 12), (0, 12)]), 24, 12, setback=0.5)


def _sides(length: float, width: float) -> tuple[float, float]:
    one, other = check_length("length", length), check_length("width", width)
    return max(one, other), min(one, other)


def _extent(part: Part) -> float:
    spread = np.ptp(part.edges[: part.solid, :2], axis=0)
    return float(spread[0] * spread[1])


def _search(
    part: Part, first: tuple[float, ...], sides: tuple[float, float], tolerance: float, max_nodes: int, work: float
) -> tuple[int, float, float, float, int, float, Floats, Floats]:
    blur = 2.0 * part.deviation * (1 + 1e-9)
    long, wide = sides
    ask = kernel.Ask(long, wide, long + SLACK + blur, wide + SLACK + blur, blur, tolerance)
    return kernel.branch(part.edges, part.solid, np.array(first, dtype=float), ask, max_nodes, work)


def verified(ground: Ground, long: float, wide: float, theta: float, x: float, y: float, nodes: int) -> Fit | None:
    """The placement with its lower left corner at x, y, checked on the original shapes; None when that fails."""
    placement = _rectangle(ground.origin, long, wide, theta, x, y)
    if not (ground.buildable.covers(placement) and ground.parcel.covers(placement)):
        return None
    margin = clearance(ground, placement)
    if margin < -1e-9:
        return None
    if ground.buildable is not ground.parcel:
        margin = min(margin, shapely.distance(placement, ground.buildable.boundary))
    angle = math.degrees(theta) % 180.0
    return Fit(Verdict.FITS, placement, angle if angle < 180.0 else 0.0, max(float(margin), 0.0), None, nodes)


def sides_of(placement: Polygon) -> tuple[float, float]:
    """Long and short side (metres) of a rectangle."""
    corners = shapely.get_coordinates(placement.exterior)
    one, other = np.hypot(*np.diff(corners[:3], axis=0).T)
    return float(max(one, other)), float(min(one, other))


def clearance(ground: Ground, placement: Polygon) -> float:
    """Metres to spare between a placement and what it must keep away from; below 0 it is too near."""
    kept = [*((limit.lines, limit.setback) for limit in ground.limits), *ground.taken]
    return min(float(shapely.distance(placement, other)) - apart for other, apart in kept)


def _rectangle(origin: tuple[float, float], long: float, wide: float, theta: float, x: float, y: float) -> Polygon:
    """Rectangle with its lower left corner at x, y in the frame turned by theta about the origin."""
    c, s = kernel.axes(theta)
    turned = ((x, y), (x + long, y), (x + long, y + wide), (x, y + wide))
    return Polygon([(origin[0] + c * u - s * v, origin[1] + s * u + c * v) for u, v in turned])


def _labelled(part: int, rows: Floats) -> Floats:
    return np.column_stack([np.full(len(rows), float(part)), rows])


def _stacked(tables: list[Floats]) -> Floats:
    return np.vstack(tables) if tables else np.empty((0, 5))
