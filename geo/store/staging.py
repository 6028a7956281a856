"""Rows of a file on their way in: a temporary table a layer, filled by binary COPY."""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, text

from geo.store.layers import Layer


def stage(layer: Layer) -> str:
    """The name of the layer's staging table."""
    return f"stage_{layer.name}"


def create(connection: Connection, layer: Layer) -> None:
    """Make the layer's empty staging table, gone when the transaction ends."""
    facts = [f'"{name}" {kind}' for name, kind in layer.staged.items()]
    shapes = [f"{name} public.geometry" for name in layer.shapes]
    listed = ", ".join(["row_number integer not null", *facts, *shapes])
    connection.execute(text(f"create temporary table {stage(layer)} ({listed}) on commit drop"))


def copy(connection: Connection, layer: Layer, rows: Iterable[Sequence[Any]]) -> None:
    """Append rows: (row number, each of ``layer.staged`` in order, EWKB of each of ``layer.shapes`` or None)."""
    names = ["row_number", *layer.staged, *layer.shapes]
    types = ["int4", *layer.staged.values(), *("bytea" for _ in layer.shapes)]
    statement = sql.SQL("copy {} ({}) from stdin (format binary)").format(
        sql.Identifier(stage(layer)), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - a live connection always has one
    with driver.cursor() as cursor, cursor.copy(statement) as sink:
        sink.set_types(types)
        for row in rows:
            sink.write_row(row)
