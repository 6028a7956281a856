"""Answers to whether land is still available: by whoever holds the link, recorded as theirs.

On its own land an organisation has asked somebody whom it takes at their word: the market follows. Of land that another
answers for, an answer is a proposal to it; so it is on one's own land where somebody else has said its market since the
question went out, or where another commitment holds what is said to be sold.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.desk.market import commitments as desk
from api.planning import attesting
from api.problems import Problem, Refusal
from geo.derive import work
from geo.desk.market import Kind
from geo.land.vocabulary import AVAILABLE, Market
from geo.store import edits
from geo.store.database import Actor, Database, Role
from geo.store.desk import availability, commitments, contacts, proposals
from geo.store.desk.availability import Question
from geo.store.desk.commitments import Terms
from geo.store.edits import Standing

ANSWERS = ("available", "optioned", "sold", "correct")
LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: ``until`` of an option, ``on`` of a sale; ``still_so``: so is what else is recorded."""

    said: str
    until: date | None = None
    on: date | None = None
    price_eur_m2: float | None = None
    note: str | None = None
    still_so: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What the person is shown of the land: the question, the parcel as it stands, whether it is recorded at once."""

    question: Question
    now: Standing
    own: bool


def shown(database: Database, connection: Connection, question: int, actor: Actor) -> Shown:
    """The question of a link that ``actor`` holds. Raises Problem: the land is not there any more (410)."""
    found = availability.one(connection, question)
    now = None if found is None else edits.standing(connection, [found.parcel]).get(found.parcel)
    if found is None or now is None or now.deleted:
        raise Problem("gone", "available.gone")
    return Shown(found, now, now.editable and not _moved(database, found, actor))


def _moved(database: Database, question: Question, actor: Actor) -> bool:
    with database.connection(Role.WORKER) as worker:
        return availability.moved(worker, question, actor.actor)


def answer(database: Database, actor: Actor, question: int, said: Answer, today: date) -> Question:
    """Record an answer; one given before counts no more, and the same again changes nothing.

    Raises:
        Problem: the land is not there any more (410), or the answer cannot be (422).
    """
    _check(said, today)
    with database.connection(Role.PLANNER, actor) as connection:
        edits.lock(connection, [shown(database, connection, question, actor).question.parcel])
        found = shown(database, connection, question, actor)
        before = found.question
        if before.answered_at is not None and _same(before, said):
            return before
        _take_back(connection, found)
        recorded = _record if found.own else _propose
        kept = recorded(database, connection, found, said, today)
        availability.answer(connection, question, said.said, until=said.until, note=said.note, **kept)
        contacts.touch(connection, found.question.contact, today)
        made = availability.one(connection, question)
    assert made is not None  # noqa: S101 - written above
    if found.own:
        _freshen(database, actor, found, said, today)
    return made


def _check(said: Answer, today: date) -> None:
    if said.said not in ANSWERS:
        raise _invalid("answer", "available.answer", known=ANSWERS, example="available")
    if said.until is not None and said.until < today:
        raise _invalid("until", "available.until", today=today, example=today.isoformat())
    if said.on is not None and said.on > today:
        raise _invalid("on", "commitment.future", on=said.on, today=today, example=today.isoformat())
    if said.said == "correct" and said.note is None and said.price_eur_m2 is None:
        raise _invalid("note", "available.nothing", example="prix porté à 45 €/m²")


def _same(before: Question, said: Answer) -> bool:
    """A sale on another day, or another price, is another answer."""
    alike = (before.answer, before.until, before.note) == (said.said, said.until, said.note)
    return alike and said.price_eur_m2 is None and said.on is None


def _take_back(connection: Connection, found: Shown) -> None:
    """What an earlier answer of this link was recorded as; not a commitment that others have gone on from."""
    before = found.question
    if before.deal is not None and found.own:
        commitments.take_back(connection, before.deal)
    if before.proposal is not None:
        proposals.decide(connection, before.proposal, proposals.WITHDRAWN, None)


def _record(database: Database, connection: Connection, found: Shown, said: Answer, today: date) -> Mapping[str, Any]:
    parcel, why = found.question.parcel, _why(found)
    if said.said == "correct":
        return _proposed_facts(database, connection, found, _corrected(said), _note(said, why))
    now = edits.standing(connection, [parcel])[parcel]
    if said.said == "available":
        facts = {"market_on": today.isoformat()}
        if now.held_by is None and now.facts["market"] not in AVAILABLE:
            facts["market"] = Market.FOR_SALE.value
        edits.write(connection, {parcel: facts})
        return _proposed_facts(database, connection, found, _corrected(said), _note(said, why))
    if said.said == "optioned" and now.held_by is not None:
        return {}  # what holds it already says so, with its own term
    try:
        return {"deal": desk.record_within(database, connection, [parcel], _terms(said, why, today), today)}
    except Problem as problem:
        if problem.kind != "conflict":
            raise
        return _propose(database, connection, found, said, today)  # who holds the link is not told for whom it is held


def _propose(database: Database, connection: Connection, found: Shown, said: Answer, today: date) -> Mapping[str, Any]:
    why = _why(found)
    if said.said in ("optioned", "sold"):
        terms = _terms(said, why, today)
        document = {"kind": terms.kind.value, "effective_on": terms.effective_on.isoformat(), "evidence": why}
        document |= {} if terms.expires_on is None else {"expires_on": terms.expires_on.isoformat()}
        parcel = found.question.parcel
        return {"proposal": proposals.file(connection, parcel, proposals.COMMITMENT, document, {}, _note(said, why))}
    facts = _corrected(said)
    if said.said == "available":
        facts |= {"market_on": today.isoformat()}
        facts |= {} if found.now.facts["market"] in AVAILABLE else {"market": Market.FOR_SALE.value}
    return _proposed_facts(database, connection, found, facts, _note(said, why))


def _proposed_facts(
    database: Database, connection: Connection, found: Shown, facts: Mapping[str, Any], why: str
) -> Mapping[str, Any]:
    if not facts:
        return {}
    parcel = found.question.parcel
    with database.connection(Role.WORKER) as worker:
        seen = proposals.standing(worker, parcel, list(facts))
    document = {"columns": dict(facts), "properties": dict(facts)}
    return {"proposal": proposals.file(connection, parcel, proposals.FACTS, document, seen, why)}


def _corrected(said: Answer) -> dict[str, Any]:
    return {} if said.price_eur_m2 is None else {"price_eur_m2": said.price_eur_m2}


def _terms(said: Answer, why: str, today: date) -> Terms:
    """An option waits in line; a sale is a fact, whoever else stood there."""
    if said.said == "sold":
        return Terms(Kind.DEED, said.on or today, why, evidence=why)
    return Terms(Kind.OPTION, today, why, expires_on=said.until, evidence=why)


def _freshen(database: Database, actor: Actor, found: Shown, said: Answer, today: date) -> None:
    """Say again the statuses that were due, where the person said that they are still so; derive what changed."""
    parcel = found.question.parcel
    if said.said == "available" and said.still_so:
        attesting.attest(database, Role.PLANNER, actor, [(parcel, None)], _why(found), today, today)
    with suppress(SQLAlchemyError):  # it is recorded: what is left stale is derived by whoever derives beside
        work.derive_edited(database, [parcel], today)


def _why(found: Shown) -> str:
    """Why, in the history: by which question; who was asked stands with it, by number."""
    return f"still-available:{found.question.id}"


def _note(said: Answer, why: str) -> str:
    return why if said.note is None else f"{why} : {said.note}"


def _invalid(field: str, code: str, example: object = None, **params: object) -> Problem:
    return Problem("invalid", "body.invalid", errors=[Refusal(field, code, params, example)])
