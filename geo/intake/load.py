"""A file into the base: staged chunk by chunk, shown as what it would change, merged in one transaction, reported."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from geo.intake import belonging
from geo.intake.chunk import Heard
from geo.intake.confirming import OutdatedError, confirm
from geo.intake.mapping import keeping
from geo.intake.merging import ORDER
from geo.intake.options import Options
from geo.intake.preview import preview, said_elsewhere
from geo.intake.problems import Unreadable
from geo.intake.repeating import Repeats
from geo.intake.report import Report
from geo.intake.settling import settle
from geo.intake.skimming import NotSkimmedError
from geo.intake.source import Source, open_source
from geo.intake.stager import Progress, Step, fill
from geo.intake.texts import reading
from geo.store.database import Actor, Database, Role, act
from geo.store.layers import LAYERS
from geo.store.merging import deliveries, staging
from geo.store.merging.deliveries import Arrival, Status

__all__ = ["Options", "Progress", "Report", "Step", "confirm", "give_up", "load", "stage", "withdraw"]


def load(database: Database, path: Path, options: Options, *, srid: int, progress: Progress | None = None) -> Report:
    """Load one file; all of it or, when a row is refused and ``keep_going`` is not set, nothing.

    A load that was killed goes on from what it had staged. Merges wait for one another.

    Raises:
        geo.intake.problems.Unreadable: the whole file is refused; nothing is written.
    """
    report = stage(database, path, options, srid=srid, progress=progress)
    assert report.delivery is not None  # noqa: S101 - what is staged has a number
    if options.dry_run:
        _leave_no_trace(database, report.delivery)
        report.delivery = None
        return report
    if report.rejected and not options.keep_going:
        return report
    try:
        return confirm(database, report.delivery, progress=progress, at_once=True)
    except OutdatedError:  # somebody changed the base in between: what stands now is what counts
        return load(database, path, options, srid=srid, progress=progress)


def stage(
    database: Database,
    path: Path,
    options: Options,
    *,
    srid: int,
    progress: Progress | None = None,
    delivery: int | None = None,
) -> Report:
    """Read a file into staging tables and report what merging it would change; the base stays as it is.

    ``report.delivery`` is the number to confirm or withdraw it by. A ``delivery`` that was received before is filled;
    without one, the same file with the same options left behind by a load that ended early is gone on with. Rows
    refused without ``keep_going`` end the delivery as refused.

    Raises:
        geo.intake.problems.Unreadable: the whole file is refused, and so is the delivery.
    """
    tell = progress or (lambda _: None)
    try:
        with _opened(database, path, options, srid) as source:
            arrival = _arrival(source, options, srid)
            with (
                deliveries.held(database, arrival, delivery) as (connection, number),
                _refusing(connection, number, options),
            ):
                belonging.check_layers(connection, source.layers, options.organisation)
                if delivery is not None:
                    deliveries.keep_options(connection, number, arrival.options)
                ahead = options.dry_run or delivery is not None
                told = database.parameters(Role.WORKER)
                return _stage(connection, source, number, options, srid, tell, told, ahead=ahead)
    except Unreadable as refusal:
        if delivery is not None:
            deliveries.refuse(database, delivery, refusal.code, refusal.params)
        raise


@contextmanager
def _refusing(connection: Connection, delivery: int, options: Options) -> Iterator[None]:
    """Note why a file turned out to be refused as a whole; of a dry run nothing stays."""
    try:
        yield
    except Unreadable as refusal:
        with connection.begin():
            if options.dry_run:
                deliveries.forget(connection, delivery)
            else:
                deliveries.end(connection, delivery, Status.REFUSED, refusal.code, refusal.params)
        raise


def _opened(database: Database, path: Path, options: Options, srid: int) -> Source:
    """The file, opened as the options say; where what the base keeps of former loads helps to read it."""
    known = keeping.known_mappings(database, options.mapping, options.mapping_name, options.organisation)
    return open_source(path, layer=options.layer, crs=options.crs, commune=options.commune, srid=srid, mappings=known)


def _arrival(source: Source, options: Options, srid: int) -> Arrival:
    """What makes it the same file with the same options, read by the same program."""
    read = {"srid": srid, "program": version("emprise"), "mapped": source.mapped}
    read["confirmed"] = keeping.to_keep(source)
    return Arrival(
        file_name=source.path.name,
        sha256=source.sha256,
        size=source.size,
        actor=options.actor,
        organisation=options.organisation,
        options=options.to_json() | read,
    )


def _stage(
    connection: Connection,
    source: Source,
    delivery: int,
    options: Options,
    srid: int,
    tell: Progress,
    parameters: Mapping[str, Any],
    *,
    ahead: bool,
) -> Report:
    layers = [LAYERS[name] for name in source.layers]
    with connection.begin():
        deliveries.change(connection, delivery, status=Status.STAGING)
        for layer in layers:
            staging.create(connection, delivery, layer)
    _fill(connection, source, delivery, options, srid, tell, parameters)
    tell(Step("check", 0, 0, 0))
    with connection.begin():
        act(connection, Actor(organisation=options.organisation))
        report = _report(connection, source, delivery)
        belonging.check_all(connection, report.layers, options.organisation)
        found = [LAYERS[name] for name in ORDER if name in report.layers]
        for layer in found:
            staging.analyze(connection, delivery, layer)
        with staging.shown(connection, delivery, found):
            for layer in found:
                settle(connection, layer, report, options)
            if not report.rejected or options.keep_going:
                report.remarks(said_elsewhere(connection, report, found, options))
                for layer in found:
                    preview(connection, layer, report, options, delivery if ahead else None)
        written = {"rows": report.read, "share": 1.0, "report": report.to_json(), "problems": report.problem_rows(srid)}
        deliveries.change(connection, delivery, status=Status.STAGED, **written)
        if report.rejected and not options.keep_going:
            deliveries.end(connection, delivery, Status.REFUSED, "rows.refused", {"count": report.rejected})
    return report


def _fill(
    connection: Connection,
    source: Source,
    delivery: int,
    options: Options,
    srid: int,
    tell: Progress,
    parameters: Mapping[str, Any],
) -> None:
    """Stage the rows; those that the base knows word for word are passed over, where that comes to the same."""
    layers = [LAYERS[name] for name in source.layers]
    read = reading(options.to_json(), srid)
    repeats = Repeats(connection, source, delivery, layers[0], options, read) if len(layers) == 1 else None
    try:
        fill(connection, source, delivery, layers, srid, tell, parameters, read, repeats)
    except NotSkimmedError:
        with connection.begin():
            staging.drop(connection, delivery)
            for layer in layers:
                staging.create(connection, delivery, layer)
        fill(connection, source, delivery, layers, srid, tell, parameters, read, None)


def _report(connection: Connection, source: Source, delivery: int) -> Report:
    """The parts of the chunks as one, in the order of the file."""
    report = Report(source.path.name, source.schema, source.sha256)
    report.delivery = delivery
    for said in staging.chunk_reports(connection, delivery):
        report.absorb(said["found"])
        source.hear(Heard.from_json(said["heard"]))
    source.finish()
    report.remarks(source.remarks)
    return report


def withdraw(database: Database, delivery: int) -> None:
    """Give up a delivery: nothing of it is kept but that it was there.

    Raises:
        geo.intake.problems.Unreadable: it is merged already, or another process works on it.
    """
    with deliveries.hold(database, delivery) as connection:
        if connection is None:
            raise Unreadable("delivery.busy", delivery=delivery)
        with connection.begin():
            row = deliveries.find(connection, delivery)
            if row is None or row.status == Status.MERGED:
                status = "unknown" if row is None else row.status
                raise Unreadable("delivery.not_staged", delivery=delivery, status=status)
            deliveries.end(connection, delivery, Status.WITHDRAWN)


def give_up(connection: Connection, delivery: int) -> None:
    """Say that a delivery could not be worked on, for a reason that is not its file's."""
    deliveries.end(connection, delivery, Status.FAILED, "delivery.gave_up")


def _leave_no_trace(database: Database, delivery: int) -> None:
    with deliveries.hold(database, delivery) as connection:
        if connection is not None:
            with connection.begin():
                deliveries.forget(connection, delivery)
