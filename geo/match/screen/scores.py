"""Scores of many rows at once, each as `geo.match.scoring` makes it of one parcel, to the last digit."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from geo.match.criteria.dates import MILESTONES
from geo.match.criteria.order import RULES
from geo.match.parcel.candidate import Candidate
from geo.match.scoring import DIGITS, UNKNOWN, Band, Scale, WeightedWish
from geo.match.screen.asking import NO_DAY, Asking, Verdicts
from geo.match.screen.asking import UNKNOWN as NOT_KNOWN
from geo.match.screen.columns import Rows
from geo.match.screen.rounding import Floats, rounded
from geo.match.wishes import VERDICTS, ByVerdict, Dated, Power, Price, Surface, Used

Judge = Callable[[str, Rows], Verdicts]
"""The verdict of a rule at some rows, without any doubt."""


class Bounds(NamedTuple):
    """Satisfactions or scores, between two bounds."""

    low: Floats
    high: Floats


def scores(ask: Asking, wishes: Sequence[WeightedWish], rows: Rows, judge: Judge) -> Bounds:
    """The scores of some rows, rounded as they are shown."""
    weights = sum(wish.weight for wish in wishes)
    totals = [np.zeros(len(rows)), np.zeros(len(rows))]
    for wish in wishes:
        for total, bound in zip(totals, _satisfaction(ask, wish.satisfaction, rows, judge), strict=True):
            total += rounded(wish.weight * bound / weights, DIGITS)
    return Bounds(*(rounded(np.minimum(1.0, total), DIGITS) for total in totals))


def _satisfaction(ask: Asking, wished: Any, rows: Rows, judge: Judge) -> Bounds:
    if isinstance(wished, Dated):
        return _dated(ask, wished, rows)
    if isinstance(wished, Used):
        return _used(ask, wished, rows)
    if isinstance(wished, ByVerdict):
        return _judged(judge(RULES[wished.name].name, rows))
    return _measured(wished.scale, ask.column(COLUMNS[type(wished)], rows))


COLUMNS: Mapping[type, str] = {Surface: "surface", Price: "price", Power: "power"}


def _dated(ask: Asking, wished: Dated, rows: Rows) -> Bounds:
    prudent, earliest = ask.days.between(MILESTONES[wished.name], rows)
    low, high = (_on(wished.scale, days.astype(np.float64)) for days in (prudent, earliest))
    unknown = (prudent == NO_DAY) | (earliest == NO_DAY)
    return Bounds(np.where(unknown, UNKNOWN.low, low), np.where(unknown, UNKNOWN.high, high))


def _used(ask: Asking, wished: Used, rows: Rows) -> Bounds:
    def low(one: Candidate) -> float:
        return wished(one, None).low

    def high(one: Candidate) -> float:
        return wished(one, None).high

    return Bounds(ask.by_kind("plan", rows, low), ask.by_kind("plan", rows, high))


def _judged(found: Verdicts) -> Bounds:
    order = list(VERDICTS.values())
    assert found.max(initial=0) <= NOT_KNOWN  # noqa: S101 - doubts are settled before
    low, high = (np.array([getattr(one, name) for one in order]) for name in ("low", "high"))
    return Bounds(low[found], high[found])


def _measured(scale: Scale | Band, values: Floats) -> Bounds:
    found = _band(scale, values) if isinstance(scale, Band) else _on(scale, values)
    unknown = np.isnan(values)
    return Bounds(np.where(unknown, UNKNOWN.low, found), np.where(unknown, UNKNOWN.high, found))


def _on(scale: Scale, values: Floats) -> Floats:
    """As `Scale.at`."""
    if scale.ideal == scale.worst:
        return np.where(values == scale.ideal, 1.0, 0.0)
    found: Floats = np.clip((values - scale.worst) / (scale.ideal - scale.worst), 0.0, 1.0)
    return found


def _band(band: Band, values: Floats) -> Floats:
    """As `Band.at`."""
    below, above = _on(Scale(band.low, band.none_below), values), _on(Scale(band.high, band.none_above), values)
    return np.where(values < band.low, below, np.where(values > band.high, above, 1.0))
