"""Where one step stands on one parcel."""

from dataclasses import dataclass
from datetime import date, datetime

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

    ``units`` multiplies the catalogue's ``per_unit`` months beyond the first: owners to buy from.
    Raises ValueError for a state off the list or fewer than one unit, TypeError for an instant instead of a day.
    """

    state: str
    since: date | None = None
    source: str = ""
    units: int = 1

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"state {self.state!r} is none of {', '.join(sorted(STATES))}")
        if isinstance(self.since, datetime):
            raise TypeError("since is a day in the territory's calendar, not an instant")
        if self.units < 1:
            raise ValueError(f"units must be 1 or more, not {self.units}")
