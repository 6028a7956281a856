"""Is there enough land, not too much, and at what price?"""

import math

from geo.match.criteria.criterion import Criterion, Verdict, Who, decided, unknown
from geo.match.need.need import Need
from geo.match.need.parts import LandRange
from geo.match.parcel.candidate import Candidate, ReadinessView

FAR_OFF = 2
"""A stated surface that so many times as much, or as little, would still not do refuses: no measure differs so
[estimate]."""


def land_m2(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether the parcel's ground surface is between what is asked.

    Enough land of which less than the minimum asked is buildable passes as `land.enough_but_constrained`. Where no
    outline is known, the surface that the source states is told; it proves nothing, and refuses only when far off.
    """
    asked = need.land_m2 or LandRange.model_construct()
    surface = candidate.surface_m2
    if surface is None:
        return _stated(asked, candidate)
    fact = round(surface, 1)
    if asked.min is not None and surface < asked.min:
        return _fail("land.too_small", fact, candidate, asked_min=asked.min)
    if asked.max is not None and surface > asked.max:
        return _fail("land.too_large", fact, candidate, asked_max=asked.max)
    detail = {} if candidate.buildable_m2 is None else {"buildable_m2": round(candidate.buildable_m2, 1)}
    buildable = candidate.buildable_m2
    constrained = asked.min is not None and buildable is not None and buildable < asked.min <= surface
    code = "land.enough_but_constrained" if constrained else "land.enough"
    return Criterion("land_m2", Verdict.PASS, code, fact, candidate.source, detail)


def _stated(asked: LandRange, candidate: Candidate) -> Criterion:
    stated = candidate.surface_stated_m2
    if not stated:
        return unknown("land_m2", "land.unknown", Who.RESPONSIBLE, candidate.source)
    fact, least, most = round(stated, 1), asked.min or 0.0, math.inf if asked.max is None else asked.max
    told = {"stated_m2": fact, "asked_min": asked.min, "asked_max": asked.max}
    detail: dict[str, object] = {name: value for name, value in told.items() if value is not None}
    if stated * FAR_OFF < least or stated > most * FAR_OFF:
        code = "land.stated_too_small" if stated < least else "land.stated_too_large"
        return Criterion("land_m2", Verdict.FAIL, code, fact, candidate.source, detail)
    detail["who"] = Who.SURVEYOR.value
    return Criterion("land_m2", Verdict.UNKNOWN, "land.stated", fact, candidate.source, detail)


def _fail(code: str, surface: float, candidate: Candidate, **asked: object) -> Criterion:
    detail = {"surface_m2": surface, **asked}
    return Criterion("land_m2", Verdict.FAIL, code, surface, candidate.source, detail)


def price(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether the asked price is low enough; a price one may not see is unknown like any other."""
    name, known = "price_max_eur_m2", candidate.price_eur_m2
    if known is None:
        return unknown(name, "price.unknown", Who.RESPONSIBLE, candidate.source)
    passes = need.price_max_eur_m2 is None or known <= need.price_max_eur_m2
    codes = ("price.within", "price.too_high")
    return decided(name, passes, codes, known, candidate.source, asked_max=need.price_max_eur_m2)
