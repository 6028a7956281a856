"""The columns of one base as a process holds them: read once, then brought up to date before each match."""

import fcntl
import os
import shutil
import tempfile
import weakref
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from geo.derive.dates import Asked
from geo.match.screen import files
from geo.match.screen.audience import Audience, data_version, seen_by
from geo.match.screen.columns import FACTS, Columns, Kinds, columns_of, no_kinds, together
from geo.match.screen.files import Kept
from geo.match.screen.land import Land
from geo.match.screen.ruled import NO_LIMITS, Ruled, followed
from geo.match.screen.states import Remembered
from geo.store import building_rules, feed, feed_rows
from geo.store.database import Actor, Database, Role
from geo.store.feed import Moment

MOST_LATE = 20_000
"""Changed parcels held beside the files; with more, and more than a twentieth of all, the files are written anew."""
LATE_SHARE = 0.05
AUDIENCES_KEPT = 6
PART = 100_000


@dataclass(frozen=True)
class State:
    """All land at one moment: the rows of the files that still stand, and those of parcels changed since."""

    kept: Kept
    late: Columns
    rows: NDArray[np.int64]
    moment: Moment
    ruled: Ruled | None = None
    seen: OrderedDict[Audience, tuple[Land, str]] = field(default_factory=OrderedDict, compare=False)

    @property
    def whole(self) -> Land:
        """All of it, whoever may see it."""
        return Land(
            self.kept.columns,
            self.late,
            self.kept.kinds,
            self.rows,
            limits=self.ruled.limits if self.ruled else NO_LIMITS,
        )


class Screen:
    """The columns of one base; any number of threads may ask."""

    def __init__(self, folder: Path) -> None:
        """``srid`` is that of the land's coordinates, once any land was asked."""
        self.folder = folder
        self.state: State | None = None
        self.dates: Remembered | None = None
        self.lock = Lock()
        self.srid = 0

    def land(self, database: Database, role: Role, actor: Actor | None) -> tuple[Land, str]:
        """The land that ``actor`` may see as ``role``, as it is now, and the version of its data."""
        with self.lock:
            with database.connection(Role.WORKER) as connection:
                state = None if self.state is None else _unchanged(self.state, connection)
                audience = Audience.of(connection, role, actor)
            if state is None:
                with database.connection(Role.WORKER) as connection:
                    state = self._up_to_date(connection, feed.stand_still(connection))
                    audience = Audience.of(connection, role, actor)
            if self.state is None or self.state.kept is not state.kept:
                _forget(database)
            self.state = state
            if audience not in state.seen:
                land = seen_by(state.whole, audience)
                state.seen[audience] = (land, data_version(land))
                if len(state.seen) > AUDIENCES_KEPT:
                    state.seen.popitem(last=False)
            state.seen.move_to_end(audience)
            return state.seen[audience]

    def remembered(self, asked: Asked, kinds: Kinds) -> Remembered:
        """The dates that this process remembers of a day."""
        with self.lock:
            if self.dates is None or not self.dates.is_of(asked, kinds):
                self.dates = Remembered(asked, kinds)
            return self.dates

    def _up_to_date(self, connection: Connection, moment: Moment) -> State:
        state = self.state
        if state is None or state.moment.base != moment.base:
            state = self._found_or_made(connection, moment)
        changed = feed.changed_since(connection, state.moment.snapshot)
        if changed is None:
            state = self._made(connection, moment)
            changed = feed.changed_since(connection, state.moment.snapshot)
        ruled = followed(connection, state.ruled, changed or ())
        if not changed:
            seen = state.seen if ruled is state.ruled else OrderedDict()
            return replace(state, moment=moment, ruled=ruled, seen=seen)
        state = _with(state, connection, changed, moment)
        if _is_late(len(state.late), state.kept):
            state = self._merged(connection, state)
        return replace(state, ruled=ruled)

    def _found_or_made(self, connection: Connection, moment: Moment) -> State:
        self.srid = feed_rows.srid(connection)
        kept = self._newest(moment.base)
        if kept is None or feed.changed_since(connection, kept.moment.snapshot) is None:
            return self._made(connection, moment)
        return _fresh(kept)

    def _newest(self, base: str) -> Kept | None:
        for folder in sorted(self.folder.glob("columns-*[0-9]"), reverse=True):
            kept = files.read(folder)
            if kept is not None and kept.moment.base == base:
                return kept
        return None

    def _made(self, connection: Connection, moment: Moment) -> State:
        """All columns read from the base; whoever else wants them waits, and takes these."""
        kinds = no_kinds()
        with self._alone():
            others = self._newest(moment.base)
            if others is not None and feed.changed_since(connection, others.moment.snapshot) is not None:
                return _fresh(others)
            parts = (columns_of(chunk, kinds) for chunk in feed_rows.rows(connection, FACTS))
            kept = self._written(parts, kinds, moment)
        return _fresh(kept)

    def _merged(self, connection: Connection, state: State) -> State:
        """The files written anew with what changed since, unless another process has just done so.

        Where it saw more than this snapshot, what it saw is read again by the next that asks: the moment stays ours.
        """
        with self._alone():
            others = self._newest(state.moment.base)
            if others is not None and others.folder != state.kept.folder:
                changed = feed.changed_since(connection, others.moment.snapshot)
                if changed is not None and not _is_late(len(changed), others):
                    return _with(_fresh(others), connection, changed, state.moment)
            land = state.whole
            parts = (_part(land, state.rows[at : at + PART]) for at in range(0, len(state.rows), PART))
            return _fresh(self._written(parts, state.kept.kinds, state.moment))

    def _written(self, parts: Iterator[Columns], kinds: dict[str, Kinds], moment: Moment) -> Kept:
        numbers = [int(one.name.removeprefix("columns-")) for one in self.folder.glob("columns-*[0-9]")]
        kept = files.write(self.folder / f"columns-{max(numbers, default=0) + 1:09d}", parts, kinds, moment)
        for old in sorted(self.folder.glob("columns-*[0-9]"))[:-2]:  # who still maps them keeps them
            shutil.rmtree(old, ignore_errors=True)
        return kept

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _forget(database: Database) -> None:
    """Now and then the feed is cut; that another process does it too is no harm."""
    with suppress(SQLAlchemyError), database.connection(Role.WORKER) as connection:
        feed.forget(connection)


def _unchanged(state: State, connection: Connection) -> State | None:
    """The state as it is now, where neither land nor the plan's rules on buildings changed; else None."""
    moment = feed.nothing_changed(connection, state.moment)
    if moment is None or state.ruled is None or building_rules.standing(connection) != state.ruled.standing:
        return None
    return replace(state, moment=moment)


def _is_late(changed: int, kept: Kept) -> bool:
    """Whether so much changed since files were written that they are to be written anew."""
    return changed > max(MOST_LATE, LATE_SHARE * len(kept.columns))


def _fresh(kept: Kept) -> State:
    none = columns_of(dict.fromkeys(FACTS, ()), no_kinds())
    return State(kept, none, np.arange(len(kept.columns), dtype=np.int64), kept.moment)


def _part(land: Land, rows: NDArray[np.int64]) -> Columns:
    """Some rows of land as columns of their own, with their profiles."""
    names = dict.fromkeys([*land.base.columns, *land.late.columns])
    made = {name: land.column(name, rows) for name in names}
    begins, at, pieces = made["profile"], 0, []
    placed = np.full(len(rows), -1, np.int64)
    for place in np.flatnonzero(begins >= 0).tolist():
        source = land.base if rows[place] < len(land.base) else land.late
        begin = int(begins[place])
        size = 4 + 5 * int(source.profiles[begin + 1 : begin + 4].sum())
        pieces.append(source.profiles[begin : begin + size])
        placed[place], at = at, at + size
    made["profile"] = placed
    return Columns(made, np.concatenate(pieces) if pieces else np.empty(0, np.uint8))


def _with(state: State, connection: Connection, changed: Sequence[int], moment: Moment) -> State:
    """The state with some parcels read anew; those no longer there are gone."""
    read = [columns_of(chunk, state.kept.kinds) for chunk in feed_rows.rows(connection, FACTS, changed)]
    ids = np.array(changed, np.int64)
    stands = state.rows[~np.isin(state.whole.column("id", state.rows), ids)]
    size = len(state.kept.columns)
    is_late = stands >= size
    kept_late = _part(state.whole, stands[is_late])
    late = together([kept_late, *read])
    rows = np.concatenate([stands[~is_late], size + np.arange(len(late), dtype=np.int64)])
    return State(state.kept, late, rows, moment)


def _folder_for(database: Database) -> Path:
    """Among the caches of this machine; where there are none, or they may not be written, of this process alone."""
    if database.caches is not None:
        folder = database.caches / "screen"
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if os.access(folder, os.W_OK):
                return folder
    own = tempfile.TemporaryDirectory(prefix=f"emprise-screen-{os.getpid()}-")
    weakref.finalize(database, own.cleanup)
    return Path(own.name)


def warm(database: Database) -> None:
    """Have the columns at hand before the first need is asked; without a base, there are none."""
    with suppress(SQLAlchemyError):
        screen_of(database).land(database, Role.PUBLIC, None)


_HELD: dict[int, Screen] = {}
_HOLDING = Lock()


def screen_of(database: Database) -> Screen:
    """The columns that this process holds of a base: in its folder of caches, else in one of its own."""
    with _HOLDING:
        if id(database) not in _HELD:
            _HELD[id(database)] = Screen(_folder_for(database))
            weakref.finalize(database, _HELD.pop, id(database), None)
        return _HELD[id(database)]
