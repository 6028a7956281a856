"""The plan of one site of an answer, and the constraints that are drawn on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from geo.desk.envelope import octagon, turned
from geo.desk.paper import Paper
from geo.desk.plan import BUILDABLE, BUILDING, LATER, NEIGHBOUR, PARCEL, PLACED, Piece, frame_of, plan_of
from geo.match.match import Match
from geo.store.desk import plan_ground
from geo.store.desk.plan_ground import Constraint

Json = dict[str, Any]

SECTION, NUMBER = slice(8, 10), slice(10, 14)
"""Where the section and the number stand in the reference of a cadastral parcel (14 characters)."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan, and each constraint that touches the land with the mark it bears on the plan."""

    plan: Json
    constraints: tuple[tuple[str, Constraint], ...] = ()
    cadastre_on: date | None = None
    """The last change among the cadastral parcels drawn."""


def reference(idu: str) -> str:
    """A cadastral reference as surveyors say it within a commune: ``AB 12``."""
    return f"{idu[SECTION].lstrip('0')} {idu[NUMBER].lstrip('0')}".strip() if len(idu) == 14 else idu


def site_plan(connection: Connection, match: Match, paper: Paper) -> Drawn | None:
    """The plan of a site with what lies around it; None where its outline is not known.

    The connection has the eyes of who asks. North on the plan is that of the CRS's grid.
    """
    land, factor = match.candidate, match.candidate.scale
    if land.geometry is None:
        return None
    own = _own(match, land.geometry)
    frame = frame_of([piece.shape for piece in own if piece.kind != BUILDABLE], factor, paper)
    around = plan_ground.around(connection, frame.bounds)
    touching = plan_ground.constraints(connection, [one.id for one in land.constraints], factor)
    marked = tuple((f"C{number}", one) for number, one in enumerate(touching, 1))
    ours = set(land.cadastral_ids)
    pieces = [
        *own,
        *(Piece(NEIGHBOUR, shape, reference(idu)) for idu, shape in around.cadastre if idu not in ours),
        *(Piece(PARCEL, shape, reference(idu)) for idu, shape in around.cadastre if idu in ours),
        *(Piece(BUILDING, shape) for shape in around.buildings),
        *(Piece(one.effect, one.shape, mark) for mark, one in marked),
    ]
    return Drawn(plan_of(frame, pieces), marked, around.cadastre_on)


def anonymous_plan(match: Match, paper: Paper) -> Drawn | None:
    """The building in an octagon around the land, turned so that north is lost; nothing of what lies around.

    None where the outline is not known.
    """
    land = match.candidate
    if land.geometry is None:
        return None
    own = {PARCEL: land.geometry} | dict(_placed(match))
    first = PLACED if PLACED in own else PARCEL
    order = [first, *(kind for kind in own if kind != first)]
    level = dict(zip(order, turned([own[kind] for kind in order], land.scale), strict=True))
    pieces = [Piece(kind, octagon(shape) if kind == PARCEL else shape) for kind, shape in level.items()]
    return Drawn(plan_of(frame_of([piece.shape for piece in pieces], 1.0, paper), pieces, north=False))


def _own(match: Match, outline: BaseGeometry) -> Sequence[Piece]:
    """The land itself, where one may build on it, and what is placed on it or beside it."""
    buildable = match.candidate.buildable
    free = [] if buildable is None or buildable.is_empty else [Piece(BUILDABLE, buildable)]
    return [Piece(PARCEL, outline), *free, *(Piece(kind, shape) for kind, shape in _placed(match))]


def _placed(match: Match) -> Sequence[tuple[str, BaseGeometry]]:
    fit = match.fit
    if fit is None or fit.placement is None:
        return []
    return [(PLACED, fit.placement), *([] if fit.later is None else [(LATER, fit.later)])]
