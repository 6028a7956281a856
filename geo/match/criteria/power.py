"""Is the power there?"""

from geo.match.criteria.criterion import Criterion, Verdict, Who, decided, unknown
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView


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
