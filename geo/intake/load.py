"""A file into the base: read, staged by COPY, merged in one transaction, reported."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from geo.intake.batch import Batch
from geo.intake.problems import Remark
from geo.intake.report import Report
from geo.intake.source import Source, open_source
from geo.store import tables
from geo.store.database import Actor, Database, Role
from geo.store.layers import LAYERS, Layer
from geo.store.merge import Merged, merge
from geo.store.staging import copy, create, stage

LOCK = text("select pg_advisory_xact_lock(hashtext('emprise.load'))")

ORDER = ("communes", "areas", "sites", "zones", "constraints", "buildings", "networks", "cadastre", "parcels")
"""Parcels last: they are marked once, when all they lie on is there."""

OWN_KEYS = ("cnig_", "etalab_", "ign_", "minimal_")
"""Schemas whose keys are the same from file to file; another file's keys only mean something with its name."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to read a file: forced layer, CRS (``EPSG:n``), commune (INSEE) and visibility of rows that state none.

    ``responsible`` is the organisation that new parcels belong to.
    """

    layer: str | None = None
    crs: str | None = None
    commune: str | None = None
    visibility: str | None = None
    responsible: int | None = None
    keep_going: bool = False
    dry_run: bool = False
    actor: str = "cli"


class _Withdraw(Exception):  # noqa: N818 - not an error: the way out of the transaction
    """Leave the base as it was."""


def load(
    database: Database, path: Path, options: Options, *, srid: int, progress: Callable[[int, int], None] | None = None
) -> Report:
    """Load one file; all of it or, when a row is refused and ``keep_going`` is not set, nothing.

    ``progress`` is told the bytes read and in all. Loads wait for one another.

    Raises:
        geo.intake.problems.Unreadable: the whole file is refused; nothing is written.
    """
    with open_source(path, layer=options.layer, crs=options.crs, commune=options.commune, srid=srid) as source:
        report = Report(path.name, source.schema, source.sha256)
        try:
            with database.connection(Role.WORKER, Actor(actor=options.actor, reason=f"load {path.name}")) as connection:
                connection.execute(LOCK)
                staged = _stage(connection, source, report, srid, progress)
                report.remarks(source.remarks)
                if report.rejected and not options.keep_going:
                    raise _Withdraw
                report.remarks(_said_elsewhere(connection, source, staged))
                for layer in sorted(staged, key=lambda one: ORDER.index(one.name)):
                    report.merged(layer.name, _merge(connection, layer, source, report, options))
                if options.dry_run:
                    raise _Withdraw
                report.written = True
        except _Withdraw:
            report.written = False
    return report


def _stage(
    connection: Connection, source: Source, report: Report, srid: int, progress: Callable[[int, int], None] | None
) -> set[Layer]:
    staged: set[Layer] = set()
    for batch in source:
        layer = LAYERS[batch.layer]
        if layer not in staged:
            create(connection, layer)
            staged.add(layer)
        if batch.withdrawn:
            drop = text(f"delete from {stage(layer)} where row_number = any(:rows)")  # noqa: S608
            connection.execute(drop, {"rows": batch.withdrawn})
        copy(connection, layer, rows_of(layer, batch, srid))
        report.add(batch)
        if progress:
            progress(source.progress.done, source.progress.total)
    return staged


ELSEWHERE = text("""
    select count(*), min(src.dataset) from stage_parcels s
    join core.parcel p on p.key = s.key and p.deleted_on is null
    join core.source src on src.id = p.source and src.dataset <> :dataset
""")


def _said_elsewhere(connection: Connection, source: Source, staged: set[Layer]) -> list[Remark]:
    """A file under another name than last time is another source: tell before its land stands there twice."""
    for layer in staged:
        if layer.name == "parcels":
            own = dataset_of(source, layer)
            count, other = connection.execute(ELSEWHERE, {"dataset": own}).one()
            if count:
                message = (
                    f"{count} parcels of this file have the identifier of a parcel loaded from {other!r} and are kept "
                    f"apart from it, as {own!r}: a new version of a file must keep the file's name"
                )
                return [Remark(0, "key", count, "source.renamed", message)]
    return []


def rows_of(layer: Layer, batch: Batch, srid: int) -> Iterator[Sequence[Any]]:
    """The batch as rows for the staging table: number, facts in the layer's order, geometries as EWKB."""
    count = len(batch.rows)
    columns: list[Sequence[Any]] = [batch.rows]
    for name in layer.staged:
        columns.append(_column(layer, batch, name, count))
    columns.append(_ewkb(batch.geometry, srid))
    if "location" in layer.shapes:
        columns.append([None] * count if batch.location is None else _ewkb(batch.location, srid))
    return zip(*columns, strict=True)


DEFAULTS = {"synthetic": False, "clearance_m": 0.0, "cadastral_ids": [], "partition": "unnamed"}


def _column(layer: Layer, batch: Batch, name: str, count: int) -> Sequence[Any]:
    if name == "digest":
        return batch.digests
    if name in batch.fields:
        values = batch.fields[name]
        default = DEFAULTS.get(name)
        return values if default is None else [default if value is None else value for value in values]
    return batch.keys if name == layer.key[-1] else [DEFAULTS.get(name)] * count


def _ewkb(shapes: Any, srid: int) -> list[bytes | None]:
    encoded: list[bytes | None] = shapely.to_wkb(shapely.set_srid(shapes, srid), include_srid=True).tolist()
    return encoded


def _merge(connection: Connection, layer: Layer, source: Source, report: Report, options: Options) -> Merged:
    source_id = _source(connection, dataset_of(source, layer))
    values = {
        "source": source_id,
        "layer": layer.name,
        "file_name": source.path.name,
        "file_sha256": bytes.fromhex(source.sha256),
        "schema_name": source.schema,
        "actor": options.actor,
    }
    made = insert(tables.import_).values(**values).returning(tables.import_.c.id)
    import_id = connection.execute(made).scalar_one()
    merged = merge(
        connection,
        layer,
        source=source_id,
        import_id=import_id,
        visibility=options.visibility,
        responsible=options.responsible,
        complete=not report.rejected,
    )
    counts = {"new": merged.new, "changed": merged.changed, "unchanged": merged.unchanged, "missing": merged.missing}
    finished = {"finished_at": datetime.now(UTC), "counts": counts, "report": report.to_json()}
    connection.execute(update(tables.import_).where(tables.import_.c.id == import_id).values(**finished))
    return merged


def dataset_of(source: Source, layer: Layer) -> str:
    """The name that makes a row's key unique: the schema where keys are official, else the file's own name."""
    if source.schema.startswith(OWN_KEYS) or layer.name in ("communes", "areas"):
        return source.schema
    return source.path.name.split(".")[0]


def _source(connection: Connection, dataset: str) -> int:
    connection.execute(upsert(tables.source).values(dataset=dataset).on_conflict_do_nothing())
    return int(connection.execute(select(tables.source.c.id).where(tables.source.c.dataset == dataset)).scalar_one())
