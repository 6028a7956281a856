"""One chunk of a file into its staging tables, with its part of the report, in one transaction."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import orjson
import psycopg

from geo.intake.chunk import Chunk
from geo.intake.report import Findings
from geo.intake.rows import columns_of
from geo.intake.skimming import Gathered
from geo.intake.texts import remember
from geo.store.merging import copying
from geo.store.merging.copying import Target

if TYPE_CHECKING:
    from geo.intake.layers.plain_cadastre import Taken

Plain = Callable[[Chunk], "Taken | None"]


def stage_chunk(
    connection: "psycopg.Connection[Any]",
    chunk: Chunk,
    targets: Mapping[str, Target],
    delivery: int,
    srid: int,
    read: str = "",
    plain: Plain | None = None,
) -> None:
    """Read, normalise and copy the rows of a chunk in the open transaction.

    A chunk that another process staged in the meantime is left as that one did it.
    ``targets`` are the staging tables of the delivery by layer, ``srid`` the system the rows come in, ``read`` how the
    file is read (geo.intake.texts.reading). ``plain`` takes rows of which there is nothing to say before the others.
    """
    found = Findings()
    if plain is not None:
        taken = plain(chunk)
        if taken is not None:
            copying.write_rows(connection, targets[chunk.plan.schema.layer], [taken.rows])
            found.count(chunk.plan.schema.layer, taken.count)
            chunk.piece = taken.left
    for batch in chunk.batches() if chunk.piece.read else ():
        target = targets[batch.layer]
        remember(chunk, batch, read)
        if batch.rows:
            copying.write(connection, target, columns_of(batch, target, srid))
        found.add(batch)
    said = {"heard": chunk.heard.to_json(), "found": found.dump()}
    if isinstance(chunk, Gathered):
        found.count(chunk.plan.schema.layer, chunk.passed.rows)
        said |= {"found": found.dump(), "passed": chunk.passed.to_json()}
    try:
        copying.keep_chunk(connection, delivery, chunk.number, orjson.dumps(said))
    except psycopg.errors.UniqueViolation:
        connection.rollback()  # the child of a killed parent was faster: its rows stand, these are taken back
