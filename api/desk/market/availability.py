"""Asking whether land is still available: over HTTP and on the command line alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from api.catalogues import sentence
from api.desk.market.availability_answers import ANSWERS
from api.problems import Problem, Refusal
from api.security.signed_links import link_address
from api.settings import Settings
from api.wording import day, surface
from geo.land.vocabulary import Market
from geo.store.access import organisations
from geo.store.database import Actor, Database, Role
from geo.store.desk import availability, links, outbox
from geo.store.desk.availability import Question, ToAsk
from geo.store.desk.links import Purpose

Told = dict[str, Any]
OPEN_DAYS = 60
"""How long a link can be answered, and an answer be given anew."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question put to somebody: the parcel as it is called, and the address that answers it."""

    id: int
    land: str
    address: str


def send(
    database: Database, role: Role, actor: Actor, parcels: Sequence[int], contact: int | None, settings: Settings
) -> Told:
    """Ask of each parcel whoever is known of it, in one mail a person; whom that was, and of what nobody was asked.

    What is sold is left out.

    Raises:
        Problem: they act for no organisation (403), a parcel is not to be seen (404), or all that is asked of is sold
            (409).
    """
    if actor.organisation is None:
        raise Problem("forbidden", "edit.no_organisation")
    days = settings.still_available_days
    with database.connection(role, actor) as connection:
        found = availability.to_ask(connection, parcels, contact, days)
        unseen = sorted({*parcels} - {one.parcel for one in found})
        if unseen:
            raise Problem("not-found", "parcel.unknown", id=unseen[0])
        sold = [one for one in found if one.market == Market.SOLD]
        found = _unsold(found)
        _check_reachable(found, contact)
        people: dict[int, list[ToAsk]] = {}
        for one in found:
            if one.contact is not None:
                people.setdefault(one.contact, []).append(one)
        asked = []
        for person in people:
            availability.alone(connection, person)
            again = availability.to_ask(connection, [one.parcel for one in people[person]], person, days)
            asked += _ask(connection, [one for one in again if not one.lately], actor.organisation, settings)
    questions = {one["parcel"] for one in asked}
    return {
        "asked": asked,
        "lately": [one.parcel for one in found if one.contact is not None and one.parcel not in questions],
        "nobody": [one.parcel for one in found if one.contact is None],
        "sold": [{"parcel": one.parcel, "since": None if one.since is None else one.since.isoformat()} for one in sold],
        "days": days,
    }


def _unsold(found: Sequence[ToAsk]) -> list[ToAsk]:
    """What can be asked of. Raises Problem: 409, nothing is left."""
    left = [one for one in found if one.market != Market.SOLD]
    if found and not left:
        one = found[0]
        if one.since is None:
            raise Problem("conflict", "available.sold", id=one.parcel)
        raise Problem("conflict", "available.sold_since", id=one.parcel, on=one.since)
    return left


def _check_reachable(found: Sequence[ToAsk], contact: int | None) -> None:
    """See that whoever is named can be written to. Raises Problem: 422."""
    if contact is not None and all(one.contact is None for one in found):
        errors = [Refusal("contact", "available.no_contact", {"contact": contact}, 12)]
        raise Problem("invalid", "body.invalid", errors=errors)


def listed(
    database: Database, role: Role, actor: Actor | None, *, answered: bool | None, after: int = 0, limit: int = 100
) -> list[Told]:
    """The last question to each person of each parcel, and what they answered."""
    with database.connection(role, actor) as connection:
        found = availability.listed(connection, answered, after=after, limit=limit)
    return [told(one) for one in found]


def told(one: Question) -> Told:
    """A question and its answer, as who asked is told them."""
    return {
        "question": one.id,
        "parcel": one.parcel,
        "name": one.name,
        "contact": one.contact,
        "asked_at": one.asked_at.isoformat(),
        "answer": one.answer,
        "until": None if one.until is None else one.until.isoformat(),
        "note": one.note,
        "commitment": one.deal,
        "proposal": one.proposal,
        "answered_at": None if one.answered_at is None else one.answered_at.isoformat(),
    }


def land_of(parcel: int, name: str | None, lang: str) -> str:
    """A parcel as it is called in a mail."""
    return sentence("market.mail.land" if name else "market.mail.land.unnamed", lang, name=name, id=parcel)


def _described(land: ToAsk, lang: str) -> str:
    """A parcel as its owner knows it again: its name, commune and surface."""
    parts = [land_of(land.parcel, land.name, lang), land.commune]
    return ", ".join([*filter(None, parts), *([surface(land.surface_m2, lang)] if land.surface_m2 else [])])


def _ask(connection: Connection, lands: Sequence[ToAsk], own: int, settings: Settings) -> list[Told]:
    """One mail to one person from the organisation ``own``, with a link for each parcel."""
    if not lands:
        return []
    first = lands[0]
    assert first.contact is not None  # noqa: S101 - of somebody known
    expires = datetime.now(UTC) + timedelta(days=OPEN_DAYS)
    lang, made = first.language or "fr", []
    for one in lands:
        number = availability.ask(connection, one.parcel, first.contact, expires)
        token = links.issue(connection, Purpose.STILL_AVAILABLE, number, organisation=None, expires_at=expires)
        address = link_address(settings, Purpose.STILL_AVAILABLE, token)
        made.append(_Asked(number, _described(one, lang), address))
    who = organisations.name_of(connection, own)
    outbox.put(connection, _mail(first, made, expires.date(), who, lang))
    return [
        {"question": question.id, "parcel": one.parcel, "contact": first.contact}
        for question, one in zip(made, lands, strict=True)
    ]


def _mail(to: ToAsk, asked: Sequence[_Asked], until: date, who: str, lang: str) -> outbox.Message:
    lines = "\n\n".join("\n".join([one.land, *_choices(one.address, lang)]) for one in asked)
    facts = {
        "lands": lines,
        "count": len(asked),
        "land": asked[0].land,
        "until": day(until.isoformat(), lang),
        "who": who,
    }
    subject = "available.mail.subject" if len(asked) == 1 else "available.mail.subject.several"
    return outbox.Message(
        key=f"still-available:{to.contact}:{asked[0].id}",
        to=to.mail or "",
        language=lang,
        subject=sentence(subject, lang, **facts),
        body=sentence("available.mail.body", lang, **facts),
        about={"questions": [one.id for one in asked]},
    )


def _choices(address: str, lang: str) -> Iterator[str]:
    """Each answer with the address that has it chosen; a button there sends it."""
    for answer in ANSWERS:
        yield f"- {sentence(f'available.choice.{answer}', lang)} : {address}?answer={answer}"
