"""What changed of the facts of a parcel, as its organisation reads it: from what to what, when, why, by whom."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from geo.store.edits import FACTS
from geo.store.extract import EDITED_AS

OUTLINE = "geom"
MOST = 200

CHANGES = text("""
    select at, actor, reason, before, after from history
    where row_id = :parcel and op = 'update' and after ?| :told
    order by id desc limit :most
""")


@dataclass(frozen=True, slots=True)
class Changed:
    """One change: each fact that the collection names with its value before and after; an outline has none.

    ``actor`` is an id (``key:3``, ``session:8``; ``cli:2`` of an organisation's command), never a name; None where a
    file was loaded on the server.
    """

    at: datetime
    actor: str | None
    reason: str | None
    facts: Mapping[str, tuple[Any, Any]]


def changes(connection: Connection, parcel: int) -> list[Changed]:
    """The newest first, at most MOST; nothing of land that who asks may not change."""
    values = {"parcel": parcel, "told": [*FACTS, OUTLINE], "most": MOST}
    return [Changed(row.at, row.actor, row.reason, _facts(row)) for row in connection.execute(CHANGES, values)]


def _facts(row: Any) -> dict[str, tuple[Any, Any]]:
    changed = [name for name in FACTS if name in row.after]
    facts = {EDITED_AS.get(name, name): (row.before.get(name), row.after[name]) for name in changed}
    return facts | ({"geometry": (None, None)} if OUTLINE in row.after else {})


ORGANISATIONS = text("""
    select a.actor, o.name
    from (select 'key:' || id as actor, organisation from core.api_key
          union all select 'session:' || id, organisation from core.session
          union all select 'cli:' || id, id from core.organisation) a
    join core.organisation o on o.id = a.organisation
    where a.actor = any(:actors)
""")


def organisations(connection: Connection, actors: Collection[str]) -> dict[str, str]:
    """The organisation that each of these acted for, as far as it is still known; run as the role ``gate``."""
    return {row.actor: row.name for row in connection.execute(ORGANISATIONS, {"actors": list(actors)})}
