"""Rows of a file on their way in: an unlogged table for each layer of a delivery, filled by binary COPY.

Staging tables belong to the loader's own role and stand in the schema ``staging`` until the delivery is merged,
withdrawn or swept: what a killed load has staged is there for the next one.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text

from geo.store.layers import LAYERS, Layer
from geo.store.merging import repeats
from geo.store.merging.copying import Target

BESIDE = {"row_number": "int4", "repaired": "bool"}
"""What a staged row says of itself, before the layer's own columns."""


def stage(layer: Layer) -> str:
    """The name under which statements of a merge see the layer's staging table; see :func:`shown`."""
    return f"stage_{layer.name}"


def table_of(delivery: int, layer: Layer) -> str:
    """The qualified name of the layer's staging table."""
    return f"staging.d{int(delivery)}_{layer.name}"


def same(layer: Layer) -> str:
    """SQL: the live row ``t`` is the staged row ``s``."""
    return " and ".join(f't."{k}" = ' + (":source" if k == "source" else f's."{k}"') for k in layer.key)


def unsaid(layer: Layer) -> str:
    """The rows of the base that the file being merged may lack: all but those that it repeats word for word."""
    return f"unsaid_{layer.name}" if layer.remembers else layer.sql_name


def again(layer: Layer) -> str:
    """What the file being merged repeats word for word: ``rows`` of the base, in ``communes``; see repeats."""
    return f"again_{layer.name}"


def repeated(layer: Layer) -> str:
    """The rows of the base that the file being merged repeats word for word."""
    return f"repeated_{layer.name}"


def communes(layer: Layer, where: str = "true") -> str:
    """SQL: the communes of the file's rows, of those staged ``where`` something is so, or repeated."""
    named = f"select commune_insee from {stage(layer)} where {where}"
    return f"{named} union all select unnest(communes) from {again(layer)}" if layer.remembers else named


def create(connection: Connection, delivery: int, layer: Layer) -> None:
    """Make the layer's staging table unless it is there."""
    facts = [f'"{name}" {kind}' for name, kind in (BESIDE | layer.staged).items()]
    shapes = [f"{name} public.geometry" for name in layer.shapes]
    document = ["document bigint"] if "document" in layer.key else []
    listed = ", ".join([*facts, *shapes, *document])
    connection.execute(text(f"create unlogged table if not exists {table_of(delivery, layer)} ({listed})"))


def target(delivery: int, layer: Layer) -> Target:
    """Where and how rows of the layer are copied: its columns in order, geometries last."""
    columns = {**BESIDE, **layer.staged, **dict.fromkeys(layer.shapes, "geometry")}
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f"copy {table_of(delivery, layer)} ({names}) from stdin (format binary)"
    return Target(layer.name, statement, layer.key[-1], columns)


@contextmanager
def shown(connection: Connection, delivery: int, layers: Iterable[Layer]) -> Iterator[None]:
    """Within the block, in this transaction only, the staging tables are the views ``stage_<layer>``.

    Beside the table's columns they have ``place``, where each row lies in the table. Of layers that remember the text
    of their rows, :func:`unsaid` and :func:`again` are there as well.
    """
    names: list[str] = []
    for layer in layers:
        views = {stage(layer): f"select *, ctid as place from {table_of(delivery, layer)}"}
        if layer.remembers:
            repeats.expect_few(connection, delivery, layer)
            views[unsaid(layer)] = repeats.unsaid(connection, delivery, layer)
            views[repeated(layer)] = repeats.repeated(connection, delivery, layer)
            views[again(layer)] = repeats.again(delivery, layer)
        for name, rows in views.items():
            connection.execute(text(f"create temporary view {name} as {rows}"))
        names += views
    yield
    if names:
        connection.execute(text(f"drop view {', '.join(names)}"))


def chunks(connection: Connection, delivery: int) -> dict[int, dict[str, Any] | None]:
    """The numbers of the chunks staged so far, each with what it passed over of the file (see geo.intake.skimming)."""
    rows = text("select number, report -> 'passed' as passed from staging.chunk where delivery = :delivery order by 1")
    return {row.number: row.passed for row in connection.execute(rows, {"delivery": delivery})}


def chunk_reports(connection: Connection, delivery: int) -> Iterator[dict[str, Any]]:
    """The parts of the report, in the order of the file."""
    rows = text("select report from staging.chunk where delivery = :delivery order by number")
    yield from connection.scalars(rows, {"delivery": delivery})


def analyze(connection: Connection, delivery: int, layer: Layer) -> None:
    """Tell the planner what was staged, as far as it takes to choose between few rows and many."""
    connection.execute(text("set local default_statistics_target = 10"))
    connection.execute(text(f"analyze {table_of(delivery, layer)}"))


def analyze_shown(connection: Connection, view: str) -> None:
    """Tell the planner anew what the table behind ``view`` (see :func:`shown`) holds, once a column was filled."""
    table = connection.scalar(text(_BEHIND), {"view": view})
    connection.execute(text(f"analyze {table}"))


_BEHIND = """
    select distinct cast(cast(d.refobjid as regclass) as text) from pg_depend d join pg_rewrite r on r.oid = d.objid
    where r.ev_class = to_regclass(:view) and d.refobjid <> r.ev_class
      and d.refclassid = cast('pg_class' as regclass)"""


def count(connection: Connection, delivery: int, layer: Layer) -> int:
    """Rows staged and rows repeated; none when the server lost the tables' content in a crash."""
    staged = connection.scalar(text(f"select count(*) from {table_of(delivery, layer)}")) or 0
    told = repeats.find(connection, delivery, layer)
    return staged + (told.rows if told else 0)


def drop(connection: Connection, delivery: int) -> None:
    """Remove all that is staged of a delivery."""
    for layer in LAYERS.values():
        connection.execute(text(f"drop table if exists {table_of(delivery, layer)}"))
    repeats.drop(connection, delivery)
    connection.execute(text("delete from staging.chunk where delivery = :delivery"), {"delivery": delivery})
