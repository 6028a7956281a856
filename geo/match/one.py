"""The readiness of one parcel, by itself or for a need."""

from datetime import date

from geo.match import candidates, readiness
from geo.match.need import Need
from geo.readiness.catalogue_file import default
from geo.store.database import Actor, Database, Role


def readiness_of(
    database: Database, role: Role, actor: Actor | None, parcel_id: int, need: Need | None, as_of: date
) -> dict[str, object] | None:
    """The readiness document of design §8; None when ``role`` sees no such parcel.

    A parcel whose readiness is not derived yet has an empty one, of class ``unknown``.
    """
    catalogue = default()
    with database.connection(role, actor) as connection:
        found = candidates.load(connection, role, only=parcel_id)
        if not found:
            return None
        computed = readiness.read(connection, catalogue, need, as_of, found)(found[0])
    if computed is None:
        empty: dict[str, object] = {
            "steps": [],
            "critical_path": [],
            "start": None,
            "start_cleared": None,
            "unknown": [],
        }
        scope = "owner" if need is None else "need"
        return {"scope": scope, "class": "unknown", "as_of": as_of.isoformat(), **empty}
    return computed.document()
