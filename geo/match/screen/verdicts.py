"""Each criterion of a need on many rows at once.

A criterion that reads few distinct facts is asked once for each (`Asking.by_kind`): it is the rule itself that answers.
Those on numbers stand here; tests hold both equal to the rules. A rule without a form here is in doubt everywhere, and
asked of each parcel.
"""

import math
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from geo.land.building_limits import SLACK, BuildingRule
from geo.land.vocabulary import Industry
from geo.match.criteria.criterion import Criterion, Verdict
from geo.match.criteria.dates import MILESTONES
from geo.match.criteria.extension import is_placed
from geo.match.criteria.land import FAR_OFF
from geo.match.criteria.order import RULES, Rule
from geo.match.criteria.served import FLOWS
from geo.match.criteria.unrecorded import NOT_RECORDED
from geo.match.fit.building_surface import ground_area
from geo.match.parcel.candidate import Candidate
from geo.match.screen.areas import aid_zone, place
from geo.match.screen.asking import (
    DOUBT,
    FAIL,
    NEVER_DAY,
    NO_DAY,
    PASS,
    UNKNOWN,
    Asking,
    Verdicts,
    stand_in,
)
from geo.match.screen.columns import Column, Rows
from geo.match.screen.distances import max_km, near, rail_siding
from geo.match.screen.ruled import Rules

Form = Callable[[Asking, Rows], Verdicts]
NUMBERS = {Verdict.PASS: PASS, Verdict.FAIL: FAIL, Verdict.UNKNOWN: UNKNOWN}


def number_of(criterion: Criterion) -> int:
    """A verdict as arrays have it."""
    return int(NUMBERS[criterion.verdict])


def verdicts(ask: Asking, rule: Rule, rows: Rows) -> Verdicts:
    """The verdict of one rule on each row."""
    form = FORMS.get(rule.name)
    return np.full(len(rows), DOUBT) if form is None else form(ask, rows)


def _by_kind(name: str, column: str) -> Form:
    rule = RULES[name]

    def form(ask: Asking, rows: Rows) -> Verdicts:
        def judge(one: Candidate) -> int:
            return number_of(rule.evaluate(ask.need, one, None))

        return ask.by_kind(column, rows, judge, np.int8)

    return form


def _between(values: Column, least: float | None, most: float | None) -> Verdicts:
    """Unknown where the value is; else whether it lies between the bounds."""
    failing = np.zeros(len(values), np.bool_)
    if least is not None:
        failing |= values < least
    if most is not None:
        failing |= values > most
    # what is unknown fails no comparison
    return FAIL * failing.astype(np.int8) + UNKNOWN * np.isnan(values).astype(np.int8)


def _land(ask: Asking, rows: Rows) -> Verdicts:
    """As measured; where it is not, what is stated refuses when it is far off."""
    asked, surface = ask.need.land_m2, ask.column("surface", rows)
    if asked is None:
        return _between(surface, None, None)
    found = _between(surface, asked.min, asked.max)
    at = np.flatnonzero(np.isnan(surface))
    stated, least, most = ask.column("stated", rows[at]), asked.min or 0.0, np.inf if asked.max is None else asked.max
    found[at[(stated > 0) & ((stated * FAR_OFF < least) | (stated > most * FAR_OFF))]] = FAIL
    return found


def _price(ask: Asking, rows: Rows) -> Verdicts:
    return _between(ask.column("price", rows), None, ask.need.price_max_eur_m2)


def _power(ask: Asking, rows: Rows) -> Verdicts:
    declared, asked = ask.column("power", rows), ask.need.power_mw
    if asked is None:
        return _between(declared, None, None)
    later = max((step.mw for step in asked.ramp), default=asked.at_opening)
    found = _between(declared, asked.at_opening, None)
    found[(declared >= asked.at_opening) & (declared < later)] = UNKNOWN
    return found


def _footprint(ask: Asking, rows: Rows) -> Verdicts:
    asked, surface = ask.need.footprint_m2 or 0.0, ask.column("surface", rows)
    found = _between(ask.column("buildable", rows), asked, None)
    share = asked / np.where(surface > 0, surface, np.nan)
    strict, loose = (ask.by_rules(rows, partial(most_ces, loosest=loosest)) for loosest in (False, True))
    found[(share > strict + SLACK) & (found == PASS)] = UNKNOWN
    found[(share > strict + SLACK) & (share > loose + SLACK)] = FAIL
    return found


def most_ces(rules: Rules, *, loosest: bool = False) -> float:
    """The largest share of land that may be built over, in all of its zones or (``loosest``) in some; else infinite."""
    limit = rules.get(BuildingRule.CES)
    if limit is not None and loosest:
        limit = limit.loosest or limit
    return math.inf if limit is None or limit.value is None else limit.value


def _floor(ask: Asking, rows: Rows) -> Verdicts:
    free = ask.column("buildable", rows)
    found = np.where(free >= (ask.need.floor_m2 or 0.0), PASS, UNKNOWN).astype(np.int8)
    found[free <= 0] = FAIL
    return found


def _height(ask: Asking, rows: Rows) -> Verdicts:
    rule = RULES["height_m"]

    def judge(rules: Rules) -> int:
        return number_of(rule.evaluate(ask.need, stand_in({}, ask.around, rules), None))

    return ask.by_rules(rows, judge, np.int8)


def _extension(ask: Asking, rows: Rows) -> Verdicts:
    """On the parcel itself; only its neighbours tell the rest."""
    need, later = ask.need, ask.need.extension
    asked = 0.0 if later is None else later.land_m2 or sum(map(ground_area, later.buildings or []))
    if not asked or (is_placed(need) and later is not None and later.land_m2 is None):
        return np.full(len(rows), PASS)
    first = (need.land_m2.min if need.land_m2 else None) or sum(map(ground_area, need.buildings or []))
    surface = ask.column("surface", rows)
    found = np.where(surface >= first + asked, PASS, DOUBT).astype(np.int8)
    found[np.isnan(surface)] = UNKNOWN
    return found


def _use(ask: Asking, rows: Rows) -> Verdicts:
    """By what the plan says; where it must change first, by whether works can ever start."""
    found = _by_kind("use", "plan")(ask, rows)
    if ask.need.use not in (None, "industrie"):
        return found
    waits = ask.by_kind("plan", rows, lambda one: one.industry is Industry.AFTER_PLAN_CHANGE, np.bool_)
    these = rows[waits]
    prudent, earliest = ask.days.between("start", these)
    told = np.where(earliest == NEVER_DAY, FAIL, UNKNOWN)
    found[waits] = np.where((prudent != NO_DAY) & (prudent != NEVER_DAY), PASS, told)
    return found


def _by(name: str) -> Form:
    def form(ask: Asking, rows: Rows) -> Verdicts:
        day = getattr(ask.need, name)
        wanted = NEVER_DAY if day is None else day.toordinal()
        prudent, earliest = ask.days.between(MILESTONES[name], rows)
        found = np.where(prudent <= wanted, PASS, FAIL).astype(np.int8)
        found[(earliest <= wanted) & (wanted < prudent)] = UNKNOWN
        found[(prudent == NO_DAY) | (earliest == NO_DAY)] = UNKNOWN
        return found

    return form


FORMS: Mapping[str, Form] = {
    **{name: _by_kind(name, "kind") for name in ("market", "origin", "tenure")},
    **{name: _by_kind(name, "ground") for name in ("brownfield", "no_enaf")},
    **{name: _by_kind(name, "served") for name in ("fibre", *FLOWS)},
    **{name: _by_kind(name, "seen") for name in ("icpe", *NOT_RECORDED)},
    "labour": _by_kind("labour", "where"),
    "place": place,
    "use": _use,
    "land_m2": _land,
    "footprint_m2": _footprint,
    "floor_m2": _floor,
    "extension": _extension,
    "height_m": _height,
    "price_max_eur_m2": _price,
    "power_mw": _power,
    "max_km": max_km,
    "near": near,
    "rail_siding": rail_siding,
    "aid_zone": aid_zone,
    **{name: _by(name) for name in MILESTONES},
}
"""Those of `seen` are alike on every parcel: asked once."""
