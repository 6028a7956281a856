"""How much a decision looked at, and how much it may: counted, not timed, so that an answer is alike on any machine."""

import math
from dataclasses import dataclass

EVALUATIONS = 5_000.0
"""Edge evaluations of the kernel that take as long as one sweep [measured: 6 ns each]."""
REACHING = 2.5
"""Sweeps that one with a reach counts for: its round corners take longer to unite [measured: 75 µs]."""


@dataclass(slots=True)
class Work:
    """``done`` of ``most`` sweeps: an edge of the land swept by a convex piece of a building [measured: 30 µs]."""

    most: float = math.inf
    done: float = 0.0
    gave_up: bool = False

    @property
    def left(self) -> float:
        """Sweeps that may still be done."""
        return max(self.most - self.done, 0.0)

    @property
    def is_over(self) -> bool:
        """Whether there was more to look at than may be."""
        return self.gave_up or self.done >= self.most

    def takes(self, sweeps: float) -> bool:
        """Count sweeps that are about to be done; False, from then on, where they are more than are left."""
        self.gave_up = self.gave_up or sweeps > self.left
        if not self.gave_up:
            self.done += sweeps
        return not self.gave_up

    def evaluated(self, evaluations: float) -> None:
        """Count edge evaluations of the kernel that were done."""
        self.done += evaluations / EVALUATIONS
