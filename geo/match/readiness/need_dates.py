"""The dates of a need over many states: found where they are kept, the rest computed in one batch when first asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from geo.derive.dates import Asked, Key, Written, computed
from geo.readiness.kept import Kept
from geo.readiness.needclass import NeedClass


@dataclass
class NeedDates:
    """Dates by state and class of needs; ``fresh`` are those that had to be computed."""

    asked: Asked
    states: Mapping[int, Written]
    classes: Mapping[str, NeedClass]
    wanted: Iterable[Key]
    kept: dict[Key, Kept]
    fresh: dict[Key, Kept] = field(default_factory=dict)

    def __call__(self, key: Key) -> Kept:
        """The dates of one of the wanted keys; the first that is not kept has all of them computed."""
        if key not in self.kept:
            self._compute()
        return self.kept[key]

    def _compute(self) -> None:
        missing: dict[str, list[int]] = {}
        for state_id, name in self.wanted:
            if (state_id, name) not in self.kept:
                missing.setdefault(name, []).append(state_id)
        self.fresh = computed(self.asked, self.states, missing, self.classes)
        self.kept |= self.fresh
