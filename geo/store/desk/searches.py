"""Saved searches: a filter or a need under a name, kept by an organisation; the connection is a planner's."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

COLUMNS = "id, organisation, name, audience, filter, need, created_at"
ADD = text("""
    insert into saved_search (organisation, name, audience, filter, need)
    values (coalesce(:organisation, core.current_organisation()), :name, :audience, :filter, :need) returning id
""").bindparams(bindparam("need", type_=JSONB(none_as_null=True)))
ONE = text(f"select {COLUMNS} from saved_search where id = :id and ended_at is null")
LISTED = text(f"select {COLUMNS} from saved_search where ended_at is null and id > :after order by id limit :limit")
END = text("update saved_search set ended_at = now() where id = :id and ended_at is null returning id")


def add(
    connection: Connection,
    *,
    name: str,
    audience: str,
    filter_: str | None,
    need: Mapping[str, Any] | None,
    organisation: int | None = None,
) -> int:
    """The id of a new search; of the planner's organisation unless an administrator names one.

    Raises:
        sqlalchemy.exc.IntegrityError: the organisation has one of this name, or there is no organisation.
    """
    values = {"name": name, "audience": audience, "filter": filter_, "need": need, "organisation": organisation}
    return int(connection.execute(ADD, values).scalar_one())


def one(connection: Connection, search: int) -> Row[Any] | None:
    """A search one may see; None when there is none."""
    return connection.execute(ONE, {"id": search}).one_or_none()


def listed(connection: Connection, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """A page of the searches one may see, in the order they were made."""
    return connection.execute(LISTED, {"after": after, "limit": limit}).all()


def end(connection: Connection, search: int) -> bool:
    """End a search: nobody is told of it any more; False when there is none."""
    return connection.execute(END, {"id": search}).first() is not None
