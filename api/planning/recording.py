"""Recording where a step stands, and taking a record back: over HTTP and on the command line alike."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.catalogues import HTTP
from api.planning.step_checks import check
from api.planning.step_history import changes
from api.problems import Problem
from geo.derive import work
from geo.readiness.catalogue_file import in_use
from geo.store import steps
from geo.store.database import Actor, Database, Role
from geo.store.steps import ENTRY, PROPOSAL, WITHDRAWAL, Kept, Record, Rights

Change = dict[str, Any]


def record(
    database: Database, role: Role, actor: Actor | None, parcel: int, said: Record, today: date, lang: str
) -> Change:
    """Write a record, or of an agency on land it only sees a proposal; the change as the history tells it.

    Raises:
        Problem: no such parcel (404), not theirs (403), or a record that cannot stand (422).
    """
    with database.connection(role, actor) as connection:
        rights = rights_of(connection, parcel)
        made = replace(said, kind=_kind(rights, actor))
        check(made, in_use(), _standing(database, parcel, rights), today)
        number = steps.add(connection, parcel, made)
    return _written(database, parcel, number, today, lang)


def take_back(
    database: Database, role: Role, actor: Actor | None, parcel: int, number: int, why: str, today: date, lang: str
) -> Change:
    """Take a record back, or turn a proposal down; the change as the history tells it.

    Raises:
        Problem: no such parcel or no such record that stands (404), or not theirs (403).
    """
    with database.connection(role, actor) as connection:
        rights = rights_of(connection, parcel)
        rows = _standing(database, parcel, rights)
        row = next((one for one in rows if one.id == number and one.record.kind in (ENTRY, PROPOSAL)), None)
        if row is None:
            raise Problem("not-found", "step.no_record", way=HTTP, record=number)
        if not rights.own:
            raise _not_theirs(rights)
        old = row.record
        made = Record(old.step, old.state, old.effective_on, why, corrects=number, kind=WITHDRAWAL)
        written = steps.add(connection, parcel, made)
    return _written(database, parcel, written, today, lang)


def rights_of(connection: Connection, parcel: int) -> Rights:
    """What a planner may do with the parcel. Raises Problem: one they may not see is not there (404)."""
    found = steps.rights(connection, parcel, planner=True)
    if found is None:
        raise Problem("not-found", "parcel.unknown", id=parcel)
    return found


def history(database: Database, parcel: int) -> list[Kept]:
    """Every row of a parcel that who asks was found to see, the oldest first."""
    with database.connection(Role.WORKER) as connection:
        return steps.history(connection, parcel)


def _kind(rights: Rights, actor: Actor | None) -> str:
    if rights.own:
        return ENTRY
    if actor is not None and actor.organisation_kind == "agency":
        return PROPOSAL
    raise _not_theirs(rights)


def _not_theirs(rights: Rights) -> Problem:
    code, params = whose(rights)
    return Problem("forbidden", code, **params)


def whose(rights: Rights) -> tuple[str, dict[str, Any]]:
    """Why the reader may not record: the sentence that names who answers for the land, or says that nobody does."""
    if rights.responsible is None:
        return "step.no_responsible", {}
    return "step.not_yours", {"responsible": rights.responsible}


def _standing(database: Database, parcel: int, rights: Rights) -> list[Kept]:
    """The rows that stand; proposals are told to who answers for the land alone."""
    with database.connection(Role.WORKER) as connection:
        rows = steps.standing(connection, parcel)
    return [row for row in rows if rights.own or row.record.kind == ENTRY]


def _written(database: Database, parcel: int, number: int, today: date, lang: str) -> Change:
    with suppress(SQLAlchemyError):  # the record is kept: what is left stale is derived by whoever derives beside
        work.derive_these(database, [parcel], today)
    told = changes(history(database, parcel), in_use(), lang, own=True)
    return next(one for one in told if one["record"] == number)
