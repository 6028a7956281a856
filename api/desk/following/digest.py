"""The daily digest of one person: what changed in what they follow, as they may see it when it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from api.catalogues import sentence
from api.desk.following.changes_told import Told, change_told
from api.desk.following.stopping import stop_of
from api.pages.rendering import Place, render
from api.settings import Settings
from geo.desk.changes import Change, net
from geo.store.database import Database, Role
from geo.store.desk import outbox, subscriptions, watches
from geo.store.desk.outbox import Message
from geo.store.desk.watches import Eyes, Subject

MOST_EVENTS = 1_000
SHOWN = 30
"""Changes of one search that a digest tells; the others are counted."""


@dataclass(frozen=True, slots=True)
class Section:
    """What a digest tells of one search or project; ``more``: changes that are counted only."""

    title: str
    told: tuple[Told, ...]
    more: int

    @property
    def count(self) -> int:
        """How many changes there are."""
        return len(self.told) + self.more


def make_digest(database: Database, settings: Settings, contact: int, now: datetime, day: date) -> bool:
    """Put the digest of a person for a day into the outbox; False when there is nothing to tell.

    What was told, and that it was told, is one transaction. Who has had the mail of the day is told the next morning of
    what they have followed since.
    """
    with database.connection(Role.WORKER) as connection:
        person = subscriptions.person(connection, contact)
        if person is None or person.mail is None or outbox.is_told(connection, _key(contact, day)):
            return False
        found: list[Section] = []
        for row in subscriptions.due_of(connection, contact, day):
            eyes = _reader(person, row)
            section, up_to = (None, 0) if eyes is None else _section(database, connection, settings, row, eyes, person)
            subscriptions.told(connection, row.id, day, up_to)
            found += [] if section is None else [section]
        return bool(found) and _put(connection, settings, person, found, now, day)


def _reader(person: Any, row: Any) -> Eyes | None:
    """Through whose eyes the person reads now; None where what they follow has ended, or is not for them any more."""
    if row.search is not None:
        return subscriptions.reader_of_search(person, row.audience, row.keeper) if row.search_stands else None
    return subscriptions.reader_of_project(person, row.project, row.follower)


def _section(
    database: Database, connection: Connection, settings: Settings, row: Any, eyes: Eyes, person: Any
) -> tuple[Section | None, int]:
    """What is told of one subscription, and the last event it is told up to."""
    watch = watches.watch_of(connection, Subject(row.search, row.project), eyes)
    events = watches.events(connection, watch.id, after=row.told_up_to, limit=MOST_EVENTS)
    if not events:
        return None, row.told_up_to
    changed = net([Change(one.parcel, one.kind, one.before, one.after) for one in reversed(events)])
    with database.connection(eyes.audience, eyes.actor) as looking:
        facts, _ = watches.look_at(looking, [one.parcel for one in changed], eyes.audience)
    seen = [one for one in changed if one.parcel in facts]
    if not seen:
        return None, events[0].id
    lang, home = person.language, settings.address
    kind = "search" if row.search is not None else "project"
    title = sentence(f"digest.{kind}", lang, name=row.name)
    told = tuple(change_told(one, facts[one.parcel], home, lang) for one in seen[:SHOWN])
    return Section(title, told, len(seen) - len(told)), events[0].id


def _put(
    connection: Connection, settings: Settings, person: Any, found: Sequence[Section], now: datetime, day: date
) -> bool:
    stop = stop_of(connection, settings, person.id, person.organisation, now)
    lang = person.language
    count = sum(one.count for one in found)
    subject = sentence("digest.subject", lang, count=count, title=found[0].title)
    if len(found) > 1:
        subject = sentence("digest.subject_several", lang, count=count, followed=len(found))
    facts: dict[str, Any] = {
        "sections": found,
        "unsubscribe": stop.address,
        "kept_by": person.kept_by,
        "title": subject,
    }
    place = Place(settings.address, "/", {}, lang)
    return outbox.put(
        connection,
        Message(
            key=_key(person.id, day),
            to=person.mail,
            language=lang,
            subject=subject,
            body=_text(found, stop.address, person.kept_by, lang),
            html=render("mail_digest", place, trail=(), alternates=(), **facts),
            organisation=person.organisation,
            headers=stop.headers,
            about={"contact": person.id},
        ),
    )


def _key(contact: int, day: date) -> str:
    return f"digest:{contact}:{day}"


def _text(found: Sequence[Section], unsubscribe: str, kept_by: str, lang: str) -> str:
    """The digest without markup."""
    parts = [sentence("digest.hello", lang), sentence("digest.lead", lang)]
    for section in found:
        lines = [section.title, "-" * len(section.title)]
        for one in section.told:
            lines += [f"* {one.title}", *(f"  {line}" for line in one.lines), f"  {one.address}"]
        if section.more:
            lines.append(sentence("digest.more", lang, count=section.more))
        parts.append("\n".join(lines))
    parts.append(f"{sentence('digest.why', lang, kept_by=kept_by)}\n{sentence('digest.stop', lang)} {unsubscribe}")
    return "\n\n".join(parts) + "\n"
