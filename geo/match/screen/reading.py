"""Parcels of a match read again with the eyes of who asks: columns only say which."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from geo.match.need.need import Need
from geo.match.parcel import candidates
from geo.match.parcel.around import Around
from geo.match.parcel.candidate import Candidate, ReadinessView
from geo.match.readiness import readiness, second_phase
from geo.match.readiness.readiness import Readinesses
from geo.match.screen.states import StateDates
from geo.readiness.catalogue import Catalogue
from geo.store.database import Actor, Database, Role


@dataclass
class Reading:
    """Parcels by id for one need, each read once; ``dates`` has the readiness of all of them."""

    database: Database
    role: Role
    actor: Actor | None
    need: Need
    around: Around
    catalogue: Catalogue
    as_of: date
    days: StateDates
    dates: Readinesses = field(init=False)
    _read: dict[int, Candidate | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.dates = readiness.nothing(self.catalogue, self.as_of)

    def __call__(self, ids: Sequence[int]) -> list[tuple[Candidate, ReadinessView | None]]:
        """Those of the parcels that may be seen, with their readiness, in the order asked."""
        missing = [one for one in ids if one not in self._read]
        if missing:
            self._load(missing)
        return [(one, self.dates(one)) for number in ids if (one := self._read[number]) is not None]

    def _load(self, ids: Sequence[int]) -> None:
        with self.database.connection(self.role, self.actor) as connection:
            limits = self.days.land.limits.by_id
            found = candidates.load(connection, self.role, ids=ids, need=self.need, around=self.around, limits=limits)
            days, at_hand = self.days, self.days.day if self.need is self.days.need else None
            found = second_phase.dated(
                connection, self.catalogue, self.need, self.as_of, found, partial(days.found, connection), days.learned
            )
            more = readiness.read(
                connection, self.catalogue, self.need, self.as_of, found, days.known, days.written, at_hand
            )
        self._read |= dict.fromkeys(ids) | {one.id: one for one in found}
        self.dates.add(more)
