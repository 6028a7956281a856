"""What merging a staged file would change, and what is odd about it before it is."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection

from geo.intake import findings, following, plan_remarks, retold
from geo.intake.contradicting import settled
from geo.intake.datasets import dataset_of, is_official, source_of
from geo.intake.merging import make_import, merge_rows, values_of
from geo.intake.options import Options
from geo.intake.problems import Remark
from geo.intake.report import Report
from geo.store.layers import Layer
from geo.store.merging import absences, differences, others, plans
from geo.store.merging.merge import ALONE, Merged, compare
from geo.store.merging.staging import stage as staged_view

FORETOLD = ("cadastre", "parcels", "zones", "prescriptions", "sites", "establishments")
"""Layers whose merge does more than write rows: it is done and taken back where a person looks first."""


def preview(connection: Connection, layer: Layer, report: Report, options: Options, delivery: int | None) -> None:
    """Count and name what a merge would change, in a transaction of its own that is taken back.

    Of a ``delivery`` that waits for a person, or is never merged, also what its merge would say: by doing it.
    """
    with connection.begin_nested() as trial:
        if delivery is not None:
            connection.execute(ALONE)
        source = source_of(connection, dataset_of(connection, report.schema, report.name, layer, options))
        if "document" in layer.key:
            plans.documents(connection, staged_view(layer), source)
        before = following.before_merge(connection, layer, source)
        values = values_of(source, layer, report, options)
        stated = layer.said_by(report.stated[layer.name])
        report.remarks(settled(connection, stated, values, options))
        found = compare(connection, stated, values)
        report.merged(layer.name, found)
        report.differences[layer.name] = differences.listed(connection, stated, values, found)
        if found.missing:
            absent = absences.absent_communes(connection, stated, values)
            report.differences[layer.name]["absent_communes"] = [asdict(one) for one in absent]
        report.remarks(_nothing_shared(connection, stated, report, values, found, options))
        report.remarks(retold.remarks(connection, stated, values))
        if delivery is not None and layer.name in FORETOLD:
            import_id = make_import(connection, layer, source, delivery, report, options)
            merge_rows(connection, layer, source, import_id, report, options)
            report.remarks([*before, *following.after_merge(connection, layer, source, import_id)])
            report.remarks(following.covered(connection, layer, import_id))
            report.remarks(plan_remarks.remarks(connection, plan_remarks.loaded_plans(connection, layer)))
            report.remarks(findings.after_merge(connection, layer, import_id, found.new + found.changed))
        trial.rollback()


def _nothing_shared(
    connection: Connection, layer: Layer, report: Report, values: dict[str, Any], found: Merged, options: Options
) -> Iterable[Remark]:
    """A file of a name that stands for other land already: perhaps another commune's file of the same name."""
    if is_official(report.schema, layer) or not found.new or found.changed or found.unchanged or not found.missing:
        return
    own = dataset_of(connection, report.schema, report.name, layer, options)
    said = {"dataset": own, "count": found.new, "standing": found.missing, "layer": layer.name}
    yield Remark(0, "key", found.missing, "source.nothing_shared", params=said)


def said_elsewhere(
    connection: Connection, report: Report, staged: Iterable[Layer], options: Options
) -> Iterable[Remark]:
    """A file under another name than last time is another source: tell before its land stands there twice."""
    for layer in staged:
        if layer.name == "parcels":
            own = dataset_of(connection, report.schema, report.name, layer, options)
            found = others.elsewhere(connection, layer, own)
            if found.parcels:
                said = {"count": found.parcels, "other": found.other, "own": own}
                yield Remark(0, "key", found.parcels, "source.renamed", params=said)
