"""Parcels drawn by their planners, and parcels taken out, through the audience's own view."""

from collections.abc import Mapping

import orjson
from sqlalchemy import Connection, text

from geo.store.edits import EDITABLE

_COLUMNS = (*EDITABLE, "responsible")
_KINDS = {**EDITABLE, "responsible": "bigint"}
DRAW = text(
    f"""insert into parcel_edit ({", ".join(f'"{name}"' for name in _COLUMNS)})
        select {", ".join(f'x."{name}"' for name in _COLUMNS)}
        from jsonb_to_record(cast(:facts as jsonb)) x ({", ".join(f'"{n}" {_KINDS[n]}' for n in _COLUMNS)})
        returning id"""
)


def draw(connection: Connection, facts: Mapping[str, object]) -> int:
    """The id of a new parcel of whoever writes (an administrator names who is responsible, or nobody).

    ``facts`` by column, geometries as EWKB in hexadecimal. Key, source and origin are the database's to give
    (migrations/serving/up/25_drawn.sql).

    Raises:
        sqlalchemy.exc.ProgrammingError: whoever writes answers for no land (row security).
    """
    given = {"cadastral_ids": [], "market": "unknown", "visibility": "agency"} | dict(facts)
    number: int = connection.execute(DRAW, {"facts": orjson.dumps(given).decode()}).scalar_one()
    return number


TAKE_OUT = text("update parcel_edit set deleted_on = core.today() where id = :id and deleted_on is null")


def take_out(connection: Connection, parcel: int) -> bool:
    """Delete a parcel of one's own: its row stays, with its history, and is in no answer; whether there was one."""
    return bool(connection.execute(TAKE_OUT, {"id": parcel}).rowcount)
