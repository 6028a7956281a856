"""What was asked of a collection, as the errand of a process that writes it into a file."""

from dataclasses import dataclass

from geo.export.errand import Errand
from geo.export.workbook import MOST_ROWS
from geo.store.database import Actor, Database, Role
from geo.store.items import every, table
from geo.store.items.feature import Form
from geo.store.items.hits import After
from geo.store.items.question import Question
from geo.store.reading import compiled


@dataclass(frozen=True, slots=True)
class Asked:
    """The rows of a question in a form, at most ``limit`` (None: all), after the row ``after``."""

    question: Question
    form: Form
    limit: int | None = None
    after: After | None = None


def errand(database: Database, role: Role, actor: Actor | None, asked: Asked, kind: str) -> Errand:
    """The errand: ``kind`` is of geo.export.writing, what is read is what ``role`` (and ``actor``) may see."""
    collection, after = asked.question.collection, asked.after
    told = table.told(collection, role, asked.form, every.added(asked.question))
    bounded = kind != "XLSX" or (asked.limit is not None and asked.limit <= MOST_ROWS)
    return Errand(
        connect=database.parameters(role),
        settings={} if actor is None else actor.settings(),
        statement=compiled(every.statement(asked.question, after, told)),
        values=every.values(asked.question, after, asked.limit),
        counting=None if bounded else compiled(every.counting(asked.question, after)),
        most=None if bounded else MOST_ROWS,
        collection=collection.name,
        shape=collection.geometry if asked.form.geometry else None,
        srid=asked.form.places.srid,
        kind=kind,
    )
