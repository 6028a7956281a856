"""Does a lorry get in from public ground?"""

from geo.match.criteria.criterion import Criterion, Verdict, Who, unknown
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate, ReadinessView

SOURCE = "cadastre"
"""Where the sides of a parcel are read (geo/derive/frontage.py)."""


def access(need: Need, candidate: Candidate, readiness: ReadinessView | None) -> Criterion:
    """Whether the parcel lies on public ground: a note, with the metres of it (on the ground).

    Never `fail`: behind its neighbours, a parcel may have a right of way that no map shows.
    """
    sides = candidate.sides
    if sides is None or sides.has_access is None:
        return unknown("access", "access.not_known", Who.RESPONSIBLE)
    if not sides.has_access:
        return unknown("access", "access.no_frontage", Who.OWNER, SOURCE)
    metres = round(sides.frontage.length / candidate.scale)
    return Criterion("access", Verdict.PASS, "access.frontage", metres, SOURCE)
