"""One row of an answer: everything judged of a parcel, or of several put together."""

from dataclasses import dataclass

from geo.match.assembly.merged import Together
from geo.match.criteria.criterion import Criterion
from geo.match.fit.outcome import FitOutcome
from geo.match.judged import Judged
from geo.match.parcel.candidate import Candidate, ReadinessView
from geo.match.scoring import Score


@dataclass(frozen=True, slots=True)
class Match:
    """One parcel shown: everything judged of it; `fit` is None when the need places no building."""

    judged: Judged
    fit: FitOutcome | None
    together: Together | None = None
    """When it is several parcels put together."""
    place: int = 0
    """Its place, from 0, among the matches or the rows to check: pages are cut by it, and one may be passed over."""

    @property
    def candidate(self) -> Candidate:
        """The parcel."""
        return self.judged.candidate

    @property
    def parts(self) -> tuple[Candidate, ...]:
        """The parcel, or those put together."""
        return (self.candidate,) if self.together is None else self.together.parts

    @property
    def score(self) -> Score:
        """Its score on index facts."""
        return self.judged.score

    @property
    def readiness(self) -> ReadinessView | None:
        """Its readiness for this need."""
        return self.judged.readiness

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Every criterion judged, the fit last."""
        if self.fit is None:
            return self.judged.criteria
        return (*self.judged.criteria, self.fit.criterion(self.candidate.source))
