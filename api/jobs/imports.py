"""What jobs do with files that people sent: stage them, merge them once they are confirmed, each within its rights."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from api.intake_sentences import proposal_texts
from api.jobs import filiation, queue
from api.planning.import_options import ImportOptions
from api.settings import Settings
from geo.intake import load
from geo.intake.files.private_folder import PrivateFolder
from geo.intake.filiation import is_filiation
from geo.intake.mapping.keeping import kept
from geo.intake.mapping.proposal import proposals_of
from geo.intake.problems import Unreadable
from geo.intake.update.update import UpdateOptions, update
from geo.store.access.keys import find_organisation
from geo.store.access.organisations import kind_of
from geo.store.database import Actor, Database, Role
from geo.store.merging import deliveries, uploads
from geo.store.merging.deliveries import Status

STAGE, MERGE = "stage_import", "merge_import"
MERGES = "merge_import"
"""The lock that merges hold: they wait for one another before they take a worker's time."""

ENDED = frozenset({Status.MERGED, Status.REFUSED, Status.WITHDRAWN, Status.FAILED})


@dataclass(frozen=True, slots=True)
class Asking:
    """On whose behalf a job works; what a job carries."""

    organisation: int | None
    actor: str
    request: str | None

    @property
    def acting(self) -> Actor:
        """What the database is told of it."""
        return Actor(organisation=self.organisation, actor=self.actor, request=self.request)


def put_stage(connection: Connection, app: Any, delivery: int, asking: Asking) -> None:
    """Queue the staging of a delivery in the caller's transaction (as worker)."""
    lock = f"delivery:{delivery}"
    queue.put(connection, app, STAGE, lock=lock, of=lock, delivery=delivery, **asdict(asking))


def put_merge(connection: Connection, app: Any, delivery: int, asking: Asking) -> None:
    """Queue the merge of a confirmed delivery in the caller's transaction (as worker)."""
    queue.put(connection, app, MERGE, lock=MERGES, of=f"delivery:{delivery}", delivery=delivery, **asdict(asking))


def stage_delivery(database: Database, settings: Settings, delivery: int, asking: Asking) -> None:
    """Read a received file and say what merging it would change. Done already, or withdrawn meanwhile: nothing."""
    row = _row(database, delivery, asking)
    if row is None or row.status not in (Status.RECEIVED, Status.STAGING):
        return
    asked = ImportOptions.model_validate(row.options["asked"])
    with _file(database, row) as path:
        try:
            if asked.update:
                _stage_update(database, path, row, asked, asking, settings.srid)
                return
            if is_filiation(path):
                filiation.stage(database, path, row, settings.srid)
                return
            options = asked.to_load(row.organisation, row.actor, _responsible(database, row, asked))
            load.stage(database, path, options, srid=settings.srid, delivery=delivery)
        except Unreadable as refusal:
            deliveries.refuse(database, delivery, refusal.code, refusal.params)
            if _mappable(refusal, asked) and _propose(database, path, row, asked, settings.srid):
                return
    _drop_content(database, delivery)


def merge_delivery(database: Database, settings: Settings, delivery: int, asking: Asking) -> None:
    """Merge a delivery that is staged and confirmed. Done already, or withdrawn meanwhile: nothing."""
    row = _row(database, delivery, asking)
    if row is None or row.status not in (Status.STAGED, Status.MERGING) or row.confirmed_at is None:
        return
    asked = ImportOptions.model_validate(row.options["asked"])
    if asked.update:
        with _file(database, row) as path:
            _merge_update(database, path, row, asked, asking, settings.srid)
        return
    if filiation.is_one(row):
        with _file(database, row) as path:
            filiation.merge(database, path, row, asking.actor, settings.srid)
        return
    load.confirm(database, delivery, actor=asking.acting)


def give_up(database: Database, delivery: int) -> None:
    """Say that a delivery could not be worked on, for a reason that is ours; not where it ended or somebody works."""
    with deliveries.hold(database, delivery) as connection:
        if connection is None:
            return
        with connection.begin():
            row = deliveries.find(connection, delivery)
            if row is not None and row.status not in ENDED:
                load.give_up(connection, delivery)


def attend(database: Database, app: Any, *, after_s: float) -> int:
    """Queue again what waits for a job and has none, and end what the queue gave up; how many there were."""
    with database.connection(Role.WORKER) as connection:
        connection.exec_driver_sql("select pg_advisory_xact_lock(hashtext('emprise.attend'))")
        found = uploads.unattended(connection, after_s=after_s)
        for row in found:
            asking = Asking(row.organisation, row.actor, row.request_id)
            if row.given_up:
                continue
            if row.status in (Status.RECEIVED, Status.STAGING):
                put_stage(connection, app, row.id, asking)
            else:
                put_merge(connection, app, row.id, asking)
    for row in found:
        if row.given_up:
            give_up(database, row.id)
    return len(found)


def sweep(database: Database, *, days: int, upload_s: float) -> None:
    """Withdraw what nobody confirmed for so many days, and forget content that is of no more use.

    ``upload_s`` is how long a file may take to arrive: one that takes twice as long lost its service.
    """
    deliveries.sweep(database, days=days)
    with database.connection(Role.WORKER) as connection:
        uploads.drop_old_content(connection, days=days, receiving_s=2 * upload_s)


def _row(database: Database, delivery: int, asking: Asking) -> Any:
    """The delivery, where it is of the organisation the job works for."""
    with database.connection(Role.WORKER) as connection:
        row = deliveries.find(connection, delivery)
    return row if row is not None and row.organisation == asking.organisation else None


@contextmanager
def _file(database: Database, row: Any) -> Iterator[Path]:
    """The file as it was sent, in a private folder of this machine."""
    with PrivateFolder() as folder:
        path = folder / Path(row.file_name).name
        digest = sha256()
        with path.open("xb") as file, database.connection(Role.WORKER) as connection:
            for piece in uploads.content(connection, row.id):
                digest.update(piece)
                file.write(piece)
        if digest.digest() != bytes(row.file_sha256):
            give_up(database, row.id)
            raise ValueError(f"the content of delivery {row.id} is not what was received")
        yield path


def _drop_content(database: Database, delivery: int) -> None:
    with database.connection(Role.WORKER) as connection:
        uploads.drop_content(connection, delivery)


def _responsible(database: Database, row: Any, asked: ImportOptions) -> int | None:
    """Whose land the parcels become: the sender's own organisation, or the one that an administrator named."""
    if row.organisation is not None or asked.responsible is None:
        return row.organisation  # type: ignore[no-any-return]
    with database.connection(Role.WORKER) as connection:
        return find_organisation(connection, asked.responsible)


def _mappable(refusal: Unreadable, asked: ImportOptions) -> bool:
    """Whether a column mapping, or a better one, would lift a refusal: then the content is kept."""
    strange = refusal.code in ("schema.unknown", "schema.unread")
    return not asked.update and (strange or refusal.code.startswith("mapping."))


def _propose(database: Database, path: Path, row: Any, asked: ImportOptions, srid: int) -> bool:
    """Keep with a refused file the mappings proposed for it; False when none can be made and none was given."""
    known = kept(database, row.organisation)
    try:
        found = proposals_of(path, layer=asked.as_, crs=asked.crs, srid=srid, kept=known)
    except Unreadable:
        return asked.mapping is not None
    told = [{"name": one.name, "layer": one.layer, "mapping": proposal_texts(one)} for one in found]
    with database.connection(Role.WORKER) as connection:
        deliveries.change(connection, row.id, report={"proposals": told})
    return bool(told) or asked.mapping is not None


def _editing(database: Database, row: Any, asked: ImportOptions, asking: Asking) -> UpdateOptions:
    """With the rights of a planner of the organisation that sent the file, whoever confirms it."""
    keep_going = bool(row.options.get("keep_going_confirmed")) or asked.keep_going
    actor = replace(asking.acting, reason=asked.reason)
    if row.organisation is None:
        return UpdateOptions(Role.ADMIN, actor, asked.crs, keep_going)
    with database.connection(Role.WORKER) as connection:
        kind = kind_of(connection, row.organisation)
    return UpdateOptions(Role.PLANNER, replace(actor, organisation_kind=kind), asked.crs, keep_going)


def _stage_update(database: Database, path: Path, row: Any, asked: ImportOptions, asking: Asking, srid: int) -> None:
    trial = replace(_editing(database, row, asked, asking), keep_going=True, dry_run=True)
    report = update(database, path, trial, srid=srid)
    with database.connection(Role.WORKER) as connection:
        values = {"rows": report.read, "share": 1.0, "report": report.to_json()}
        deliveries.change(connection, row.id, status=Status.STAGED, **values)


def _merge_update(database: Database, path: Path, row: Any, asked: ImportOptions, asking: Asking, srid: int) -> None:
    """Killed before its end it is done again: fields that have the file's value already are no change any more."""
    report = update(database, path, _editing(database, row, asked, asking), srid=srid)
    ended = {"status": Status.MERGED} if report.written else {"status": Status.STAGED, "confirmed_at": None}
    with database.connection(Role.WORKER) as connection:
        deliveries.change(connection, row.id, report=report.to_json(), **ended)
        if report.written:
            uploads.drop_content(connection, row.id)
