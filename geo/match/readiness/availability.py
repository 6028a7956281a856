"""What portals, programmes and territories would call a parcel's availability, beside what was declared of it."""

from geo.match.parcel.candidate import Candidate
from geo.readiness.result import Readiness
from geo.readiness.vocabularies import Declared, vocabularies


def vocabularies_of(owner: Readiness, candidate: Candidate | None) -> dict[str, object]:
    """Every vocabulary for a parcel whose owner-side readiness this is; None: what is said of it is not known."""
    return vocabularies(owner, *said_of(candidate))


def said_of(candidate: Candidate | None) -> tuple[str | None, Declared]:
    """What is said of a parcel: its market, and when others declare it available."""
    if candidate is None:
        return None, Declared()
    market = None if candidate.market is None else candidate.market.value
    return market, Declared(candidate.declared_on, candidate.declared_turnkey)
