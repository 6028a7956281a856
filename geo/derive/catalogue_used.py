"""Which catalogue dates were computed with, and since when: kept, and found again for what was known at an instant."""

from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, text

from geo.readiness.catalogue import BadCatalogueError, Catalogue
from geo.readiness.catalogue_file import in_use, read

CATALOGUE_OF_TODAY = "catalogue_of_today"
"""Flag of an answer as known then whose durations are those of now: the catalogue of then was not kept."""

NOTE = text("""
    insert into core.catalogue_used (version, content)
    select :version, :content
    where :version is distinct from (select version from core.catalogue_used order by used_from desc, id desc limit 1)
""")
THEN = text("""
    select version, content from core.catalogue_used
    where used_from <= :known_at order by used_from desc, id desc limit 1
""")


def note(connection: Connection, catalogue: Catalogue) -> None:
    """Remember that dates are computed with this catalogue from now on, unless they were already."""
    connection.execute(NOTE, {"version": catalogue.version, "content": catalogue.written})


def known_then(connection: Connection, known_at: datetime | None) -> Catalogue | None:
    """The catalogue in use at an instant (None: now); None when it was not kept, or cannot be read any more."""
    if known_at is None:
        return in_use()
    found = connection.execute(THEN, {"known_at": known_at}).one_or_none()
    if found is None:
        return None
    return in_use() if found.version == in_use().version else _read(found.content)


@lru_cache(maxsize=8)
def _read(content: str) -> Catalogue | None:
    try:
        return read(content)
    except BadCatalogueError:
        return None
