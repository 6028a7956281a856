"""Lists of the desk, a page at a time, in the order of ids."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Query, Request
from sqlalchemy import Connection, Row

from api.deps import Session
from api.ogc.links import JSON, link, own
from api.ogc.paging import cursor, place
from geo.store.items.hits import After

Next = Annotated[str | None, Query(alias="next", description="Where a page begins, from its link", max_length=200)]
Rows = Sequence[Row[Any]]
Listing = Callable[..., Rows]


def page_of(
    request: Request, session: Session, name: str, listing: Listing, next_: str | None, limit: int
) -> tuple[Rows, list[dict[str, str]]]:
    """The rows of a page of ``listing(connection, after=, limit=)``, and its links.

    Raises:
        Problem: 400, ``next_`` was not made here, or for another reader.
    """
    asked = (name, session.principal.audience, session.principal.organisation)
    after = 0 if next_ is None else int(place(next_, (), asked).id)
    with session.begin() as connection:
        rows = _read(connection, listing, after, limit + 1)
    links = [link(own(request), "self", JSON)]
    if len(rows) > limit:
        links.append(link(own(request, next=cursor(After(rows[limit - 1].id), asked)), "next", JSON))
    return rows[:limit], links


def _read(connection: Connection, listing: Listing, after: int, limit: int) -> Rows:
    return listing(connection, after=after, limit=limit)
