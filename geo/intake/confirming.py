"""A staged delivery into the base, in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from geo.intake import contradicting, findings, following, plan_remarks
from geo.intake.mapping import keeping
from geo.intake.merging import ORDER, merge_layer
from geo.intake.options import Options
from geo.intake.problems import Remark, Unreadable
from geo.intake.repeating import still_stands
from geo.intake.report import Report
from geo.intake.stager import Progress, Step
from geo.store.database import Actor, Database, act
from geo.store.layers import LAYERS, Layer
from geo.store.merging import deliveries, staging
from geo.store.merging.deliveries import Status
from geo.store.merging.merge import ALONE


def confirm(
    database: Database,
    delivery: int,
    *,
    actor: Actor | None = None,
    progress: Progress | None = None,
    at_once: bool = False,
) -> Report:
    """Merge what is staged of a delivery, in one transaction, against the base as it is now.

    ``actor`` is who confirms; within the rights of the organisation that sent the file, whoever it is.
    What the base changed since the file was staged is taken into account, and told. Merges wait for one another.
    ``at_once``: the file was staged just now, by the same process.

    Raises:
        geo.intake.problems.Unreadable: the delivery is not staged (any more), or another process works on it.
    """
    tell = progress or (lambda _: None)
    with deliveries.hold(database, delivery) as connection:
        if connection is None:
            raise Unreadable("delivery.busy", delivery=delivery)
        with connection.begin():
            row = deliveries.find(connection, delivery)
            _check_staged(connection, delivery, row)
            deliveries.change(connection, delivery, status=Status.MERGING)
        try:
            with connection.begin():
                act(connection, _acting(row, actor or Actor(actor=row.actor)))
                return _confirm(connection, row, tell, at_once=at_once)
        except OutdatedError as outdated:
            with connection.begin():
                deliveries.end(connection, delivery, Status.FAILED, outdated.code, outdated.params)
            raise
        except BaseException:
            with connection.begin():
                deliveries.change(connection, delivery, status=Status.STAGED)
            raise


def _acting(row: Any, actor: Actor) -> Actor:
    return replace(actor, organisation=row.organisation, reason=f"load {row.file_name}")


def _check_staged(connection: Connection, delivery: int, row: Any) -> None:
    """A delivery that a killed process was merging is staged still: its transaction never ended."""
    if row is None or row.status not in (Status.STAGED, Status.MERGING):
        raise Unreadable("delivery.not_staged", delivery=delivery, status="unknown" if row is None else row.status)
    for name, counts in row.report["layers"].items():
        if staging.count(connection, delivery, LAYERS[name]) != counts["kept"]:
            deliveries.end(connection, delivery, Status.FAILED, "delivery.lost", {"delivery": delivery})
            connection.commit()
            raise Unreadable("delivery.lost", delivery=delivery)


class OutdatedError(Unreadable):
    """What the file repeats of the base does not stand any more: it is to be staged anew."""


def _check_repeated(connection: Connection, delivery: int, layers: Sequence[Layer], *, at_once: bool) -> None:
    """Rows that were passed over unread, because the base held them word for word, must stand still."""
    if not all(still_stands(connection, delivery, layer, at_once=at_once) for layer in layers):
        raise OutdatedError("delivery.outdated", delivery=delivery)


def _confirm(connection: Connection, row: Any, tell: Progress, *, at_once: bool) -> Report:
    report = Report.from_json(row.report, row.problems)
    report.forget((*following.CODES, *plan_remarks.CODES, *contradicting.CODES, *findings.CODES))
    options = _options(row)
    expected = {name: (counts.new, counts.changed, counts.missing) for name, counts in report.layers.items()}
    layers = [LAYERS[name] for name in ORDER if name in report.layers]
    tell(Step("wait", 0, 0, 0))
    connection.execute(ALONE)
    _check_repeated(connection, row.id, layers, at_once=at_once)
    with staging.shown(connection, row.id, layers):
        for layer in layers:
            tell(Step("merge", 0, 0, 0))
            report.merged(layer.name, merge_layer(connection, layer, row, report, options, tell))
    for name, counts in report.layers.items():
        if expected[name] != (counts.new, counts.changed, counts.missing):
            report.remarks([_base_changed(name, expected[name], counts)])
    keeping.keep(connection, row.options, row.actor, row.organisation)
    report.written = True
    deliveries.change(connection, row.id, report=report.to_json(), status=Status.MERGED)
    staging.drop(connection, row.id)
    return report


def _base_changed(layer: str, expected: Sequence[int | None], found: Any) -> Remark:
    said = {"layer": layer, "new": found.new, "changed": found.changed, "missing": found.missing}
    said |= {"expected_new": expected[0], "expected_changed": expected[1], "expected_missing": expected[2]}
    return Remark(0, layer, None, "delivery.base_changed", params=said)


def _options(row: Any) -> Options:
    kept = {name: row.options[name] for name in Options().to_json()}
    return Options(**kept, actor=row.actor, organisation=row.organisation)
