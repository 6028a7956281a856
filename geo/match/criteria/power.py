"""Is the power there, and how far is what must be near?"""

from geo.match.candidate import Candidate, ReadinessView
from geo.match.criterion import Criterion, Verdict, Who, decided, unknown
from geo.match.need import Need


def power(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether the power declared at the parcel meets what is asked at opening, and later.

    Less than asked at opening: fail. Enough at opening but less than the ramp: unknown, because a connection can grow.
    """
    declared = candidate.power_mw
    nearby: dict[str, object] = {"substation_km": candidate.substation_km, "free_mw": candidate.substation_free_mw}
    nearby = {name: value for name, value in nearby.items() if value is not None}
    if declared is None:
        return unknown("power_mw", "power.unknown", Who.GRID_OPERATOR, candidate.source, **nearby)
    if need.power_mw is None:
        return Criterion("power_mw", Verdict.PASS, "power.enough", declared, candidate.source)
    asked = need.power_mw.at_opening
    later = max((step.mw for step in need.power_mw.ramp), default=asked)
    if asked <= declared < later:
        return unknown(
            "power_mw",
            "power.ramp_unknown",
            Who.GRID_OPERATOR,
            candidate.source,
            declared=declared,
            asked=later,
            **nearby,
        )
    codes = ("power.enough", "power.too_low")
    return decided("power_mw", declared >= asked, codes, declared, candidate.source, asked=asked, **nearby)


def max_km(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether each distance is short enough; only the substation's is recorded, in a straight line."""
    asked = dict(need.max_km or {})
    wanted = asked.pop("substation", None)
    known = candidate.substation_km
    detail: dict[str, object] = {"kind": "substation", "km": known, "asked_max": wanted, "straight_line": True}
    if wanted is not None and known is not None and known > wanted:
        return Criterion("max_km", Verdict.FAIL, "distance.too_far", known, candidate.source, detail)
    if asked:
        return unknown("max_km", "max_km.not_recorded", Who.SERVICE, kinds=sorted(asked))
    if wanted is not None and known is None:
        return unknown("max_km", "distance.unknown", Who.GRID_OPERATOR, candidate.source, kind="substation")
    return Criterion("max_km", Verdict.PASS, "distance.within", known, candidate.source, detail)
