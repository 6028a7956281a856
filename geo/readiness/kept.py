"""Dates as they are kept: the whole days of a state for a class of needs, two bytes each, read at any probability."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from geo.readiness.catalogue import MILESTONES
from geo.readiness.result import NEVER, NEVER_DAYS, class_of, place_of_quantile

if TYPE_CHECKING:  # what computes brings the compiler, which who only reads can do without
    from geo.readiness.batch import Dates
    from geo.readiness.quantiles import Quantiles

_BYTES = 2
_BOUND = 99 * _BYTES
CLASS_PROBABILITY = 0.8


@dataclass(frozen=True, slots=True)
class Kept:
    """The dates of one state for a class of needs.

    Of each milestone q01..q99 of the prudent bound, big-endian, then of the optimistic one where they differ; None for
    one that does not apply. ``start_cleared`` is left out where it is as ``start``.
    """

    start: bytes
    start_cleared: bytes | None
    power: bytes | None
    production: bytes | None

    def days(self, milestone: str, probability: float, *, optimistic: bool = False) -> float | None:
        """Whole days until it is reached with that probability; infinite: never; None: it does not apply."""
        written: bytes | None = getattr(self, milestone)
        if written is None and milestone == "start_cleared":
            written = self.start
        if written is None:
            return None
        place = place_of_quantile(probability)
        if place >= 99:
            return NEVER
        at = place * _BYTES + (_BOUND if optimistic and len(written) > _BOUND else 0)
        day = int.from_bytes(written[at : at + _BYTES], "big")
        return NEVER if day == NEVER_DAYS else float(day)

    def ready_class(self, as_of: date) -> str:
        """Class of the portals; unknown where the bounds do not agree on it."""
        found = {
            class_of(as_of, self.days("start", CLASS_PROBABILITY, optimistic=bound) or 0.0) for bound in (False, True)
        }
        return found.pop() if len(found) == 1 else "unknown"


def packed(dates: "Dates") -> list[Kept]:
    """Dates as they are kept, in the order of the batch."""
    columns = {name: _packed(dates.prudent[name], dates.optimistic[name]) for name in MILESTONES}
    applies: Mapping[str, list[bool]] = {name: dates.applies[name].tolist() for name in MILESTONES}
    return [
        Kept(
            start,
            None if cleared == start else cleared,
            power if applies["power"][number] else None,
            production if applies["production"][number] else None,
        )
        for number, (start, cleared, power, production) in enumerate(
            zip(*(columns[name] for name in MILESTONES), strict=True)
        )
    ]


def _packed(prudent: "Quantiles", optimistic: "Quantiles") -> list[bytes]:
    """Many states come to the same days: these are held once."""
    same = (prudent == optimistic).all(axis=1).tolist()
    both = np.concatenate([prudent, optimistic], axis=1).astype(">i2").tobytes()
    rows = range(0, len(both), 2 * _BOUND)
    found = (both[at : at + (_BOUND if alike else 2 * _BOUND)] for at, alike in zip(rows, same, strict=True))
    met: dict[bytes, bytes] = {}
    return [met.setdefault(one, one) for one in found]
