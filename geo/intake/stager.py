"""All chunks of a file into its staging tables, those of an earlier attempt left as they are; told as it goes."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from geo.intake.chunk import Chunk, Plan, Whole
from geo.intake.crew import WORKERS, Child, Crew, Setup
from geo.intake.plain_hand import PlainHand, may_be_plain
from geo.intake.repeating import Repeats
from geo.intake.skimming import Gathered, Passed, Skimmer
from geo.intake.source import Progress as Read
from geo.intake.source import Source
from geo.intake.staging import stage_chunk
from geo.store.layers import Layer
from geo.store.merging import deliveries, staging

WORTH = 16
"""Chunks that must be left for children to be called in: starting two takes as long as reading five [measured]."""

NOTED_EVERY_S = 2.0
"""How often the delivery's own row says how far it is, for those who ask from elsewhere."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a load is: its ``phase`` (read, check, wait, merge), rows so far, and what is ``done`` of ``total``.

    While reading, ``done`` and ``total`` are bytes of the file; 0 of 0 when it cannot be said.
    """

    phase: str
    rows: int
    done: int
    total: int


Progress = Callable[[Step], None]


def fill(
    connection: Connection,
    source: Source,
    delivery: int,
    layers: Sequence[Layer],
    srid: int,
    tell: Progress,
    parameters: Mapping[str, Any],
    read: str,
    repeats: Repeats | None,
) -> None:
    """Stage the chunks that are not staged yet, each in a transaction of its own.

    ``parameters`` are those of a connection like ``connection``, for children; ``read`` is how the file is read (see
    geo.intake.texts), ``repeats`` finds what need not be read: None stages the file whole.

    Raises:
        geo.intake.problems.Unreadable: the file turns out to be damaged; what was staged stays.
        geo.intake.skimming.NotSkimmedError: the file is to be staged whole.
    """
    with connection.begin():
        done = staging.chunks(connection, delivery)
    targets = {layer.name: staging.target(delivery, layer) for layer in layers}
    choice = _Choice(source, done, repeats)
    rows, noted = 0, time.monotonic()
    with _Filling(connection, Setup(parameters, targets, delivery, srid, read)) as filling:
        for chunk in source.chunks():
            rows += chunk.piece.read
            for ready in choice.of(chunk):
                filling.take(ready, source.progress)
            progress = source.progress
            tell(Step("read", rows, progress.done, progress.total))
            if time.monotonic() - noted > NOTED_EVERY_S:
                noted = time.monotonic()
                with connection.begin():
                    share = progress.done / max(1, progress.total)
                    deliveries.change(connection, delivery, rows=rows, share=min(1.0, share))
        for ready in choice.last():
            filling.take(ready, source.progress)
        filling.finish()
    choice.keep()


class _Choice:
    """Which chunks are staged: those that are not yet and, of a file that the base knows, what it does not repeat.

    The first chunk is always read: it shows what the base knows of the file.
    """

    def __init__(self, source: Source, done: Mapping[int, Mapping[str, Any] | None], repeats: Repeats | None) -> None:
        self._prove = source.prove
        self._whole = {number for number, passed in done.items() if passed is None}
        self._passed = {number: Passed.from_json(passed) for number, passed in done.items() if passed is not None}
        self._repeats = repeats
        self._first: Chunk | None = None
        self._skimmer: Skimmer | None = None

    def of(self, chunk: Chunk) -> Iterator[Chunk]:
        """What to stage now that this chunk came."""
        if self._first is not None and self._repeats is not None and self._skimmer is None:
            self._skimmer = self._repeats.skimmer(self._first, self._passed)
            self._repeats = self._repeats if self._skimmer else None
            if self._skimmer is not None:
                self._prove(chunk.heard.part, self._skimmer.prove)
        self._first = self._first or chunk
        staged = chunk.number in self._whole
        if self._skimmer is not None:
            yield from self._skimmer.take(chunk, staged=staged)
        elif not staged:
            yield chunk

    def last(self) -> Iterator[Chunk]:
        """What is left to stage when all chunks came."""
        if self._skimmer is not None:
            yield from self._skimmer.end()

    def keep(self) -> None:
        """Keep what was passed over."""
        if self._skimmer is not None and self._repeats is not None:
            self._repeats.keep(self._skimmer)


class _Filling:
    """Stages chunks by itself, or with a crew where many are left."""

    def __init__(self, connection: Connection, setup: Setup) -> None:
        self._connection, self._setup = connection, setup
        self._crew: Crew | None = None
        self._opened = ExitStack()
        self._gathered = 0

    def __enter__(self) -> "_Filling":
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def take(self, chunk: Chunk, read: Read) -> None:
        """Stage a chunk; with it, so much of the file is ``read``."""
        self._gathered += isinstance(chunk, Gathered)
        chunks = self._gathered or chunk.number + 1
        if isinstance(chunk.piece, Whole) or chunk.plan.mapping is not None or not self._many(chunks, chunk.plan, read):
            self._stage(chunk)
        else:
            assert self._crew is not None  # noqa: S101 - there are many
            self._crew.put(chunk)

    def finish(self) -> None:
        if self._crew is not None:
            self._crew.finish()

    def _many(self, chunks: int, plan: Plan, read: Read) -> bool:
        left = chunks * (read.total - read.done) / max(1, read.done)
        if self._crew is None and chunks > 1 and left >= WORTH and WORKERS > 1:
            hand = PlainHand if may_be_plain(plan) else Child
            self._crew = self._opened.enter_context(Crew([hand(self._setup) for _ in range(WORKERS)]))
        return self._crew is not None

    def _stage(self, chunk: Chunk) -> None:
        setup = self._setup
        driver = self._connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - a live connection always has one
        with self._connection.begin():
            stage_chunk(driver, chunk, setup.targets, setup.delivery, setup.srid, setup.read)
