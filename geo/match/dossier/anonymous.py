"""A site told before a non-disclosure agreement: what is said is listed here; everything else is left out.

Nobody should find the land by what is left: not by a name or a place finer than the department, not by its outline
(the cadastre is published), not by an exact surface, date or score (anyone may ask the public index for those).
"""

from collections.abc import Mapping
from datetime import date
from math import floor, log10
from typing import Any

from geo.desk.calendar import calendar_of
from geo.land.departments import department_of
from geo.match.dossier.site_plan import Drawn
from geo.match.match import Match

Json = dict[str, Any]

DIGITS = 2
"""Of surfaces: 90 150 m² is told as 90 000 m²."""
NEED_TOLD = {
    *("buildings", "setback_m", "land_m2", "footprint_m2", "floor_m2", "height_m", "use", "icpe", "power_mw"),
    *("water_m3h", "gas_m3h", "effluents_m3d", "rail_siding", "fibre", "labour", "start_by", "power_by"),
    *("production_by", "probability", "tenure", "price_max_eur_m2", "wishes"),
}
"""Of the need; not where it asks to look, which may be where the land is."""
MARKETS = frozenset({"for_sale", "for_lease", "optioned"})


def masked_site(match: Match, dates: Mapping[str, Any] | None, drawn: Drawn | None) -> Json:
    """The site without anything by which its land can be found."""
    return {
        "land": _land(match),
        "fit": None if match.fit is None else match.fit.verdict.value,
        "score": None,
        "criteria": [
            {"name": one.name, "role": one.role.value, "verdict": one.verdict.value, "who": one.detail.get("who")}
            for one in match.criteria
        ],
        "readiness": None if dates is None else _dates(dates),
        "plan": None if drawn is None else drawn.plan,
        "constraints": _constraints(match),
        "sources": [],
        "observed_on": None,
    }


def _land(match: Match) -> Json:
    land = match.candidate
    return {
        "department": department_of(land.commune_insee) if land.commune_insee else None,
        "parcels": len(match.parts),
        "surface_m2": rounded(land.surface_m2),
        "buildable_m2": rounded(land.buildable_m2),
        "zone_type": None if land.zone_type is None else land.zone_type[:1],
        "industry": None if land.industry is None else land.industry.value,
        "market": land.market.value if land.market and land.market.value in MARKETS else None,
    }


def rounded(value: float | None) -> float | None:
    """A surface to two digits: hundreds of parcels of a department share it."""
    if not value:
        return value
    unit = _unit(value)
    return round(value / unit) * unit


def told_alike(surface_m2: float | None) -> tuple[float, float] | None:
    """Between which surfaces (m²) all are told as this one is, which :func:`rounded` made; None: no surface."""
    if not surface_m2:
        return None
    return surface_m2 - _unit(surface_m2 * (1 - 1e-9)) / 2, surface_m2 + _unit(surface_m2) / 2


def _unit(value: float) -> float:
    """What the last digit that is told of a surface counts."""
    return float(10.0 ** (floor(log10(abs(value))) - DIGITS + 1))


def _constraints(match: Match) -> list[Json]:
    """What kinds of constraint touch it, each once; not which."""
    kinds = dict.fromkeys((one.kind, one.effect.value) for one in match.candidate.constraints)
    return [{"mark": None, "kind": kind, "effect": effect, "label": None, "on": None} for kind, effect in kinds]


def _dates(dates: Mapping[str, Any]) -> Json:
    """The dates by the month they fall in, and no states: dates to the day are those of one parcel."""
    steps = [
        {
            **{name: step[name] for name in ("code", "label", "label_en")},
            "begins": _months(step["begins"]),
            "ends": _months(step["ends"]),
        }
        for step in dates["steps"]
    ]
    path = dates["critical_path"]
    milestones = {name: None if dates[name] is None else _months(dates[name]) for name in _MILESTONES}
    first = min((_day(step["begins"]["p10"]) for step in steps if step["begins"]["p10"]), default=None)
    calendar = None if first is None else calendar_of(steps, first)
    return {**milestones, "class": dates["class"], "critical_path": path, "steps": steps, "calendar": calendar}


_MILESTONES = ("start", "start_cleared", "power", "production")


def _months(days: Mapping[str, Any] | None) -> Json | None:
    """Quantiles by the first of their month; what else stands beside them is left out."""
    if days is None:
        return None
    return {name: None if days[name] is None else f"{days[name][:7]}-01" for name in ("p10", "p50", "p80")}


def _day(text: str) -> date:
    return date.fromisoformat(text)
