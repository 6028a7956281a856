"""Are the layers a fit rests on loaded here at all?"""

from geo.match.criteria.criterion import Criterion, Verdict, Who, unknown
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView


def layers(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether buildings and constraints are known around the parcel.

    A note: the fit is proved on the land as known, and a layer that was never loaded is not a layer without anything.
    """
    known = {"buildings": candidate.buildings_known, "constraints": candidate.constraints_known}
    missing = [name for name, is_known in known.items() if not is_known]
    if missing:
        return unknown("layers", "layers.not_loaded", Who.RESPONSIBLE, missing=missing)
    return Criterion("layers", Verdict.PASS, "layers.loaded", None, candidate.source)
