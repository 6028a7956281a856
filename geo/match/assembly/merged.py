"""Several parcels as one candidate, judged by the rules of any other: its land joined, the worst of each fact."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geo.fit.checks import Shape, polygonal
from geo.fit.union import Joined, buildable_of, join
from geo.land.building_limits import BuildingRule, Limit, strictest
from geo.land.vocabulary import Industry
from geo.match.judged import Judged
from geo.match.parcel.candidate import Candidate, ReadinessView, Touched

WORSE = (Industry.ALLOWED, Industry.CONDITIONAL, Industry.AFTER_PLAN_CHANGE, None, Industry.UNKNOWN, Industry.FORBIDDEN)
"""What plans say of industry, from good to bad."""


@dataclass(frozen=True, slots=True)
class Together:
    """What putting parcels together asks for.

    ``owners``: how many there are, each unknown one (``owners_unknown`` of them) taken for another; None for those who
    may not see owners. ``surplus_m2``: ground m2 above the least asked. ``price_eur``: of all of it, None when unknown.
    ``beyond_owned_m2``: ground m2 of the placement on slivers between drawings; None without a placement.
    """

    parts: tuple[Candidate, ...]
    owners: int | None
    owners_unknown: int | None
    surplus_m2: float
    price_eur: float | None
    beyond_owned_m2: float | None


@dataclass(frozen=True, slots=True)
class Site:
    """Joined land and the candidate that stands for it."""

    candidate: Candidate
    joined: Joined


def site_of(parts: Sequence[Candidate]) -> Site | None:
    """Parcels with outlines as one candidate; None when their land does not come together, or GEOS cannot join it.

    The surface is that of the land owned, slivers left out. What the plan forbids on a part is not buildable. Power is
    that of the part that has most, since a line runs from part to part; the price is the mean of the land bought.
    Everything else is that of the worst part, or of the largest one where facts cannot be ranked.
    """
    shapes = [shape_of(part.geometry) for part in parts]
    try:
        joined = join(shapes)
        free = None if joined is None else buildable_of(joined, shapes, [_free(part) for part in parts])
    except shapely.errors.GEOSException:
        return None
    if joined is None or free is None:
        return None
    k = max(part.scale for part in parts)
    candidate = replace(
        _largest(parts),
        **_told(parts),
        scale=k,
        geometry=joined.land,
        buildable=free,
        # what was derived from the largest part's outline says nothing of the site's
        profile=None,
        sides=None,
        beside=(),
        surface_m2=joined.owned.area / k**2,
        buildable_m2=(joined.owned if free is joined.land else free).area / k**2,
        price_eur_m2=_mean_price(parts),
    )
    return Site(candidate, joined)


def shape_of(geometry: BaseGeometry | None) -> Shape:
    """The polygons of an outline; none of what has none."""
    return Polygon() if geometry is None else polygonal(geometry)


def _free(part: Candidate) -> Shape:
    """Where a building may stand on a part, whatever is asked: forbidden zones count although a use may not ask."""
    buildable = shape_of(part.buildable)
    if not part.is_partly_forbidden or part.forbidden is None:
        return buildable
    return polygonal(shapely.difference(buildable, part.forbidden))


def _largest(parts: Sequence[Candidate]) -> Candidate:
    return max(parts, key=lambda part: (part.surface_m2 or 0.0, -part.id))


def _told(parts: Sequence[Candidate]) -> dict[str, Any]:
    worst = max(parts, key=lambda part: (WORSE.index(part.industry), part.is_partly_forbidden, part.id))
    offered = max(parts, key=lambda part: (part.rank_group, part.id))
    pieces = [part.forbidden for part in parts if part.forbidden is not None]
    days = [part.observed_on for part in parts if part.observed_on is not None]
    return {
        "name": " + ".join(part.name or next(iter(part.cadastral_ids), None) or str(part.id) for part in parts),
        "source_id": None,
        "market": offered.market,
        "market_conditions": any(part.market_conditions for part in parts) or offered.market_conditions,
        "market_on": offered.market_on,
        "industry": worst.industry,
        "industry_rule": worst.industry_rule,
        "industry_source": worst.industry_source,
        "industry_confidence": worst.industry_confidence,
        "zone_label": worst.zone_label,
        "zone_type": worst.zone_type,
        "forbidden": shapely.union_all(pieces) if pieces else None,
        "power_mw": max((part.power_mw for part in parts if part.power_mw is not None), default=None),
        "pollution": next((part.pollution for part in parts if part.pollution), None),
        "cadastral_ids": tuple(dict.fromkeys(idu for part in parts for idu in part.cadastral_ids)),
        "networks": _networks(parts),
        "limits": _limits(parts),
        "constraints": _constraints(parts),
        "buildings_known": all(part.buildings_known for part in parts),
        "constraints_known": all(part.constraints_known for part in parts),
        "observed_on": min(days, default=None),
        "declared_on": None,
        "declared_turnkey": None,
    }


def _networks(parts: Sequence[Candidate]) -> dict[str, str]:
    """What is said of every part: the worse where they differ."""
    shared = frozenset.intersection(*(frozenset(part.networks) for part in parts))
    return {name: min(part.networks[name] for part in parts) for name in sorted(shared)}


def _limits(parts: Sequence[Candidate]) -> dict[BuildingRule, Limit]:
    """The strictest figure of each rule that is known of every part."""
    shared = frozenset.intersection(*(frozenset(part.limits) for part in parts))
    return {rule: strictest(rule, [part.limits[rule] for part in parts]) for rule in sorted(shared)}


def _constraints(parts: Sequence[Candidate]) -> tuple[Touched, ...]:
    found = {touched.id: touched for part in parts for touched in part.constraints}
    return tuple(found[key] for key in sorted(found))


def price_of(part: Candidate) -> float | None:
    """The price asked for a whole parcel, EUR; None when it is not known."""
    if part.price_eur_m2 is None or part.surface_m2 is None:
        return None
    return part.price_eur_m2 * part.surface_m2


def _mean_price(parts: Sequence[Candidate]) -> float | None:
    prices = [price_of(part) for part in parts]
    known = [price for price in prices if price is not None]
    if len(known) < len(parts):
        return None
    return round(sum(known) / sum(part.surface_m2 or 0.0 for part in parts), 2)


@dataclass(frozen=True, slots=True)
class Latest:
    """The readiness of a site: that of the part which is ready last, milestone by milestone."""

    parts: tuple[tuple[Candidate, ReadinessView], ...]

    def date_at(self, milestone: str, probability: float, *, optimistic: bool = False) -> date | None:
        """The latest day of the parts; None: of one of them it is not known."""
        days = [dates.date_at(milestone, probability, optimistic=optimistic) for _, dates in self.parts]
        known = [day for day in days if day is not None]
        return max(known) if len(known) == len(days) else None

    def document(self, candidate: Candidate) -> dict[str, object]:
        """The readiness of the part that may start last, with its id as ``parcel``."""
        last, dates = max(self.parts, key=lambda one: (_start(one[1]), one[0].id))
        return {**dates.document(last), "parcel": last.id}


def _start(dates: ReadinessView) -> date:
    return dates.date_at("start", 0.8) or date.max


def latest(parts: Sequence[Judged]) -> Latest | None:
    """The readiness of a site from those of its parts; None while one of them is not known."""
    known = tuple((one.candidate, one.readiness) for one in parts if one.readiness is not None)
    return Latest(known) if len(known) == len(parts) else None
