"""The record of a parcel's facts as changes, each with who made it: an organisation, never a person."""

from typing import Any

from sqlalchemy import Connection

from geo.store import fact_history
from geo.store.database import Database, Role


def told(connection: Connection, database: Database, parcel: int) -> list[dict[str, Any]]:
    """One entry a change, the newest first; none of land that the reader (``connection``) may not change."""
    changes = fact_history.changes(connection, parcel)
    actors = {one.actor for one in changes if one.actor is not None}
    names: dict[str, str] = {}
    if actors:
        with database.connection(Role.GATE) as gate:
            names = fact_history.organisations(gate, actors)
    return [
        {
            "changed_at": one.at.isoformat(),
            "organisation": names.get(one.actor or ""),
            "reason": one.reason,
            "facts": [{"name": name, "old": old, "new": new} for name, (old, new) in one.facts.items()],
        }
        for one in changes
    ]
