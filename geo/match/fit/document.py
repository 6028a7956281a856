"""The answer for one polygon as plain JSON values (design §8)."""

from collections.abc import Mapping
from typing import Any

from shapely.geometry import mapping

from geo.fit.answer import Verdict
from geo.fit.asking import Question, answer
from geo.fit.building import Layout, Rectangle
from geo.fit.checks import UnusableShape
from geo.intake.polygons import Drawn
from geo.match.fit.given_rules import Limits, broken, held, not_given

Document = dict[str, Any]
NO_LIMITS: Limits = {}


def fit_document(drawn: Drawn, asked: Question, limits: Limits = NO_LIMITS) -> Document:
    """One row's answer; ``fit`` is null where the row is no usable polygon, and ``error`` has code and parameters.

    Lengths and margins are in the metres of the question, placements in the coordinates of the row. A rule of
    ``limits`` that surfaces break refuses the row; beside a placement stand the rules that were not given.
    """
    if drawn.geometry is None:
        return _refused(drawn, asked, str(drawn.code), dict(drawn.params or {}))
    try:
        found = answer(drawn.geometry, drawn.crs, asked)
    except UnusableShape as error:
        return _refused(drawn, asked, error.code, error.params)
    rules = held(drawn, asked, limits)
    if broken(rules):
        found = Layout(Verdict.NO)
    document = _head(drawn, asked, found.verdict) | _placed(found) | ({"rules": rules} if rules else {})
    return document | ({"not_checked": not_given(limits)} if found.verdict is Verdict.FITS else {})


def open_document(drawn: Drawn, asked: Question) -> Document:
    """A row that was not looked at, because the time was over."""
    return _head(drawn, asked, Verdict.OPEN) | _placed(Layout(Verdict.OPEN, exhausted=True))


def _head(drawn: Drawn, asked: Question, verdict: Verdict | None) -> Document:
    buildings = asked.programme.buildings
    one = buildings[0] if len(buildings) == 1 else None
    sides = (one.length, one.width) if isinstance(one, Rectangle) else (None, None)
    fit = None if verdict is None else verdict.value
    return {"id": drawn.id, "fit": fit, "length": sides[0], "width": sides[1], "setback": asked.setback}


def _placed(found: Layout) -> Document:
    document: Document = {"placement": _geometry(found), "angle_deg": found.angle_deg, "margin_m": found.margin_m}
    if found.yard is not None:
        document["yard"] = mapping(found.yard)
    if found.surface:
        document["surface_too_small"] = True
    if found.exhausted:
        document["exhausted"] = True
    return document


def _geometry(found: Layout) -> Mapping[str, Any] | None:
    """The building, or all of them as one MultiPolygon in the order asked."""
    if not found.placements:
        return None
    drawn = [mapping(one) for one in found.placements]
    if len(drawn) == 1:
        return drawn[0]
    return {"type": "MultiPolygon", "coordinates": [one["coordinates"] for one in drawn]}


def _refused(drawn: Drawn, asked: Question, code: str, params: Mapping[str, object]) -> Document:
    nothing = {"placement": None, "angle_deg": None, "margin_m": None}
    return _head(drawn, asked, None) | nothing | {"error": {"code": code, "params": dict(params)}}
