"""The criteria in the order they are read: the first must that fails is the reason a parcel is rejected."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from geo.match.criteria.access import access
from geo.match.criteria.areas import aid_zone, labour
from geo.match.criteria.built import floor, footprint
from geo.match.criteria.criterion import Criterion, Role
from geo.match.criteria.dates import by
from geo.match.criteria.enaf import no_enaf
from geo.match.criteria.extension import extension
from geo.match.criteria.height import height
from geo.match.criteria.land import land_m2, price
from geo.match.criteria.layers import layers
from geo.match.criteria.market import market, origin, tenure
from geo.match.criteria.near import max_km, near, rail_siding
from geo.match.criteria.place import place
from geo.match.criteria.power import power
from geo.match.criteria.served import FLOWS, fibre, flow
from geo.match.criteria.unrecorded import NOT_RECORDED, icpe, icpe_excludes, not_recorded
from geo.match.criteria.use import brownfield, use
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView

Evaluate = Callable[[Need, Candidate, ReadinessView | None], Criterion]


@dataclass(frozen=True, slots=True)
class Rule:
    """One criterion: its name (of the need's field, or its own), when it is asked, how it is judged."""

    name: str
    asked: Callable[[Need], bool]
    evaluate: Evaluate

    def role(self, need: Need) -> Role:
        """Must, unless the need names it in `wishes`."""
        if self.name in need.wishes:
            return Role.WISH
        told_only = self.name in ("layers", "access") or (self.name == "icpe" and not icpe_excludes(need))
        return Role.NOTE if told_only else Role.MUST


def _always(need: Need) -> bool:
    return True


def _given(name: str) -> Callable[[Need], bool]:
    return lambda need: getattr(need, name) not in (None, False)


def _wants(name: str) -> Callable[[Need], bool]:
    return lambda need: getattr(need, name) not in (None, "any")


ORDER: tuple[Rule, ...] = (
    Rule("market", _always, market),
    Rule("origin", _always, origin),
    Rule("tenure", _wants("tenure"), tenure),
    Rule("place", _given("place"), place),
    Rule("use", _given("use"), use),
    Rule("brownfield", _wants("brownfield"), brownfield),
    Rule("no_enaf", _given("no_enaf"), no_enaf),
    Rule("land_m2", _given("land_m2"), land_m2),
    Rule("footprint_m2", _given("footprint_m2"), footprint),
    Rule("floor_m2", _given("floor_m2"), floor),
    Rule("extension", _given("extension"), extension),
    Rule("price_max_eur_m2", _given("price_max_eur_m2"), price),
    Rule("power_mw", _given("power_mw"), power),
    Rule("height_m", _given("height_m"), height),
    Rule("fibre", _given("fibre"), fibre),
    *(Rule(name, _given(name), flow(name)) for name in FLOWS),
    Rule("max_km", _given("max_km"), max_km),
    Rule("near", _given("near"), near),
    Rule("rail_siding", _given("rail_siding"), rail_siding),
    Rule("aid_zone", _given("aid_zone"), aid_zone),
    Rule("labour", _given("labour"), labour),
    Rule("start_by", _given("start_by"), by("start_by")),
    Rule("power_by", _given("power_by"), by("power_by")),
    Rule("production_by", _given("production_by"), by("production_by")),
    Rule("icpe", _given("icpe"), icpe),
    Rule("layers", _given("buildings"), layers),
    Rule("access", _given("buildings"), access),
    *(Rule(name, _given(name), not_recorded(name)) for name in NOT_RECORDED),
)
"""Everything but `fit`, which comes last and is decided only for the parcels shown."""

RULES = {rule.name: rule for rule in ORDER}


@dataclass(frozen=True, slots=True)
class AskedRule:
    """A rule the need asks, with the role it gives it."""

    rule: Rule
    role: Role

    def judge(self, need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
        """The criterion on one parcel."""
        found = self.rule.evaluate(need, candidate, readiness)
        return found if self.role is Role.MUST else replace(found, role=self.role)


def asked_rules(need: Need) -> tuple[AskedRule, ...]:
    """The rules the need asks, in order."""
    return tuple(AskedRule(rule, rule.role(need)) for rule in ORDER if rule.asked(need))


def judge(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> tuple[Criterion, ...]:
    """Every criterion the need asks, in order, on one parcel."""
    return tuple(asked.judge(need, candidate, readiness) for asked in asked_rules(need))
