"""Staged rows that cannot stand: said twice, of other people's land, or of land that nobody can place."""

from typing import Any

from sqlalchemy import Connection

from geo.intake import belonging
from geo.intake.datasets import dataset_of
from geo.intake.options import Options
from geo.intake.problems import Rejection, Remark
from geo.intake.report import KEPT_PER_CODE, Report, Told
from geo.store.layers import Layer
from geo.store.merging import duplicates, others, unplaced


def settle(connection: Connection, layer: Layer, report: Report, options: Options) -> None:
    """Take out of the layer's staging table what cannot stand, each row told in the report."""
    _settle_twice(connection, layer, report)
    _refuse_others(connection, layer, report, options)
    _refuse_nowhere(connection, layer, report, options)


def _settle_twice(connection: Connection, layer: Layer, report: Report) -> None:
    """Rows said twice: counted once when they agree, all refused when they do not."""
    twice = duplicates.settle(connection, layer, KEPT_PER_CODE)
    report.twice(
        layer.name,
        identical=twice.identical,
        disputed=twice.disputed,
        repaired=twice.repaired,
        refused=[_disputed(layer, row) for row in twice.told_disputed],
        said=[_identical(layer, row) for row in twice.told_identical],
    )


def _refuse_nowhere(connection: Connection, layer: Layer, report: Report, options: Options) -> None:
    """Rows without a place that are no update of a row that has one."""
    dataset = dataset_of(connection, report.schema, report.name, layer, options)
    found = unplaced.settle(connection, layer, dataset, KEPT_PER_CODE)
    told = [
        Told.of(layer.name, Rejection(row.row_number, "geometry", None, "geometry.missing"), row.key, row.name)
        for row in found.told
    ]
    report.unplaced(layer.name, count=found.count, repaired=found.repaired, refused=told)


def _refuse_others(connection: Connection, layer: Layer, report: Report, options: Options) -> None:
    """Rows of land that is another organisation's."""
    found = others.settle(
        connection, layer, dataset_of(connection, report.schema, report.name, layer, options), KEPT_PER_CODE
    )
    report.unplaced(layer.name, count=found.count, repaired=found.repaired, refused=belonging.refused(layer, found))


def _disputed(layer: Layer, row: Any) -> Told:
    said = {"first": min(row.row_number, row.other), "second": max(row.row_number, row.other), "key": row.key}
    message = Rejection(row.row_number, "key", row.key, "row.duplicate_key", params=said)
    return Told.of(layer.name, message, row.key, row.name, row.outline)


def _identical(layer: Layer, row: Any) -> Told:
    said = {"row": row.row_number, "first": row.first}
    return Told.of(layer.name, Remark(row.row_number, "key", row.key, "row.identical", params=said), row.key, row.name)
