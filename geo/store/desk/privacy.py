"""What is held about a person, and what is left when they are erased: nothing that names them. As worker."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.desk import subscriptions

LEAST_DIGITS = 8
"""Of a telephone that names somebody: fewer stand in any text."""
KEPT_MESSAGES_DAYS = 90
"""Days after which the text of a mail that was sent is emptied."""

KNOWN = text("""
    select * from core.contact where mail = :mail and erased_at is null
      and (cast(:organisation as bigint) is null or organisation = :organisation) order by id
""")
BY_ID = text("select * from core.contact where id = any(:ids) order by id")
REFERRING = text("""
    select c.conrelid::regclass::text as relation, a.attname as name
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = 'core.contact'::regclass order by 1, 2
""")
MESSAGES = text("""
    select id, key, to_address, subject, body, html, headers, created_at, sent_at from core.message
    where (to_address = :mail or (about ->> 'contact')::bigint = any(:ids))
      and (cast(:organisation as bigint) is null or organisation = :organisation) order by id
""")
MENTIONED = text("""
    select id, received_at, subject, mail from core.enquiry
    where position(:mail in lower(mail)) > 0 and not (coalesce(contact = any(:ids), false))
      and (cast(:organisation as bigint) is null or organisation = :organisation) order by id
""")

EMPTY_MESSAGES = text("""
    update core.message set to_address = null, subject = '', body = '', html = null, headers = '{}',
        last_error = null, emptied_at = now(),
        settled_at = case when sent_at is null then coalesce(settled_at, now()) else settled_at end
    where emptied_at is null and id = any(:ids)
""")
EMPTY_ENQUIRIES = text("""
    update core.enquiry set mail = '', subject = null, reading = '{}', mail_domain = null, consent_on = null
    where contact = any(:ids)
""")
REDACT_ENQUIRIES = text("""
    update core.enquiry set mail = regexp_replace(mail, :words, '[…]', 'gi'),
        subject = regexp_replace(subject, :words, '[…]', 'gi')
    where (cast(:organisation as bigint) is null or organisation = :organisation)
      and (mail ~* :words or subject ~* :words)
""")
READINGS = text("""
    select id, reading from core.enquiry
    where (cast(:organisation as bigint) is null or organisation = :organisation) and reading::text ~* :words
""")
KEEP_READING = text("update core.enquiry set reading = :reading where id = :id").bindparams(
    bindparam("reading", type_=JSONB)
)
REDACT_MESSAGES = text("""
    update core.message set subject = regexp_replace(subject, :words, '[…]', 'gi'),
        body = regexp_replace(body, :words, '[…]', 'gi'), html = regexp_replace(html, :words, '[…]', 'gi'),
        last_error = regexp_replace(last_error, :words, '[…]', 'gi')
    where (cast(:organisation as bigint) is null or organisation = :organisation)
      and (subject ~* :words or body ~* :words or html ~* :words or last_error ~* :words)
""")
_FOLLOWED = "project in (select j.id from core.project j where j.organisation = :organisation)"
_ANSWERED_FOR = "parcel in (select p.id from core.parcel p where p.responsible = :organisation)"
NOTES = tuple(
    text(f"""update core.{table} set {column} = regexp_replace({column}, :words, '[…]', 'gi')
        where {column} ~* :words and (cast(:organisation as bigint) is null or {own})""")
    for table, column, own in (
        ("proposed", "note", _FOLLOWED),
        ("proposed", "told_whom", _FOLLOWED),
        ("availability_answer", "note", "organisation = :organisation"),
        ("proposal", "why", "organisation = :organisation"),
        ("proposal", "decided_why", _ANSWERED_FOR),
    )
)
"""What people wrote of others beside what they had to say, by the organisation whose words they are."""
REVOKE = text("""
    update core.signed_link set revoked_at = now()
    where purpose = 'unsubscribe' and about = any(:ids) and revoked_at is null
""")
FORGET_ANSWERS = text("delete from core.idempotency where convert_from(body, 'UTF8') ~* :words")
ERASE = text("""
    update core.contact set name = null, mail = null, phone = null, role = null, consent_on = null, erased_at = now()
    where id = any(:ids) and erased_at is null
""")
OLD = text("select id from core.contact where erased_at is null and last_contact_on <= :day order by id")
OLD_ENQUIRIES = text("""
    update core.enquiry set mail = '', subject = null, reading = '{}', mail_domain = null, consent_on = null
    where contact is null and mail <> '' and updated_at < :at and status <> 'open'
""")
OLD_MESSAGES = text("""
    select id from core.message where emptied_at is null
      and greatest(sent_at, settled_at) < cast(:at as timestamptz) - make_interval(days => :days)
""")
TEXTS = text("""
    select c.table_name, c.column_name from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'core' and t.table_type = 'BASE TABLE' and c.data_type in ('text', 'jsonb', 'ARRAY')
      and has_column_privilege('core.' || quote_ident(c.table_name), c.column_name, 'select') order by 1, 2
""")


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: contacts, mails emptied, enquiries emptied."""

    contacts: int
    messages: int
    enquiries: int


def known(connection: Connection, mail: str, organisation: int | None = None) -> Sequence[Row[Any]]:
    """The contacts with an address, of every organisation or of one."""
    return connection.execute(KNOWN, {"mail": mail, "organisation": organisation}).all()


def held(connection: Connection, mail: str, organisation: int | None = None) -> dict[str, list[dict[str, Any]]]:
    """Everything held about an address, by table: the contact, what refers to it, mails, enquiries that name it."""
    contacts = known(connection, mail, organisation)
    ids = [row.id for row in contacts]
    asked = {"mail": mail, "ids": ids, "organisation": organisation}
    found = {"contact": [dict(row._mapping) for row in contacts]}
    for relation, name in _referring(connection):
        rows = connection.execute(text(f"select * from {relation} where {name} = any(:ids) order by 1"), {"ids": ids})
        found.setdefault(relation.removeprefix("core."), []).extend(dict(row._mapping) for row in rows)
    found["message"] = [dict(row._mapping) for row in connection.execute(MESSAGES, asked)]
    found.setdefault("enquiry", []).extend(dict(row._mapping) for row in connection.execute(MENTIONED, asked))
    return {name: rows for name, rows in found.items() if rows}


def erase(connection: Connection, contacts: Sequence[Row[Any]], organisation: int | None = None) -> Erased:
    """Erase people: rows stay for what they prove, without anything that names who it was.

    Args:
        connection: the worker's.
        contacts: rows of :func:`known`, whose name and address are taken out of enquiries and mails to others, too.
        organisation: in what this organisation keeps; None: everywhere.
    """
    ids = [row.id for row in contacts]
    mails = sorted({row.mail for row in contacts if row.mail})
    counted = {"messages": 0, "enquiries": 0}
    for row in contacts:
        subscriptions.end(connection, row.id, None, "erased")
    for mail in mails or [""]:
        found = connection.execute(MESSAGES, {"mail": mail, "ids": ids, "organisation": organisation})
        messages = [message.id for message in found]
        counted["messages"] += connection.execute(EMPTY_MESSAGES, {"ids": messages}).rowcount
    counted["enquiries"] = connection.execute(EMPTY_ENQUIRIES, {"ids": ids}).rowcount
    words = _words(contacts)
    if words:
        connection.execute(REDACT_ENQUIRIES, {"words": words, "organisation": organisation})
        for one in connection.execute(READINGS, {"words": words, "organisation": organisation}).all():
            connection.execute(KEEP_READING, {"id": one.id, "reading": _redacted(one.reading, words)})
        connection.execute(REDACT_MESSAGES, {"words": words, "organisation": organisation})
        connection.execute(FORGET_ANSWERS, {"words": words})
        for notes in NOTES:
            connection.execute(notes, {"words": words, "organisation": organisation})
    connection.execute(REVOKE, {"ids": ids})
    return Erased(connection.execute(ERASE, {"ids": ids}).rowcount, **counted)


def forgotten(connection: Connection, day: date) -> Sequence[Row[Any]]:
    """The people last heard of on a day or before."""
    return by_ids(connection, list(connection.scalars(OLD, {"day": day})))


def by_ids(connection: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """The contacts of these ids, erased ones too."""
    return connection.execute(BY_ID, {"ids": list(ids)}).all()


def empty_old(connection: Connection, at: datetime, before: datetime) -> None:
    """Empty mails sent long before ``at``, and enquiries of nobody in particular last touched before ``before``."""
    old = list(connection.scalars(OLD_MESSAGES, {"at": at, "days": KEPT_MESSAGES_DAYS}))
    connection.execute(EMPTY_MESSAGES, {"ids": old})
    connection.execute(OLD_ENQUIRIES, {"at": before})


def where_named(connection: Connection, words: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Table, column and number of rows in which any of the words stands, in all that the worker may read."""
    pattern = "|".join(_pattern(word) for word in words)
    for table, column in connection.execute(TEXTS).all():
        asked = text(f'select count(*) from core."{table}" where "{column}"::text ~* :words')
        count = connection.scalar(asked, {"words": pattern}) or 0
        if count:
            yield table, column, count


def _referring(connection: Connection) -> list[tuple[str, str]]:
    """Tables and columns that refer to a contact, by the catalogue of the base: none can be left out."""
    return [(row.relation, row.name) for row in connection.execute(REFERRING)]


def _words(contacts: Sequence[Row[Any]]) -> str:
    """A pattern of what names people: their addresses, whole telephones, and names of more than one word."""
    named = [row.mail for row in contacts]
    named += [row.phone for row in contacts if row.phone and len(re.sub(r"\D", "", row.phone)) >= LEAST_DIGITS]
    named += [row.name for row in contacts if row.name and len(row.name.split()) > 1]
    return "|".join(_pattern(word) for word in named if word)


def _redacted(said: Any, words: str) -> Any:
    """What is said without the words; figures are no words, even where they are the digits of a telephone."""
    if isinstance(said, str):
        return re.sub(words, "[…]", said, flags=re.IGNORECASE)
    if isinstance(said, list):
        return [_redacted(one, words) for one in said]
    return {name: _redacted(one, words) for name, one in said.items()} if isinstance(said, dict) else said


def _pattern(word: str) -> str:
    """The word as a pattern of PostgreSQL; blanks and line ends in it are the same."""
    escaped = (re.sub(r"([^\w])", r"\\\1", part) for part in word.split())
    return r"\s+".join(escaped)
