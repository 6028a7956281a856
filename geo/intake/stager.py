"""All chunks of a file into its staging tables, those of an earlier attempt left as they are; told as it goes."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from geo.intake.chunk import Chunk, Whole
from geo.intake.crew import WORKERS, Crew, Setup
from geo.intake.source import Progress as Read
from geo.intake.source import Source
from geo.intake.staging import stage_chunk
from geo.store import deliveries, staging
from geo.store.layers import Layer

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
) -> None:
    """Stage the chunks that are not staged yet, each in a transaction of its own.

    ``parameters`` are those of a connection like ``connection``, for children.

    Raises:
        geo.intake.problems.Unreadable: the file turns out to be damaged; what was staged stays.
    """
    with connection.begin():
        done = frozenset(staging.chunks(connection, delivery))
    targets = {layer.name: staging.target(delivery, layer) for layer in layers}
    filling = _Filling(connection, Setup(parameters, targets, delivery, srid))
    rows, noted = 0, time.monotonic()
    with filling:
        for chunk in source.chunks():
            if chunk.number not in done:
                filling.take(chunk, source.progress)
            rows += chunk.piece.read
            progress = source.progress
            tell(Step("read", rows, progress.done, progress.total))
            if time.monotonic() - noted > NOTED_EVERY_S:
                noted = time.monotonic()
                with connection.begin():
                    share = progress.done / max(1, progress.total)
                    deliveries.change(connection, delivery, rows=rows, share=min(1.0, share))
        filling.finish()


class _Filling:
    """Stages chunks in this process, or with children where many are left."""

    def __init__(self, connection: Connection, setup: Setup) -> None:
        self._connection, self._setup = connection, setup
        self._crew: Crew | None = None
        self._opened = ExitStack()

    def __enter__(self) -> "_Filling":
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def take(self, chunk: Chunk, read: Read) -> None:
        """Stage a chunk; with it, so much of the file is ``read``."""
        if isinstance(chunk.piece, Whole) or chunk.plan.mapping is not None or not self._many(chunk.number + 1, read):
            self._stage(chunk)
        else:
            assert self._crew is not None  # noqa: S101 - there are many
            self._crew.put(chunk)

    def finish(self) -> None:
        if self._crew is not None:
            self._crew.finish()

    def _many(self, chunks: int, read: Read) -> bool:
        left = chunks * (read.total - read.done) / max(1, read.done)
        if self._crew is None and chunks > 1 and left >= WORTH and WORKERS > 1:
            self._crew = self._opened.enter_context(Crew(self._setup))
        return self._crew is not None

    def _stage(self, chunk: Chunk) -> None:
        setup = self._setup
        driver = self._connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - a live connection always has one
        with self._connection.begin():
            stage_chunk(driver, chunk, setup.targets, setup.delivery, setup.srid)
