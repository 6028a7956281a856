"""One chunk of a file into its staging tables, with its part of the report, in one transaction."""

from collections.abc import Mapping
from typing import Any

import orjson
import psycopg

from geo.intake.chunk import Chunk
from geo.intake.report import Findings
from geo.intake.rows import columns_of
from geo.store import copying
from geo.store.copying import Target


def stage_chunk(
    connection: "psycopg.Connection[Any]", chunk: Chunk, targets: Mapping[str, Target], delivery: int, srid: int
) -> None:
    """Read, normalise and copy the rows of a chunk in the open transaction.

    A chunk that another process staged in the meantime is left as that one did it.
    ``targets`` are the staging tables of the delivery by layer, ``srid`` the system the rows come in.
    """
    found = Findings()
    for batch in chunk.batches():
        target = targets[batch.layer]
        if batch.rows:
            copying.write(connection, target, columns_of(batch, target, srid))
        found.add(batch)
    said = {"heard": chunk.heard.to_json(), "found": found.dump()}
    try:
        copying.keep_chunk(connection, delivery, chunk.number, orjson.dumps(said))
    except psycopg.errors.UniqueViolation:
        connection.rollback()  # the child of a killed parent was faster: its rows stand, these are taken back
