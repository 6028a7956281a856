"""Criteria whose facts are not recorded yet: always unknown, never a silent yes."""

from collections.abc import Callable

from geo.match.criteria.criterion import Criterion, Verdict, Who, unknown
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView

NOT_RECORDED: dict[str, Who] = {
    "yard_m": Who.SERVICE,
    "slope_max_pct": Who.SURVEYOR,
}
"""Criteria of a need that no fact answers yet, and who can answer meanwhile."""


def not_recorded(name: str) -> Callable[[Need, Candidate, ReadinessView | None], Criterion]:
    """The criterion of a fact that is not recorded: `<name>.not_recorded`.

    A yard that must be there is placed with the building: the fit answers for it.
    """

    def evaluate(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
        if name == "yard_m" and need.buildings is not None and name not in need.wishes:
            return Criterion(name, Verdict.PASS, "yard_m.in_fit", need.yard_m)
        return unknown(name, f"{name}.not_recorded", NOT_RECORDED[name])

    return evaluate


def icpe(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether the rules of the zone admit the installation: only their written text says it, so unknown, and
    the authority that wrote them answers.

    The regime itself is a permit to obtain, which the dates carry. It stays a must for A and Seveso, whose
    distances and risk-prevention plans can exclude a place: there the DREAL, which instructs them, answers. For NC, D,
    DC and E it is a note.
    """
    regime, seveso = need.icpe.known if need.icpe else (None, None)
    code = "icpe.admission_not_recorded"
    who = Who.ENVIRONMENT_AUTHORITY if icpe_excludes(need) else Who.PLANNING_AUTHORITY
    return unknown("icpe", code, who, regime=regime, seveso=seveso)


def icpe_excludes(need: Need) -> bool:
    """Whether the installation is of a kind that can be kept out of a place."""
    regime, seveso = need.icpe.known if need.icpe else (None, None)
    return regime == "A" or seveso is not None
