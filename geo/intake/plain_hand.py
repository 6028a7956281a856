"""A hand in this process: the arithmetic on whole chunks lets go of the interpreter, so that threads are enough."""

from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg

from geo.intake.chunk import Chunk, Plan
from geo.intake.crew import Setup
from geo.intake.crs import Frame
from geo.intake.files.geojson import Features
from geo.intake.staging import stage_chunk
from geo.intake.texts import hashes, salt_of

if TYPE_CHECKING:
    from geo.intake.layers.plain_cadastre import PlainCadastre, Taken


def may_be_plain(plan: Plan) -> bool:
    """Whether rows understood so are mostly plain (geo.intake.layers.plain_cadastre)."""
    return plan.schema.layer == "cadastre" and plan.mapping is None


class PlainHand:
    """Stages chunks over a connection of its own, the plain rows of a cadastre all at once."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._connection = psycopg.connect(**setup.connection)
        self._parts: dict[int, tuple[Plan, PlainCadastre | None]] = {}

    def stage(self, chunk: Chunk) -> None:
        """Read, normalise and stage a chunk. Raises Unreadable."""
        setup, part = self._setup, chunk.heard.part
        if part not in self._parts:
            self._parts[part] = self._prepared(chunk.plan)
        chunk.plan, _ = self._parts[part]
        stage_chunk(self._connection, chunk, setup.targets, setup.delivery, setup.srid, setup.read, self._take)
        self._connection.commit()

    def stop(self) -> None:
        """A chunk takes a moment only."""

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _prepared(self, plan: Plan) -> "tuple[Plan, PlainCadastre | None]":
        """A plan with a transformation of its own, as threads need it, and what takes its plain rows."""
        from geo.intake.layers.plain_cadastre import PlainCadastre, fits  # compiled: costs what 17,000 rows do

        own = replace(plan, frame=Frame(plan.frame.source, plan.frame.srid))
        target = self._setup.targets.get(plan.schema.layer)
        if target is None or not fits(own, target):
            return own, None
        salt = salt_of(own, self._setup.read)
        return own, PlainCadastre(own, target, None if salt is None else lambda features: hashes(features, salt))

    def _take(self, chunk: Chunk) -> "Taken | None":
        _, plain = self._parts[chunk.heard.part]
        if plain is None or chunk.heard.once or not isinstance(chunk.piece, Features):
            return None
        return plain.take(chunk.piece)
