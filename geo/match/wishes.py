"""What a need wishes, on which scale, and what is wished when it says nothing.

A wish on a value asked is fully satisfied at that value and falls in a straight line to 0 at its `worst`:

================== ==================== ===========================================
wish               fully satisfied      not satisfied at all (unless `worst` is given)
================== ==================== ===========================================
land_m2            between min and max  at half of min; at twice max
price_max_eur_m2   at the price asked   at twice that price
power_mw           at the MW asked      at 0 MW
*_by               on the day asked     365 days later
use                allowed 1, conditional 0.6, after_plan_change 0.25, forbidden 0
any other          when it passes       when it fails
================== ==================== ===========================================

When `wishes` is empty every need wishes the four below, so that the order means something (weights are estimates):

* start (weight 3): works may start on `as_of` (1) ... 36 months later, or on `start_by` when that is asked (0);
* use (2): as in the table;
* land_m2 (2): as much land as asked (1) ... three times that (0); asked = min, else 2.5 times the buildings' ground
  surface (a plant's plot is two to three times its footprint), 1 time it giving 0;
* price_max_eur_m2 (1): half the price asked (1) ... that price (0); 20 and 150 EUR a m2 when none is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from geo.land.vocabulary import Industry
from geo.match.criteria.criterion import Verdict
from geo.match.criteria.dates import reached_on
from geo.match.criteria.order import RULES
from geo.match.fit.building_surface import ground_area
from geo.match.need.need import DATE_WISHES, Need
from geo.match.need.parts import Wish
from geo.match.parcel.candidate import Candidate, ReadinessView
from geo.match.scoring import UNKNOWN, Band, Interval, Scale, WeightedWish, exactly

Satisfaction = Callable[[Candidate, ReadinessView | None], Interval]

HORIZON_DAYS = 1_096
LATE_DAYS = 365
CHEAP_EUR_M2, DEAR_EUR_M2 = 20.0, 150.0
PLOT_PER_FOOTPRINT = 2.5
ENDLESS = 1e12

USE_SATISFACTION = {
    Industry.ALLOWED: 1.0,
    Industry.CONDITIONAL: 0.6,
    Industry.AFTER_PLAN_CHANGE: 0.25,
    Industry.FORBIDDEN: 0.0,
}

DEFAULT_WEIGHTS = {"start_by": 3.0, "use": 2.0, "land_m2": 2.0, "price_max_eur_m2": 1.0}


def wishes_of(need: Need, as_of: date) -> tuple[WeightedWish, ...]:
    """The wishes of a need, in the order of their names; the default ones when it has none."""
    if not need.wishes:
        return tuple(
            WeightedWish(name, weight, _preference(name, Wish(), need, as_of))
            for name, weight in sorted(DEFAULT_WEIGHTS.items())
        )
    return tuple(
        WeightedWish(name, wish.weight, _satisfaction(name, wish, need, as_of))
        for name, wish in sorted(need.wishes.items())
    )


def _satisfaction(name: str, wish: Wish, need: Need, as_of: date) -> Satisfaction:
    """How the wish `name` is measured: on the value asked, else by preference."""
    if getattr(need, name) is None:
        return _preference(name, wish, need, as_of)
    if name in DATE_WISHES:
        wanted = getattr(need, name).toordinal()
        return Dated(name, need, _scale(wish, Scale(wanted, wanted + LATE_DAYS)))
    if name == "use":
        return Used(need)
    if name == "land_m2":
        return Surface(_asked_band(need))
    if name == "price_max_eur_m2" and need.price_max_eur_m2:
        return Price(_scale(wish, Scale(need.price_max_eur_m2, 2 * need.price_max_eur_m2)))
    if name == "power_mw" and need.power_mw:
        return Power(_scale(wish, Scale(need.power_mw.at_opening, 0.0)))
    return ByVerdict(name, need)


def _preference(name: str, wish: Wish, need: Need, as_of: date) -> Satisfaction:
    """What is preferred of a fact beyond, or without, a value asked."""
    if name == "start_by":
        now = as_of.toordinal()
        latest = need.start_by.toordinal() if need.start_by else now + HORIZON_DAYS
        return Dated(name, need, _scale(wish, Scale(now, max(latest, now + 1))))
    if name == "use":
        return Used(need)
    if name == "land_m2":
        return Surface(_land_preference(need))
    asked = need.price_max_eur_m2
    return Price(_scale(wish, Scale(asked / 2, asked) if asked else Scale(CHEAP_EUR_M2, DEAR_EUR_M2)))


def _scale(wish: Wish, default: Scale) -> Scale:
    """The scale the wish gives, else the default one; days as ordinals."""
    if wish.ideal is None or wish.worst is None:
        return default
    return Scale(_number(wish.ideal), _number(wish.worst))


def _number(bound: float | date) -> float:
    return bound.toordinal() if isinstance(bound, date) else bound


def _asked_band(need: Need) -> Band:
    least = (need.land_m2.min if need.land_m2 else None) or 0.0
    most = (need.land_m2.max if need.land_m2 else None) or ENDLESS
    return Band(least / 2, least, most, 2 * most)


def _land_preference(need: Need) -> Band:
    """As much land as asked, or as the buildings usually take; any surface is as good when neither says how much."""
    footprint = sum(ground_area(building) for building in need.buildings or [])
    least = need.land_m2.min if need.land_m2 else None
    most = need.land_m2.max if need.land_m2 else None
    wanted = least or PLOT_PER_FOOTPRINT * footprint
    if not wanted:
        return Band(0.0, 0.0, ENDLESS, 2 * ENDLESS)
    return Band(least / 2 if least else footprint, wanted, wanted, max(most or 3 * wanted, wanted + 1))


@dataclass(frozen=True, slots=True)
class Dated:
    """By the day a milestone is reached: the prudent one, and the one without steps of unknown state."""

    name: str
    need: Need
    scale: Scale

    def __call__(self, candidate: Candidate, readiness: ReadinessView | None) -> Interval:
        """Satisfaction on one parcel."""
        prudent, earliest = (reached_on(self.name, self.need, readiness, optimistic=hope) for hope in (False, True))
        if prudent is None or earliest is None:
            return UNKNOWN
        return Interval(self.scale.at(prudent.toordinal()).low, self.scale.at(earliest.toordinal()).high)


@dataclass(frozen=True, slots=True)
class Used:
    """By what the plan says of an industrial building."""

    need: Need

    def __call__(self, candidate: Candidate, readiness: ReadinessView | None) -> Interval:
        """Satisfaction on one parcel."""
        verdict = candidate.industry
        if verdict is None or verdict is Industry.UNKNOWN or self.need.use not in (None, "industrie"):
            return UNKNOWN
        return exactly(USE_SATISFACTION[verdict])


@dataclass(frozen=True, slots=True)
class Surface:
    """By the surface of the land."""

    scale: Band

    def __call__(self, candidate: Candidate, readiness: ReadinessView | None) -> Interval:
        """Satisfaction on one parcel."""
        return UNKNOWN if candidate.surface_m2 is None else self.scale.at(candidate.surface_m2)


@dataclass(frozen=True, slots=True)
class Price:
    """By the price asked."""

    scale: Scale

    def __call__(self, candidate: Candidate, readiness: ReadinessView | None) -> Interval:
        """Satisfaction on one parcel."""
        return UNKNOWN if candidate.price_eur_m2 is None else self.scale.at(candidate.price_eur_m2)


@dataclass(frozen=True, slots=True)
class Power:
    """By the power declared."""

    scale: Scale

    def __call__(self, candidate: Candidate, readiness: ReadinessView | None) -> Interval:
        """Satisfaction on one parcel."""
        return UNKNOWN if candidate.power_mw is None else self.scale.at(candidate.power_mw)


VERDICTS = {Verdict.PASS: exactly(1.0), Verdict.FAIL: exactly(0.0), Verdict.UNKNOWN: UNKNOWN}


@dataclass(frozen=True, slots=True)
class ByVerdict:
    """By a criterion without a scale: 1 when it passes, 0 when it fails."""

    name: str
    need: Need

    def __call__(self, candidate: Candidate, readiness: ReadinessView | None) -> Interval:
        """Satisfaction on one parcel."""
        return VERDICTS[RULES[self.name].evaluate(self.need, candidate, readiness).verdict]
