"""Writing one parcel: as its planner, checked as a load checks, derived before the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
import structlog
from fastapi import Request
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.deps import Session
from api.ogc.edit.rules import check_version, content_crs, reason_of
from api.ogc.edit.told import invalid
from api.problems import Problem, Refusal
from api.settings import Settings
from geo.derive import work
from geo.intake.crs import Frame
from geo.intake.update import one
from geo.store import edits
from geo.store.access.keys import find_organisation
from geo.store.database import Role
from geo.store.drawn import draw, take_out
from geo.store.edits import Standing
from geo.store.items import page
from geo.store.views.views import PARCEL, columns

log = structlog.get_logger("emprise.edit")

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Edit:
    """Who edits, by which request, on which day, and in which language it is answered."""

    request: Request
    session: Session
    settings: Settings
    today: date
    lang: str

    def reason(self, said: Said) -> str:
        """Why; see api.ogc.edit.rules.reason_of."""
        return reason_of(self.request, said, self.session.principal, self.today, self.lang)

    def told(self, said: Said) -> one.Told:
        """What a body says, in the coordinates that the request names."""
        crs = content_crs(self.request, self.settings.srid)
        frame = Frame(f"EPSG:{crs.srid}", self.settings.srid)
        facts = said.get("properties") or {}
        return one.Told(facts, "geometry" in said, said.get("geometry"), frame, crs.latitude_first)


def create(edit: Edit, said: Said) -> int:
    """The id of a new parcel of who asks.

    Raises:
        Problem: they answer for no land (403), or it cannot be written (422).
    """
    principal, reason = edit.session.principal, edit.reason(said)
    told = edit.told(said)
    if principal.audience is not Role.ADMIN and principal.organisation is None:
        raise Problem("forbidden", "edit.no_organisation")
    owner, facts = principal.organisation, dict(told.facts)
    with edit.session.begin(reason) as connection:
        if principal.audience is Role.ADMIN and facts.get("responsible") is not None:
            owner = _named(edit, facts.pop("responsible"))
        told = one.Told(facts, told.located, told.drawn, told.frame, told.swapped)
        outcome = one.new(told, lenient=principal.lenient)
        if outcome.refusals:
            raise invalid(outcome.refusals)
        number = draw(connection, outcome.columns | {"responsible": owner})
    _derive(edit, number)
    return number


def patch(edit: Edit, parcel: int, said: Said) -> None:
    """Change some facts of a parcel; what is said as it stands changes nothing.

    Raises:
        Problem: 404, 403, 428, 412 or 422.
    """
    _write(edit, parcel, said, whole=False)


def replace(edit: Edit, parcel: int, said: Said) -> None:
    """Say a parcel anew; raises as :func:`patch` does."""
    if said.get("id") is not None and str(said["id"]) != str(parcel):
        errors = [Refusal("id", "edit.other_id", {"id": parcel}, parcel)]
        raise Problem("invalid", "body.invalid", errors=errors)
    _write(edit, parcel, said, whole=True)


def delete(edit: Edit, parcel: int) -> None:
    """Take a parcel out of every answer; raises as :func:`patch` does."""
    with edit.session.begin(edit.reason({})) as connection:
        _own(edit, connection, parcel)
        if not take_out(connection, parcel):
            raise Problem("not-found", "parcel.unknown", id=parcel)
    _derive(edit, parcel)


def _write(edit: Edit, parcel: int, said: Said, *, whole: bool) -> None:
    reason, told = edit.reason(said), edit.told(said)
    with edit.session.begin(reason) as connection:
        now = _own(edit, connection, parcel)
        served = page.item(connection, edit.session.principal.audience, parcel)
        shown = {} if served is None else orjson.loads(served.feature)["properties"]
        if whole:
            names = {column.name for column in columns(PARCEL, edit.session.principal.audience)}
            outcome = one.replaced(told, now, shown, names)
        else:
            outcome = one.changed(told, now, shown)
        if outcome.refusals:
            raise invalid(outcome.refusals)
        if outcome.columns:
            edits.write(connection, {parcel: outcome.columns})
    if outcome.columns:
        _derive(edit, parcel)


def _own(edit: Edit, connection: Connection, parcel: int) -> Standing:
    """The parcel as it stands, kept from other writers; theirs to change, and the version that they know."""
    edits.lock(connection, [parcel])
    now = edits.standing(connection, [parcel]).get(parcel)
    if now is None or now.deleted:
        raise Problem("not-found", "parcel.unknown", id=parcel)
    if not now.editable:
        raise _not_theirs(edit, now)
    past = edits.past(connection, [parcel]).get(parcel, [])
    check_version(edit.request, edit.session.principal, now.version, past, edit.session.database, edit.lang)
    return now


def _not_theirs(edit: Edit, now: Standing) -> Problem:
    responsible = now.facts.get("responsible")
    if responsible is None:
        return Problem("forbidden", "edit.no_responsible")
    if edit.session.principal.organisation_kind == "agency":
        return Problem("forbidden", "edit.propose", responsible=responsible, id=now.id)
    return Problem("forbidden", "edit.not_yours", responsible=responsible)


def _named(edit: Edit, name: object) -> int:
    with edit.session.database.connection(Role.GATE) as connection:
        found = find_organisation(connection, name) if isinstance(name, str) else None
    if found is None:
        raise Problem("invalid", "body.invalid", errors=[Refusal("properties.responsible", "edit.organisation")])
    return found


def _derive(edit: Edit, parcel: int) -> None:
    """The edit is written: what cannot be derived now is flagged stale, and left to who derives beside."""
    try:
        work.derive_edited(edit.session.database, [parcel], edit.today)
    except SQLAlchemyError as error:
        log.warning("not derived", parcel=parcel, exc_info=error)
