"""Where one step stands on one parcel."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from geo.readiness.dates import add_months

NOT_NEEDED = "not_needed"
TO_DO = "to_do"
RUNNING = "running"
DONE = "done"
EXPIRED = "expired"
BLOCKED = "blocked"
UNKNOWN = "unknown"
STATES = frozenset({NOT_NEEDED, TO_DO, RUNNING, DONE, EXPIRED, BLOCKED, UNKNOWN})


@dataclass(frozen=True, slots=True)
class StepStatus:
    """State of a step, the day it began (running) or ended (done, expired), and the fact that says so.

    ``units`` multiplies the catalogue's ``per_unit`` months beyond the first: owners to buy from; for a step with sizes
    it is the number of the size (``Step.size_of``). ``expires_on`` is the last day on which it holds, where somebody
    said so; ``stale``: nobody has said it again in its term (docs/decisions/readiness-freshness.md).
    Raises ValueError for a state off the list or fewer than one unit, TypeError for an instant instead of a day.
    """

    state: str
    since: date | None = None
    source: str = ""
    units: int = 1
    expires_on: date | None = None
    stale: bool = False

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"state {self.state!r} is none of {', '.join(sorted(STATES))}")
        if isinstance(self.since, datetime):
            raise TypeError("since is a day in the territory's calendar, not an instant")
        if self.units < 1:
            raise ValueError(f"units must be 1 or more, not {self.units}")

    def over_from(self, expires: int | None) -> date | None:
        """The first day on which a finished step no longer counts: after the day said, else by the months of the law.

        ``expires``: months that the catalogue gives the step. None: it does not lapse, or nobody knows since when.
        """
        if self.expires_on is not None:
            return self.expires_on + timedelta(days=1)
        return None if self.since is None or expires is None else add_months(self.since, expires)
