"""Is there enough land, not too much, and at what price?"""

from geo.match.criteria.criterion import Criterion, Verdict, Who, decided, unknown
from geo.match.need.need import Need
from geo.match.need.parts import LandRange
from geo.match.parcel.candidate import Candidate, ReadinessView


def land_m2(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether the parcel's ground surface is between what is asked.

    Enough land of which less than the minimum asked is buildable passes as `land.enough_but_constrained`.
    """
    asked = need.land_m2 or LandRange.model_construct()
    surface = candidate.surface_m2
    if surface is None:
        return unknown("land_m2", "land.unknown", Who.RESPONSIBLE, candidate.source)
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
