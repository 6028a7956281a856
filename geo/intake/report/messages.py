"""The first messages of each code, and how many there were: bounded however bad a file is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely

from geo.intake.report.told import Message, Told

KEPT_PER_CODE = 1_000
"""How many repairs, refusals and remarks of one code are kept in full; all are counted."""


@dataclass(slots=True)
class Messages:
    """The first messages of each code, and how many there were."""

    kind: type[Message]
    first: dict[str, list[Told]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, told: Told) -> None:
        """Count a message, and keep it when it is among the first of its code."""
        code = told.message.code
        self.counts[code] += 1
        kept = self.first.setdefault(code, [])
        if len(kept) < KEPT_PER_CODE:
            kept.append(told)

    def add_first(self, some: Sequence[Told], count: int) -> None:
        """Add messages of one code of which only some are there, of ``count`` in all."""
        for told in some:
            self.add(told)
        if some:
            self.counts[some[0].message.code] += count - len(some)

    def all(self) -> list[Told]:
        """Those kept, by row."""
        return sorted((told for kept in self.first.values() for told in kept), key=lambda told: told.message.row)

    def to_json(self) -> dict[str, Any]:
        """Counts by code, and those kept."""
        return {"counts": dict(sorted(self.counts.items())), "first": [told.to_json() for told in self.all()]}

    def dump(self) -> dict[str, Any]:
        """Also with the outlines, to be taken up again by :meth:`absorb`."""
        kept = self.all()
        outlines = [None if told.outline is None else shapely.to_wkb(told.outline, hex=True) for told in kept]
        return self.to_json() | {"outlines": outlines}

    def absorb(self, dumped: Mapping[str, Any]) -> None:
        """Add what another one held; its first messages come after those of this one."""
        listed = dumped["first"]
        for facts, outline in zip(listed, dumped.get("outlines", [None] * len(listed)), strict=True):
            beside = {name: facts[name] for name in ("layer", "key", "name")}
            message = self.kind(**{name: value for name, value in facts.items() if name not in beside})
            self.add(Told(**beside, message=message, outline=None if outline is None else shapely.from_wkb(outline)))
            self.counts[message.code] -= 1
        self.counts.update(dumped["counts"])
