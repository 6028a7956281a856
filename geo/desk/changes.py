"""What changed between two looks at the same search: land that came, left, or is not what it was."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Facts = Mapping[str, Any]
FOLLOWED = ("market", "price_eur_m2", "surface_m2", "buildable_m2", "industry", "power_mw", "ready_class")
"""Facts of a parcel whose change is told; a date of use moves with each day, its class does not."""
NEW, CHANGED, GONE = "new", "changed", "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one parcel; ``before`` is None for what is new, ``after`` for what left."""

    parcel: int
    kind: str
    before: Facts | None
    after: Facts | None

    def differing(self) -> list[str]:
        """The facts that are not what they were."""
        before, after = self.before or {}, self.after or {}
        return [name for name in FOLLOWED if name in before and name in after and before[name] != after[name]]


def changes(seen: Mapping[int, Facts], found: Mapping[int, Facts], visible: Collection[int]) -> list[Change]:
    """What is to be told of the look that found ``found`` after one that found ``seen``, in the order of ids.

    ``visible``: of the parcels that are in ``seen`` alone, those one may still see. The others leave no trace.
    """
    told = [
        *(Change(parcel, NEW, None, after) for parcel, after in found.items() if parcel not in seen),
        *(Change(parcel, GONE, seen[parcel], None) for parcel in seen.keys() - found.keys() if parcel in visible),
        *(Change(parcel, CHANGED, seen[parcel], after) for parcel, after in found.items() if parcel in seen),
    ]
    return sorted((one for one in told if one.kind != CHANGED or one.differing()), key=lambda one: one.parcel)


def net(told: Sequence[Change]) -> list[Change]:
    """What several changes, the oldest first, come to: one a parcel, none where all is as it was."""
    first: dict[int, Facts | None] = {}
    last: dict[int, Facts | None] = {}
    for one in told:
        first.setdefault(one.parcel, one.before)
        last[one.parcel] = one.after
    made = [_between(parcel, first[parcel], after) for parcel, after in last.items()]
    return [one for one in made if one is not None]


def _between(parcel: int, before: Facts | None, after: Facts | None) -> Change | None:
    if before is None or after is None:
        kind = NEW if before is None else GONE
        return None if before is after else Change(parcel, kind, before, after)
    change = Change(parcel, CHANGED, before, after)
    return change if change.differing() else None
