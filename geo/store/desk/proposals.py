"""What others propose of a parcel, and what its responsible organisation decides: with the rights of who asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.edits import EDITABLE

FACTS, COMMITMENT = "facts", "commitment"
ACCEPTED, REFUSED, WITHDRAWN = "accepted", "refused", "withdrawn"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as its reader may know it. ``own``: the reader answers for the land; ``mine``: the reader filed it.

    ``document``: of facts {columns, properties}, of a commitment its terms; ``seen``: the columns as they stood.
    """

    id: int
    parcel: int
    name: str | None
    kind: str
    document: Mapping[str, Any]
    seen: Mapping[str, Any]
    why: str
    organisation: str | None
    actor: str
    filed_at: datetime
    decision: str | None
    decided_at: datetime | None
    decided_why: str | None
    own: bool
    mine: bool


FILE = text("""
    insert into proposal (parcel, kind, document, seen, why)
    values (:parcel, :kind, :document, :seen, :why) returning id
""").bindparams(bindparam("document", type_=JSONB), bindparam("seen", type_=JSONB))
_SHAPES = ", ".join(
    f"'{name}', encode(st_asewkb({name}), 'hex')" for name, kind in EDITABLE.items() if kind == "geometry"
)
STANDS = text(f"select to_jsonb(p) || jsonb_build_object({_SHAPES}) from core.parcel p where p.id = :parcel")


def standing(connection: Connection, parcel: int, columns: Sequence[str]) -> dict[str, Any]:
    """What some columns of a parcel say now, geometries as EWKB in hexadecimal; as the worker."""
    found = connection.scalar(STANDS, {"parcel": parcel}) or {}
    return {name: found.get(name) for name in columns}


def file(
    connection: Connection, parcel: int, kind: str, document: Mapping[str, Any], seen: Mapping[str, Any], why: str
) -> int:
    """File a proposal as the planner, or the holder of a link, who asks; its number.

    Raises:
        sqlalchemy.exc.ProgrammingError: they see no such parcel (row security).
    """
    values = {"parcel": parcel, "kind": kind, "document": dict(document), "seen": dict(seen), "why": why}
    return int(connection.execute(FILE, values).scalar_one())


_LISTED = """
    select r.id, r.parcel, v.name, r.kind, r.document, r.seen, r.why, r.author, r.actor, r.filed_at,
           r.decision, r.decided_at, r.decided_why, e.id is not null as own,
           coalesce(r.organisation = core.current_organisation(), false) as mine
    from proposal r left join parcel v on v.id = r.parcel left join parcel_edit e on e.id = r.parcel
    where {which} order by r.id {more}"""
ONE = text(_LISTED.format(which="r.id = :id", more=""))
LIST = text(
    _LISTED.format(
        which="""(:state = 'any' or coalesce(r.decision, 'open') = :state) and r.id > :after
          and (not :mine or r.organisation = core.current_organisation()) and (not :inbox or e.id is not null)
          and (cast(:parcel as bigint) is null or r.parcel = :parcel)""",
        more="limit :limit",
    )
)


def one(connection: Connection, number: int) -> Proposal | None:
    """A proposal; None when there is none, or it is no affair of who asks."""
    row = connection.execute(ONE, {"id": number}).one_or_none()
    return None if row is None else Proposal(*row)


def listed(
    connection: Connection,
    state: str,
    *,
    mine: bool,
    inbox: bool,
    parcel: int | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Proposal]:
    """Proposals by number: ``mine`` that one filed, ``inbox`` on one's own land; ``state`` open, any or a decision."""
    asked = {"state": state, "mine": mine, "inbox": inbox, "parcel": parcel, "after": after, "limit": limit}
    return [Proposal(*row) for row in connection.execute(LIST, asked)]


LOCK = text("select id from proposal where id = :id and decision is null for update")
DECIDE = text("update proposal set decision = :decision, decided_why = :why where id = :id and decision is null")


def lock(connection: Connection, number: int) -> bool:
    """Keep others from deciding it until the transaction ends; whether it is open."""
    return connection.execute(LOCK, {"id": number}).first() is not None


def decide(connection: Connection, number: int, decision: str, why: str | None) -> bool:
    """Accept, refuse or withdraw an open proposal; whether it was open."""
    return connection.execute(DECIDE, {"id": number, "decision": decision, "why": why}).rowcount == 1
