"""What is known of a fit on one parcel, and how it is told as a criterion."""

from collections.abc import Callable
from dataclasses import dataclass, field

from shapely.geometry import MultiPolygon, Polygon

from geo.fit.answer import Verdict as FitVerdict
from geo.match.criteria.criterion import Criterion, Verdict, Who, unknown
from geo.match.need.need import Need
from geo.match.parcel.candidate import Candidate

__all__ = ["DecideFit", "FitOutcome", "FitVerdict"]

_WHO = {
    "fit.borderline": Who.SURVEYOR,
    "fit.no_geometry": Who.RESPONSIBLE,
    "fit.unusable_geometry": Who.RESPONSIBLE,
    "fit.sides_unknown": Who.RESPONSIBLE,
    "fit.extension_open": Who.RESPONSIBLE,
    "fit.forbidden_zone_unknown": Who.PLANNING_AUTHORITY,
}


@dataclass(frozen=True, slots=True)
class FitOutcome:
    """A fit on one parcel.

    `placement` is in the planar CRS: the building, or all of them in the order asked. `touches` are the restricting
    constraints it meets. `later` is the second phase, on the neighbour `later_on` (None: on the parcel itself). `work`
    is what was looked at to know it (geo/fit/work.py).
    """

    verdict: FitVerdict
    code: str
    placement: Polygon | MultiPolygon | None = None
    touches: tuple[int, ...] = ()
    detail: dict[str, object] = field(default_factory=dict)
    later: Polygon | MultiPolygon | None = None
    later_on: int | None = None
    work: float = field(default=0.0, compare=False)

    @property
    def is_stale(self) -> bool:
        """Whether it is open only until a derived fact is recomputed."""
        return self.code == "fit.stale"

    def criterion(self, source: str | None) -> Criterion:
        """The outcome as the last criterion of a parcel."""
        if self.verdict in (FitVerdict.BORDERLINE, FitVerdict.OPEN):
            who = _WHO.get(self.code, Who.SERVICE)
            return unknown("fit", self.code, who, source, **self.detail)
        verdict = Verdict.PASS if self.verdict is FitVerdict.FITS else Verdict.FAIL
        return Criterion("fit", verdict, self.code, self.verdict.value, self.rule_source or source, self.detail)

    @property
    def rule_source(self) -> str | None:
        """Where the rule on buildings that refuses is written; None where no rule does."""
        rules = self.detail.get("rules")
        if self.verdict is not FitVerdict.NO or not isinstance(rules, list):
            return None
        found: str | None = rules[0]["source"]
        return found


DecideFit = Callable[[Need, Candidate], FitOutcome]
"""How a fit is decided: `decide_fit`, or something that remembers its answers."""
