"""Prescriptions and information perimeters of a plan: what each is, and what its wording says of industry."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from geo.land.constraints import kinds
from geo.land.decision import IndustryDecision
from geo.land.shares import ZoneShare
from geo.land.vocabulary import Effect, Industry
from geo.land.wording import Theme, read, verdict_of

OTHERS = {"PSC": "plan_prescription", "INF": "plan_information"}
"""Kinds of what the table does not name; nothing read is lost."""
READINGS = frozenset({"stecal", "forbidden", "conditional", "annulled"})
_INDUSTRY = frozenset({Theme.INDUSTRY, Theme.ECONOMY})


@dataclass(frozen=True, slots=True)
class PlanArea:
    """A kind of constraint, its effect, and how its wording is read for industry (None: not at all)."""

    kind: str
    effect: Effect
    reading: str | None = None


@dataclass(frozen=True, slots=True)
class Overlay:
    """A prescription over a piece of a zone: its share of the parcel (0..1) and what it says of industry there."""

    share: float
    kind: str
    says: Industry
    source: str


@cache
def areas() -> Mapping[tuple[str, str], PlanArea]:
    """The table shipped with Emprise, by family (PSC, INF) and code (``05`` or ``05-07``)."""
    return read_areas(files("geo.land").joinpath("plan_areas.toml").read_text(encoding="utf-8"))


def read_areas(text: str) -> Mapping[tuple[str, str], PlanArea]:
    """Read a table in TOML. Raises ValueError naming the line that cannot be used."""
    found: dict[tuple[str, str], PlanArea] = {}
    for family, table in tomllib.loads(text).items():
        for code, said in table.items():
            found[family, code] = _area(f"{family} {code}", said)
    return MappingProxyType(found)


def _area(name: str, said: Mapping[str, Any]) -> PlanArea:
    known = kinds().get(said.get("kind", ""))
    reading = said.get("industry")
    if known is None or said.keys() - {"kind", "effect", "industry"}:
        raise ValueError(f"{name}: needs a kind of constraints.toml, and may have effect and industry")
    if reading is not None and reading not in READINGS:
        raise ValueError(f"{name}: industry {reading!r} is none of {', '.join(sorted(READINGS))}")
    return PlanArea(known.code, Effect(said.get("effect", known.effect)), reading)


def area_of(family: str, code: str, subcode: str) -> PlanArea:
    """What TYPEPSC (``family`` PSC) or TYPEINF (INF) ``code`` with ``subcode`` is; both of two digits."""
    found = areas().get((family, f"{code}-{subcode}")) or areas().get((family, code))
    if found is not None:
        return found
    other = kinds()[OTHERS[family]]
    return PlanArea(other.code, other.effect)


def says_of_industry(reading: str | None, text: str | None) -> Industry | None:
    """What the wording of an area says of industry in it: forbidden, conditional, unknown; None: nothing.

    A wording that names no use leaves it unknown. One that names other uses alone says nothing (of a STECAL: that
    it is not for industry).
    """
    if reading is None:
        return None
    if reading == "annulled":
        return Industry.UNKNOWN
    wording = read(text)
    uses = wording.named | wording.ruled_out
    if not uses:
        return Industry.UNKNOWN
    if reading == "stecal":
        verdict = verdict_of(wording)[0]
        return Industry.CONDITIONAL if verdict in (Industry.ALLOWED, Industry.CONDITIONAL) else Industry.FORBIDDEN
    if not uses & _INDUSTRY:
        return None
    if reading == "conditional":
        return Industry.CONDITIONAL
    spared = wording.named & _INDUSTRY and wording.ruled_out - _INDUSTRY
    return Industry.UNKNOWN if spared else Industry.FORBIDDEN


def overlaid(zone: ZoneShare, overlays: Sequence[Overlay]) -> list[ZoneShare]:
    """The zone in pieces: what each prescription changes under it, and the rest as it was.

    Where prescriptions lie over one another the first that changes the decision takes the piece; larger ones
    come first, and of equal ones what forbids before what is not read.
    """
    pieces: list[ZoneShare] = []
    rest = zone.share
    for one in sorted(overlays, key=lambda one: (-one.share, one.kind, one.says.value, one.source)):
        decision = changed(zone.decision, one)
        share = min(one.share, rest)
        if decision is not None and share > 0:
            pieces.append(replace(zone, share=share, decision=decision))
            rest -= share
    return [replace(zone, share=rest), *pieces] if rest > 0 else pieces


def changed(zone: IndustryDecision, area: Overlay) -> IndustryDecision | None:
    """What a prescription makes of its zone's decision; None when it changes nothing.

    ================  =============================  =========================================  ==========
    kind              zone                           inside                                     confidence
    ================  =============================  =========================================  ==========
    plan_annulled     any                            unknown: the plan is annulled there        0
    stecal            protected (A, N)               conditional when it is for industry;       0.4
                                                     unknown when its wording does not say      0
    use_forbidden     allowed, conditional, unknown  forbidden when it names industry;          0.6
                                                     unknown when its wording does not say      0
    use_conditional   any, when it names industry    conditional                                0.6
                      allowed, when it says nothing  conditional                                0.3
    ================  =============================  =========================================  ==========
    """
    if area.kind == "plan_annulled":
        return _made(Industry.UNKNOWN, "plan_annulled", area, 0.0)
    if area.kind == "stecal":
        return _in_stecal(zone, area)
    if area.kind == "use_forbidden" and zone.verdict not in (Industry.FORBIDDEN, Industry.AFTER_PLAN_CHANGE):
        if area.says is Industry.FORBIDDEN:
            return _made(Industry.FORBIDDEN, "use_forbidden_by_prescription", area, 0.6)
        return _made(Industry.UNKNOWN, "prescription_not_read", area, 0.0)
    if area.kind == "use_conditional" and zone.verdict is not Industry.AFTER_PLAN_CHANGE:
        if area.says is Industry.CONDITIONAL:
            return _made(Industry.CONDITIONAL, "use_conditional_by_prescription", area, 0.6)
        if zone.verdict is Industry.ALLOWED:
            return _made(Industry.CONDITIONAL, "prescription_not_read", area, 0.3)
    return None


def _in_stecal(zone: IndustryDecision, area: Overlay) -> IndustryDecision | None:
    if zone.rule not in ("zone_protected", "sector_of_limited_size", "typezone_contradicts_label"):
        return None
    if area.says is Industry.CONDITIONAL:
        return _made(Industry.CONDITIONAL, "stecal_for_industry", area, 0.4)
    if area.says is Industry.UNKNOWN and zone.verdict is Industry.FORBIDDEN:
        return _made(Industry.UNKNOWN, "stecal_not_read", area, 0.0)
    return None


def _made(verdict: Industry, rule: str, area: Overlay, confidence: float) -> IndustryDecision:
    return IndustryDecision(verdict, rule, area.source, confidence)
