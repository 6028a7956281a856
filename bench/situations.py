"""The step states of a generated territory, without a database: what ``emprise derive`` would find on each parcel.

Facts come from ``geo.generate`` (synthetic): each parcel with the plan zone it stands in, the constraints that touch it
and its buildings. On top, planners' entries as an agency in use would have them, drawn with the seed: procedures of a
whole operation (plan, servicing, surveys, archaeology) are entered on one site in four, with one day for all its lots;
those of one lot (sale, pre-emption, soil, demolition) on one lot in twenty, each with a day of its own. One or two
steps are entered, of those that may have begun: running, or done in two cases of five, since any day within the longest
the step may take. How much is entered is an assumption: ``ASSUMED`` has the one dates are measured with, then others.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import shapely
from shapely.geometry import shape

from geo.generate.land import generate
from geo.land.decision import ZoneFacts
from geo.land.zoning import decide
from geo.readiness.catalogue import Catalogue, Step
from geo.readiness.dates import MEAN_MONTH, add_months
from geo.readiness.facts import LandFacts, surface_class
from geo.readiness.states import standing
from geo.readiness.status import BLOCKED, DONE, NOT_NEEDED, RUNNING, StepStatus

OF_AN_OPERATION = frozenset({"land.plan", "land.servicing", "land.survey", "land.archaeology"})
"""Triggers of the steps that begin for a whole site at once."""
Feature = Mapping[str, Any]
States = Mapping[str, StepStatus]
_PLAN = ("typezone", "libelle", "libelong", "destdomi", "formdomi", "destoui", "destcdt", "destnon")


@dataclass(frozen=True)
class Entered:
    """Shares of sites and of lots on which a planner has entered something; whether lots of a site share the day."""

    name: str
    sites: float
    lots: float
    one_day: bool = True


ASSUMED = (
    Entered("one site in four, one lot in twenty", 0.25, 0.05),
    Entered("nothing entered", 0.0, 0.0),
    Entered("one site in four, one lot in ten", 0.25, 0.1),
    Entered("one site in four, one lot in five", 0.25, 0.2),
    Entered("one site in four, each of its lots on a day of its own", 0.25, 0.05, one_day=False),
)


@dataclass
class _Zone:
    """The features of one economic zone."""

    plan: list[Feature]
    constraints: list[Feature]
    parcels: list[Feature]
    built: set[str]


def situations(
    catalogue: Catalogue, count: int, seed: int, as_of: date, assumed: Sequence[Entered] = ASSUMED
) -> Iterator[tuple[States, ...]]:
    """The states of every step on ``count`` generated parcels under each assumption, entries before facts."""
    dice = [random.Random(seed) for _ in assumed]
    known: dict[tuple[LandFacts, date | None], States] = {}
    terms = sorted({step.attest for step in catalogue.steps.values()})
    for zone in _zones(count, seed):
        operations = [_Operation(catalogue, *one, as_of) for one in zip(dice, assumed, strict=True)]
        for facts, observed_on in _facts(zone):
            seen = _same_age(observed_on, terms, as_of)
            if (facts, seen) not in known:
                known[facts, seen] = standing(catalogue, replace(facts, observed_on=seen), {}, {}, as_of)
            yield tuple(operation.on(known[facts, seen]) for operation in operations)


def _same_age(observed_on: date | None, terms: list[int], as_of: date) -> date | None:
    """One day for all that are past the same terms."""
    if observed_on is None:
        return None
    past = [months for months in terms if add_months(observed_on, months) <= as_of]
    return add_months(as_of, -max(past)) if past else as_of


class _Operation:
    """What planners entered on one site: the same states for the same facts are the same object."""

    def __init__(self, catalogue: Catalogue, dice: random.Random, assumed: Entered, as_of: date) -> None:
        self._catalogue, self._dice, self._assumed, self._as_of = catalogue, dice, assumed, as_of
        self._common: dict[str, StepStatus] = {}
        self._made: dict[int, tuple[States, States]] = {}
        self._is_entered = dice.random() < assumed.sites

    def on(self, states: States) -> States:
        """The states of one lot."""
        if self._is_entered and self._assumed.one_day:
            if id(states) not in self._made:
                self._made[id(states)] = states, self._with(states, whole=True)
            states = self._made[id(states)][1]
        elif self._is_entered:
            states = self._with(states, whole=True)
        return self._with(states, whole=False) if self._dice.random() < self._assumed.lots else states

    def _with(self, states: States, *, whole: bool) -> States:
        steps = self._catalogue.steps
        codes = [
            code
            for code in states
            if (steps[code].trigger in OF_AN_OPERATION) == whole and _may_have_begun(steps[code], states)
        ]
        if not codes:
            return states
        entered = dict(states)
        for code in self._dice.sample(codes, min(self._dice.choice((1, 1, 2)), len(codes))):
            shared = whole and self._assumed.one_day
            status = self._common.setdefault(code, self._drawn(code)) if shared else self._drawn(code)
            entered[code] = replace(status, units=states[code].units)
        return entered

    def _drawn(self, code: str) -> StepStatus:
        longest = self._catalogue.steps[code].terms_of(self._as_of).months[2]
        since = self._as_of - timedelta(days=self._dice.randrange(max(int(longest * MEAN_MONTH), 1)))
        return StepStatus(RUNNING if self._dice.random() < 0.6 else DONE, since, "step_state")


def _may_have_begun(step: Step, states: States) -> bool:
    """Whether it is open, and nothing it needs is, nor what would first tell if it is needed."""
    before = (*step.needs, *((step.outcome_of,) if step.outcome_of else ()))
    is_open = bool(step.terms) and states[step.code].state not in (NOT_NEEDED, DONE, BLOCKED)
    return is_open and all(states[code].state in (NOT_NEEDED, DONE) for code in before if code in states)


def _zones(count: int, seed: int) -> Iterator[_Zone]:
    zone: _Zone | None = None
    for feature in generate(count, seed):
        layer = feature["properties"]["layer"]  # type: ignore[index]
        if layer == "site":
            if zone is not None:
                yield zone
            zone = _Zone([], [], [], set())
        elif zone is not None:
            _put(zone, layer, feature)
    if zone is not None:
        yield zone


def _put(zone: _Zone, layer: str, feature: Feature) -> None:
    if layer == "zone":
        zone.plan.append(feature)
    elif layer == "constraint":
        zone.constraints.append(feature)
    elif layer == "parcel":
        zone.parcels.append(feature)
    elif layer == "building" and zone.parcels:
        zone.built.add(str(zone.parcels[-1]["id"]))


def _facts(zone: _Zone) -> Iterator[tuple[LandFacts, date | None]]:
    """The facts of each parcel but for the day of observation, and that day."""
    outlines = [shape(one["geometry"]) for one in zone.parcels]
    middles = shapely.point_on_surface(outlines)
    plan = [(shape(one["geometry"]), one["properties"]) for one in zone.plan]
    constraints = [(shape(one["geometry"]), one["properties"]["kind"]) for one in zone.constraints]
    inside = [shapely.intersects(outline, middles) for outline, _ in plan]
    touching = [(shapely.intersects(outline, outlines), kind) for outline, kind in constraints]
    for number, parcel in enumerate(zone.parcels):
        told = parcel["properties"]
        under: Feature = next((facts for hits, (_, facts) in zip(inside, plan, strict=True) if hits[number]), {})
        touched = frozenset(kind for hits, kind in touching if hits[number])
        facts = LandFacts(
            stade_amngt=told.get("terr_stade_amngt"),
            stade_comm=told.get("terr_stade_comm"),
            etat_occup=told.get("terr_etat_occup"),
            usage=told.get("terr_usage"),
            maitrise_fonc=told.get("terr_maitrise_fonc"),
            cle_en_main=None if "terr_cle_en_main" not in told else told["terr_cle_en_main"] == "oui",
            typezone=under.get("typezone"),
            industry=decide(ZoneFacts(**{name: under.get(name) for name in _PLAN})).verdict.value,
            pollution=told.get("sol_pollution_existe"),
            built=str(parcel["id"]) in zone.built,
            touched=touched if zone.constraints else None,
            surface_m2=surface_class(told["terr_surf_brute"] * 10_000),
            owners=1 if "owner_siren" in told else None,
        )
        yield facts, date.fromisoformat(told["terr_actu_date"])
