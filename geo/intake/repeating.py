"""Which rows of the base a file repeats: found while it is cut, kept beside what is staged, asked when confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from geo.intake.chunk import Chunk
from geo.intake.datasets import dataset_of
from geo.intake.known import Known, joined
from geo.intake.options import Options
from geo.intake.retold import spoken_of
from geo.intake.skimming import NotSkimmedError, Passed, Skimmer
from geo.intake.source import Source
from geo.intake.texts import salt_of
from geo.store.database import Actor, act
from geo.store.layers import Layer
from geo.store.merging import becoming, deliveries, repeats, staging
from geo.store.merging.repeats import Again, Candidates

MOST_TIMES = 20
"""Looking a row of the base up costs a fortieth of reading one: a file is skimmed where it may hold its share."""


@dataclass(slots=True)
class Repeats:
    """The search for one delivery that fills one ``layer``; ``read`` is how its file is read (geo.intake.texts)."""

    connection: Connection
    source: Source
    delivery: int
    layer: Layer
    options: Options
    read: str
    _candidates: Candidates | None = None
    _stated: frozenset[str] = frozenset()

    def skimmer(self, first: Chunk, done: Mapping[int, Passed]) -> Skimmer | None:
        """Who passes over what the base knows, now that the ``first`` chunk is staged; None where it knows nothing.

        Raises:
            NotSkimmedError: an earlier attempt passed over rows that cannot be known any more.
        """
        salt = salt_of(first.plan, self.read)
        if salt is not None and self.layer.remembers:
            with self.connection.begin():
                act(self.connection, Actor(organisation=self.options.organisation))
                self._candidates = self._find(first.piece.read)
                if self._candidates is not None:
                    known = Known(repeats.texts(self.connection, self.layer, self._candidates, spoken_of(self.layer)))
                    if known.able:
                        return Skimmer(known, first, salt, done)
        if done:
            raise NotSkimmedError
        return None

    def _find(self, first: int) -> Candidates | None:
        name = dataset_of(self.connection, self.source.schema, self.source.path.name, self.layer, self.options)
        number = deliveries.source_number(self.connection, name)
        stated = None if number is None else repeats.last_stated(self.connection, self.layer, number)
        if number is None or stated is None:
            return None
        view = staging.table_of(self.delivery, self.layer)
        imports, rows = repeats.imports_of(self.connection, view, self.layer, number, first)
        progress = self.source.progress
        coming = first * progress.total / max(1, progress.done)
        if not imports or rows > min(repeats.MOST, MOST_TIMES * coming):
            return None
        self._stated = frozenset(stated)
        return Candidates(number, imports, becoming.stated(self.layer.said_by(stated)))

    def keep(self, skimmer: Skimmer) -> None:
        """Keep what was passed over, now that everything else is staged.

        Raises:
            NotSkimmedError: what is staged does not go with it, so that the file is to be staged whole.
        """
        assert self._candidates is not None  # noqa: S101 - there is a skimmer
        with self.connection.begin():
            rows, summed = skimmer.known.repeated
            self._check_chunks(rows, summed)
            told = Again(self._candidates, rows, summed)
            repeats.keep(self.connection, self.delivery, self.layer, told, skimmer.known.rest)
            staged = staging.table_of(self.delivery, self.layer)
            if repeats.said_twice(self.connection, self.delivery, staged, self.layer):
                raise NotSkimmedError

    def _check_chunks(self, rows: int, summed: bytes) -> None:
        """The chunks passed over what was seen, and state the columns that those rows were said with."""
        passed: list[Passed] = []
        stated: set[str] = set()
        for said in staging.chunk_reports(self.connection, self.delivery):
            passed += [Passed.from_json(said["passed"])] if "passed" in said else []
            stated |= set(said["found"]["stated"].get(self.layer.name, []))
        counted = sum(one.rows for one in passed)
        if counted != rows or joined(one.print for one in passed) != summed or stated != self._stated:
            raise NotSkimmedError


def still_stands(connection: Connection, delivery: int, layer: Layer, *, at_once: bool) -> bool:
    """Whether the base holds what the staged file repeats as it did when that was found.

    ``at_once``: it was only just found, and nobody but another merge may have changed it.
    """
    told = repeats.find(connection, delivery, layer)
    if told is None or (at_once and repeats.none_since(connection, told)):
        return True
    rest = repeats.rest(connection, delivery, layer)
    now = Known(repeats.texts_still(connection, layer, told.candidates))
    return now.without(rest) == (told.rows, told.print)
