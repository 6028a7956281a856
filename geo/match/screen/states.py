"""Days of many parcels from the dates of their distinct states: one table for each class of needs, read by number."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from sqlalchemy import Connection

from geo.derive.dates import Asked, Key, StateBatch, Written, batch_of, find
from geo.land.vocabulary import Origin
from geo.match.criteria.dates import NEVER
from geo.match.criteria.near import AT_THE_LAND_KM, SIDING
from geo.match.need.need import Need
from geo.match.parcel.around import Nearest
from geo.match.parcel.candidate import Candidate
from geo.match.readiness.readiness import milestones_asked, project_facts, states_of
from geo.match.screen.asking import NO_DAY, Ordinals
from geo.match.screen.columns import METRES, Kinds, Rows
from geo.match.screen.land import Land
from geo.match.screen.rounding import rounded
from geo.readiness.kept import Kept
from geo.readiness.needclass import HTA_MW_KM, NeedClass, need_class
from geo.readiness.result import NEVER as INFINITE
from geo.store.database import Database, Role

MOST_DATES = 15_000
"""Dates of a state for a class of needs that a process remembers: some hundred bytes each."""
MOST_TABLES = 400
MOST_WRITTEN = 5_000
"""States that a process remembers as they are written: a number always stands for the same state."""
SIDING_METRES = METRES + SIDING
_Table = tuple[str, str, float, bool, frozenset[str]]


@dataclass
class Remembered:
    """Dates of one day and catalogue by class, and the tables made of them, for the states as ``kinds`` number them."""

    asked: Asked
    kinds: Kinds
    dates: OrderedDict[str, dict[int, Kept]] = field(default_factory=OrderedDict)
    tables: OrderedDict[_Table, Ordinals] = field(default_factory=OrderedDict)
    written: dict[int, Written] = field(default_factory=dict)
    batch: StateBatch | None = None
    batching: Lock = field(default_factory=Lock)
    lock: Lock = field(default_factory=Lock)

    def of_class(self, name: str) -> dict[int, Kept]:
        """The dates of a class that are known, to be added to."""
        with self.lock:
            found = self.dates.setdefault(name, {})
            self.dates.move_to_end(name)
            while len(self.dates) > 1 and sum(map(len, self.dates.values())) > MOST_DATES:
                self.dates.popitem(last=False)
            return found

    def computed(
        self, ids: Sequence[int], read: Callable[[Sequence[int]], dict[int, Written]], project: NeedClass
    ) -> dict[Key, Kept]:
        """The dates of states for a class: one class after another is asked of the same states."""
        with self.batching:
            if self.batch is None or self.batch.ids != tuple(ids):
                self.batch = batch_of(self.asked, read(ids))
            return self.batch.of_class(project.key, project)

    def is_of(self, asked: Asked, kinds: Kinds) -> bool:
        """Whether it is of that day, those figures and those numbers."""
        mine = (self.asked.as_of, self.asked.catalogue.version)
        return mine == (asked.as_of, asked.catalogue.version) and self.kinds is kinds


@dataclass
class StateDates:
    """The days of land for one need. ``fresh``: dates that had to be computed, by state and class."""

    database: Database
    need: Need
    land: Land
    remembered: Remembered
    fresh: dict[Key, Kept] = field(default_factory=dict)
    _classes: dict[int, NeedClass] = field(default_factory=dict)

    def __call__(self, milestone: str, rows: Rows) -> Ordinals:
        """As `NeedReadiness.date_at` of the state of each row, and where it lies."""
        return self._days(milestone, rows, (False,))[0]

    def between(self, milestone: str, rows: Rows) -> tuple[Ordinals, Ordinals]:
        """The same, prudently and at the earliest."""
        prudent, earliest = self._days(milestone, rows, (False, True))
        return prudent, earliest

    def _days(self, milestone: str, rows: Rows, hopes: Sequence[bool]) -> list[Ordinals]:
        if self.need.power_mw is None and not self.need.rail_siding and len(rows):
            project = self._class(0, rows[:1])
            return [self.land.looked_up("state", self._table(project, milestone, hope), rows) for hope in hopes]
        cases = self._cases(rows)
        found = [np.full(len(rows), NO_DAY, np.int64) for _ in hopes]
        for case in np.flatnonzero(np.bincount(cases)).tolist():
            places = np.flatnonzero(cases == case)
            these = rows[places]
            project = self._class(case, these[:1])
            for days, hope in zip(found, hopes, strict=True):
                days[places] = self.land.looked_up("state", self._table(project, milestone, hope), these)
        return found

    def day(self, key: Key, milestone: str, probability: float, optimistic: bool) -> int | None:
        """The day by which one of the states is reached, where a table has it; None: that is to be computed."""
        state, name = key
        number = self.remembered.kinds.numbers.get((state,))
        table = self.remembered.tables.get((name, milestone, probability, optimistic, milestones_asked(self.need)))
        return None if table is None or number is None or number >= len(table) else int(table[number])

    def known(self, keys: Iterable[Key]) -> dict[Key, Kept]:
        """The dates of states and classes met before."""
        held = {name: self.remembered.of_class(name) for _, name in keys}
        return {(state, name): held[name][state] for state, name in keys if state in held[name]}

    def found(self, connection: Connection, keys: Collection[Key]) -> dict[Key, Kept]:
        """The dates of states and classes met before by any process."""
        known = self.known(keys)
        missing = [key for key in keys if key not in known]
        if not missing:
            return known
        states, classes = sorted({state for state, _ in missing}), sorted({name for _, name in missing})
        kept = find(connection, self.remembered.asked, states, classes)
        self._remember(kept)
        return known | {key: kept[key] for key in missing if key in kept}

    def learned(self, computed: Mapping[Key, Kept]) -> None:
        """Remember dates that had to be computed elsewhere, and have them kept."""
        self._remember(computed)
        self.fresh |= computed

    def _remember(self, dates: Mapping[Key, Kept]) -> None:
        for (state, name), kept in dates.items():
            self.remembered.of_class(name)[state] = kept

    def written(self, connection: Connection, ids: Sequence[int]) -> dict[int, Written]:
        """States as they are written, those met before without reading them."""
        held = self.remembered.written
        found = {one: held[one] for one in ids if one in held}
        read = states_of(connection, [one for one in ids if one not in found])
        if len(held) + len(read) > MOST_WRITTEN:
            held.clear()
        held.update(read)
        return found | read

    def _cases(self, rows: Rows) -> Rows:
        """What a place changes in the class of the need, a number for each case; a few too many do no harm."""
        return self._connections(rows) + 9 * self._sidings(rows) if self.need.rail_siding else self._connections(rows)

    def _sidings(self, rows: Rows) -> Rows:
        """Whether a siding is known at the land: that of `has_siding` by its distance, and by what the site says."""
        metres, served = (self.land.column(name, rows) for name in (SIDING_METRES, "served"))
        answers = (dict(known).get("rail") for (known,) in self.land.kinds["served"].values)
        said = np.array([{"oui": 1, "non": 2}.get(one or "", 0) for one in answers])
        near = rounded(metres / 1000, 3) <= AT_THE_LAND_KM
        found: Rows = np.where(np.isnan(metres), 0, np.where(near, 1, 2)) * 3 + said[served]
        return found

    def _connections(self, rows: Rows) -> Rows:
        power = 0.0 if self.need.power_mw is None else self.need.power_mw.at_opening
        km, free = (self.land.column(name, rows) for name in ("substation_km", "substation_free_mw"))
        reach = np.where(np.isnan(km), 0, np.where(power * km <= HTA_MW_KM, 1, 2))
        room = np.where(np.isnan(free), 0, np.where(power > free, 1, 2))
        return reach * 3 + room

    def _class(self, case: int, row: Rows) -> NeedClass:
        if case not in self._classes:
            km, free, rail = (
                float(self.land.column(name, row)[0]) for name in ("substation_km", "substation_free_mw", SIDING_METRES)
            )
            (networks,) = self.land.kinds["served"].values[int(self.land.column("served", row)[0])]
            place = Candidate(
                id=0,
                origin=Origin.TERRAIN,
                substation_km=None if np.isnan(km) else km,
                substation_free_mw=None if np.isnan(free) else free,
                nearest={} if np.isnan(rail) else {SIDING: Nearest(rail, 0)},
                networks=dict(networks),
            )
            catalogue = self.remembered.asked.catalogue
            self._classes[case] = need_class(project_facts(self.need, place), catalogue)
        return self._classes[case]

    def _table(self, project: NeedClass, milestone: str, optimistic: bool) -> Ordinals:
        """The day of each state by its number."""
        asked, tables = milestones_asked(self.need), self.remembered.tables
        key = (project.key, milestone, self.need.probability, optimistic, asked)
        states = self.remembered.kinds.values
        found = tables.get(key)
        if found is None or len(found) < len(states):
            dates = self._dates(project, [one for (one,) in states if one is not None])
            found = np.array([self._day(dates.get(one), milestone, optimistic, asked) for (one,) in states], np.int64)
            tables[key] = found
            while len(tables) > MOST_TABLES:
                tables.popitem(last=False)
        return found

    def _day(self, dates: Kept | None, milestone: str, optimistic: bool, asked: frozenset[str]) -> int:
        if dates is None:
            return NO_DAY
        as_of: int = self.remembered.asked.as_of.toordinal()
        days = dates.days(milestone, self.need.probability, optimistic=optimistic)
        if days is None:
            return as_of if milestone in asked else NO_DAY
        return NEVER.toordinal() if days == INFINITE else as_of + int(days)  # they are whole

    def _dates(self, project: NeedClass, states: list[int]) -> Mapping[int, Kept]:
        """The dates of a class: remembered, else kept in the base, else computed in one batch."""
        held = self.remembered.of_class(project.key)
        missing = [one for one in states if one not in held]
        if not missing:
            return held
        asked = self.remembered.asked
        with self.database.connection(Role.WORKER) as connection:
            found = find(connection, asked, missing, [project.key])
        left = sorted(one for one in missing if (one, project.key) not in found)
        if left:
            made = self.remembered.computed(left, self._states, project)
            self.fresh |= made
            found |= made
        held.update({state: kept for (state, _), kept in found.items()})
        return held

    def _states(self, ids: Sequence[int]) -> dict[int, Written]:
        with self.database.connection(Role.WORKER) as connection:
            return states_of(connection, ids)
