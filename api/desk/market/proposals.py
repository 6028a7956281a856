"""Proposals filed, listed, accepted, refused and withdrawn: over HTTP and on the command line alike."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.catalogues import sentence
from api.desk.market import commitments
from api.ogc.edit.told import invalid
from api.planning.recording import rights_of
from api.problems import Problem, Refusal
from geo.derive import work
from geo.desk.market import Kind
from geo.intake.crs import Frame
from geo.intake.update import one as edit
from geo.store import edits
from geo.store.database import Actor, Database, Role
from geo.store.desk import proposals
from geo.store.desk.commitments import Terms
from geo.store.desk.proposals import ACCEPTED, COMMITMENT, FACTS, REFUSED, WITHDRAWN, Proposal
from geo.store.items import page

Told = dict[str, Any]
STATES = ("open", ACCEPTED, REFUSED, WITHDRAWN, "any")


def file_facts(
    database: Database, role: Role, actor: Actor, parcel: int, said: Mapping[str, Any], why: str, srid: int
) -> Told:
    """Propose facts of a parcel one sees (``properties`` and ``geometry`` in degrees, as an edit says them).

    Raises:
        Problem: no such parcel (404), or nothing that could be written (422).
    """
    with database.connection(role, actor) as connection:
        rights_of(connection, parcel)
        now = edits.standing(connection, [parcel])[parcel]
        served = page.item(connection, role, parcel)
        shown = {} if served is None else orjson.loads(served.feature)["properties"]
        frame = Frame("EPSG:4326", srid)
        asked = edit.Told(said.get("properties") or {}, "geometry" in said, said.get("geometry"), frame)
        outcome = edit.changed(asked, now, shown)
        if outcome.refusals:
            raise invalid(outcome.refusals)
        if not outcome.columns:
            raise _invalid("", "proposal.nothing", example={"properties": {"price_eur_m2": 45}})
        with database.connection(Role.WORKER) as worker:
            seen = proposals.standing(worker, parcel, list(outcome.columns))
        document = {"columns": outcome.columns, "properties": dict(said.get("properties") or {})}
        document |= {"geometry": said["geometry"]} if "geometry" in said else {}
        number = proposals.file(connection, parcel, FACTS, document, seen, why)
        return _found(connection, number)


def file_commitment(
    database: Database, role: Role, actor: Actor, parcel: int, said: Mapping[str, Any], why: str
) -> Told:
    """Propose that a commitment be recorded; ``said`` are its terms. Raises Problem: no such parcel (404)."""
    with database.connection(role, actor) as connection:
        rights_of(connection, parcel)
        number = proposals.file(connection, parcel, COMMITMENT, said, {}, why)
        return _found(connection, number)


def one(database: Database, role: Role, actor: Actor | None, number: int) -> Told:
    """A proposal that one filed, or on one's own land. Raises Problem: 404."""
    with database.connection(role, actor) as connection:
        return _found(connection, number)


def listed(
    database: Database,
    role: Role,
    actor: Actor | None,
    state: str,
    box: str | None,
    *,
    parcel: int | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Told]:
    """Proposals by number: ``inbox`` on one's own land, ``mine`` that one filed; both unless said."""
    with database.connection(role, actor) as connection:
        found = proposals.listed(
            connection, state, mine=box == "mine", inbox=box == "inbox", parcel=parcel, after=after, limit=limit
        )
    return [told(each) for each in found]


def accept(
    database: Database, role: Role, actor: Actor, number: int, today: date, lang: str, *, force: bool = False
) -> Told:
    """Write what was proposed as the responsible organisation's own; the history names the proposal.

    Raises:
        Problem: 404, not theirs to decide (403), decided already, or the facts have changed since (409; ``force``
            writes all the same), or it cannot be recorded any more (409, 422).
    """
    reason = sentence("proposal.reason", lang, id=number)
    with database.connection(role, replace(actor, reason=reason)) as connection:
        found = _to_decide(connection, number)
        edits.lock(connection, [found.parcel])
        if found.kind == FACTS:
            _write(connection, database, found, force=force)
        else:
            terms = terms_of(found.document, reason)
            commitments.record_within(database, connection, [found.parcel], terms, today)
        proposals.decide(connection, number, ACCEPTED, None)
        told_ = _found(connection, number)
    with suppress(SQLAlchemyError):  # it is written: what is left stale is derived by whoever derives beside
        work.derive_edited(database, [found.parcel], today)
    return told_


def refuse(database: Database, role: Role, actor: Actor, number: int, why: str) -> Told:
    """Turn a proposal down; its author is told why, nobody else that there was one. Raises Problem: 404, 403, 409."""
    with database.connection(role, actor) as connection:
        _to_decide(connection, number)
        proposals.decide(connection, number, REFUSED, why)
        return _found(connection, number)


def withdraw(database: Database, role: Role, actor: Actor, number: int, why: str) -> Told:
    """Take back a proposal that one filed. Raises Problem: 404, filed by another (403), decided already (409)."""
    with database.connection(role, actor) as connection:
        found = _seen(connection, number)
        if not found.mine:
            raise Problem("forbidden", "proposal.not_mine", id=number)
        _check_open(connection, found)
        proposals.decide(connection, number, WITHDRAWN, why)
        return _found(connection, number)


def terms_of(said: Mapping[str, Any], why: str) -> Terms:
    """The terms of a commitment, of a document with days as text."""
    kept = {
        name: said[name] for name in ("project", "buyer", "rank", "conditions", "evidence", "follows") if name in said
    }
    expires = said.get("expires_on")
    return Terms(
        kind=Kind(said["kind"]),
        effective_on=date.fromisoformat(said["effective_on"]),
        why=why,
        expires_on=None if expires is None else date.fromisoformat(expires),
        **kept,
    )


def _write(connection: Connection, database: Database, found: Proposal, *, force: bool) -> None:
    columns = dict(found.document["columns"])
    now = edits.standing(connection, [found.parcel])[found.parcel]
    if "market" in columns and now.held_by is not None:
        raise Problem("conflict", "proposal.market_held", deal=now.held_by, id=found.parcel)
    with database.connection(Role.WORKER) as worker:
        stands = proposals.standing(worker, found.parcel, list(columns))
    moved = sorted(name for name, value in stands.items() if value != found.seen.get(name) and value != columns[name])
    if moved and not force:
        errors = [Refusal(name, "proposal.fact_moved", {"now": _short(stands[name])}) for name in moved]
        raise Problem("conflict", "proposal.moved_on", errors=errors, id=found.id)
    edits.write(connection, {found.parcel: columns})


def _to_decide(connection: Connection, number: int) -> Proposal:
    found = _seen(connection, number)
    if not found.own:
        raise Problem("forbidden", "proposal.not_to_decide", id=number)
    _check_open(connection, found)
    return found


def _seen(connection: Connection, number: int) -> Proposal:
    found = proposals.one(connection, number)
    if found is None:
        raise Problem("not-found", "proposal.unknown", id=number)
    return found


def _check_open(connection: Connection, found: Proposal) -> None:
    if not proposals.lock(connection, found.id):
        raise Problem("conflict", "proposal.decided", id=found.id)


def _found(connection: Connection, number: int) -> Told:
    return told(_seen(connection, number))


def told(one: Proposal) -> Told:
    """A proposal as its reader is told it; what the facts were is for who answers for the land."""
    said = {name: value for name, value in one.document.items() if name != "columns"}
    found: Told = {
        "proposal": one.id,
        "parcel": one.parcel,
        "name": one.name,
        "kind": one.kind,
        "proposed": said,
        "reason": one.why,
        "organisation": one.organisation,
        "by": one.actor,
        "filed_at": one.filed_at.isoformat(),
        "state": one.decision or "open",
        "decided_at": None if one.decided_at is None else one.decided_at.isoformat(),
        "decided_why": one.decided_why,
        "mine": one.mine,
        "to_decide": one.own and one.decision is None,
    }
    return found | ({"stood": {name: _short(value) for name, value in one.seen.items()}} if one.own else {})


def _short(value: Any) -> Any:
    return f"{value[:40]}…" if isinstance(value, str) and len(value) > 200 else value


def _invalid(field: str, code: str, example: object = None, **params: object) -> Problem:
    return Problem("invalid", "body.invalid", errors=[Refusal(field, code, params, example)])
