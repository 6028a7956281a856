"""One layer of a staged file into the base: its rows, what follows from them, and the record of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from geo.intake import findings, following, plan_remarks, whole_communes
from geo.intake.contradicting import settled
from geo.intake.datasets import dataset_of, is_official, source_of
from geo.intake.options import Options
from geo.intake.problems import Remark
from geo.intake.report import Report
from geo.intake.stager import Progress, Step
from geo.store import tables
from geo.store.layers import Layer
from geo.store.merging import outlines, places
from geo.store.merging.merge import Merged, merge

ORDER = (
    *("communes", "areas", "area_communes", "poles", "sites", "establishments", "zones", "prescriptions"),
    *("constraints", "buildings", "networks", "travel_times", "cadastre", "parcels"),
)
"""Parcels last: they are marked once, when all they lie on is there."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A layer of a file that was just merged; its rows are still to be seen as the view ``stage_<layer>``."""

    layer: Layer
    source: int
    import_id: int
    report: Report
    options: Options


def _follow(connection: Connection, loaded: Loaded) -> Iterable[Remark]:
    return following.after_merge(connection, loaded.layer, loaded.source, loaded.import_id)


def _tell_plans(connection: Connection, loaded: Loaded) -> Iterable[Remark]:
    ids = plan_remarks.loaded_plans(connection, loaded.layer)
    new = [one for one in ids if one not in loaded.report.plans]
    loaded.report.plans += new
    return plan_remarks.remarks(connection, new)


def _take_outlines(connection: Connection, loaded: Loaded) -> Iterable[Remark]:
    if loaded.layer.name not in ("parcels", "cadastre"):
        return
    taken = outlines.take(connection)
    if taken.keys:
        yield Remark(0, "geometry", len(taken.keys), "outline.of_cadastre", params={"count": len(taken.keys)})
    for key, apart in taken.outside:
        yield Remark(0, "geometry", key, "outline.point_outside", params={"key": key, "apart_m": apart})


def _cover(connection: Connection, loaded: Loaded) -> Iterable[Remark]:
    return following.covered(connection, loaded.layer, loaded.import_id)


def _complete(connection: Connection, loaded: Loaded) -> Iterable[Remark]:
    return whole_communes.record(connection, loaded.layer, loaded.report, loaded.import_id)


def _name_areas(connection: Connection, loaded: Loaded) -> Iterable[Remark]:
    if loaded.layer.name == "area_communes":
        places.name_listed(connection, loaded.import_id)
    return ()


def _find(connection: Connection, loaded: Loaded) -> Iterable[Remark]:
    counts = loaded.report.layers[loaded.layer.name]
    return findings.after_merge(connection, loaded.layer, loaded.import_id, (counts.new or 0) + (counts.changed or 0))


AFTER: Sequence[Callable[[Connection, Loaded], Iterable[Remark]]] = (
    _follow,
    _tell_plans,
    _take_outlines,
    _cover,
    _complete,
    _name_areas,
    _find,
)
"""What is done after the merge of each layer, in its transaction; what a step says goes into the report."""


def merge_layer(
    connection: Connection, layer: Layer, row: Any, report: Report, options: Options, tell: Progress
) -> Merged:
    """Merge one layer of a staged delivery (``row``), do what follows from it, and record the import."""
    source = source_of(connection, dataset_of(connection, report.schema, report.name, layer, options))
    import_id = make_import(connection, layer, source, row.id, report, options)
    report.remarks(following.before_merge(connection, layer, source))
    stated = layer.said_by(report.stated[layer.name])
    report.remarks(settled(connection, stated, values_of(source, layer, report, options), options))
    told = lambda done, total: tell(Step("merge", done, done, total))  # noqa: E731
    merged = merge_rows(connection, layer, source, import_id, report, options, told)
    for step in AFTER:
        report.remarks(step(connection, Loaded(layer, source, import_id, report, options)))
    counts = asdict(merged)
    finished = {"finished_at": datetime.now(UTC), "counts": counts, "report": report.to_json() | {"differences": {}}}
    connection.execute(update(tables.import_).where(tables.import_.c.id == import_id).values(**finished))
    return merged


def make_import(
    connection: Connection, layer: Layer, source: int, delivery: int, report: Report, options: Options
) -> int:
    """The record of an import that begins; its number."""
    values = {
        "source": source,
        "delivery": delivery,
        "layer": layer.name,
        "file_name": report.name,
        "file_sha256": bytes.fromhex(report.sha256),
        "schema_name": report.schema,
        "actor": options.actor,
    }
    made = insert(tables.import_).values(**values).returning(tables.import_.c.id)
    return int(connection.execute(made).scalar_one())


def merge_rows(
    connection: Connection,
    layer: Layer,
    source: int,
    import_id: int,
    report: Report,
    options: Options,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> Merged:
    """The rows alone, without what follows from them."""
    return merge(
        connection,
        layer.said_by(report.stated[layer.name]),
        import_id=import_id,
        responsible=options.responsible,
        complete=not report.rejected,
        told=told,
        **values_of(source, layer, report, options),
    )


def values_of(source: int, layer: Layer, report: Report, options: Options) -> dict[str, Any]:
    """What statements of a comparison or a merge are told of a layer of a file."""
    return {
        "source": source,
        "visibility": options.visibility,
        "file_name": report.name,
        "shared": is_official(report.schema, layer) and options.source is None,
    }
