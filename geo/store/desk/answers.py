"""Answers to needs of projects as they were: kept to say what changed since."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

KEEP = text("""
    insert into need_answer (need, as_of, digest, counts, sites) values (:need, :as_of, :digest, :counts, :sites)
    returning id
""").bindparams(bindparam("counts", type_=JSONB), bindparam("sites", type_=JSONB))
KEPT = text("""
    select id, as_of, answered_at, digest, counts, sites from need_answer
    where need = :need
    order by (as_of <= coalesce(cast(:since as date), as_of)) desc,
        case when as_of <= coalesce(cast(:since as date), as_of) then id end desc, id
    limit 1
""")


def keep(
    connection: Connection, need: int, as_of: date, document: Mapping[str, Any], sites: Sequence[Mapping[str, Any]]
) -> int:
    """Keep an answer to a version of a need; the row's id."""
    values = {"digest": document["digest"], "counts": document["counts"], "sites": list(sites)}
    return int(connection.execute(KEEP, {"need": need, "as_of": as_of, **values}).scalar_one())


def kept(connection: Connection, need: int, since: date | None) -> Row[Any] | None:
    """The last answer kept by a day (None: the last of all); else the first one there is; None where there is none."""
    return connection.execute(KEPT, {"need": need, "since": since}).one_or_none()


TOLD_FIELDS = (
    *("name", "cadastral_ids", "surface_stated_m2", "stade_amngt", "stade_comm", "etat_occup", "usage", "pollution"),
    *("market", "market_conditions", "power_mw", "price_eur_m2", "geom", "observed_on"),
)
"""Fields whose change may be named to who sees the parcel: never whose it is, who buys it, who saw it before."""
CHANGED = text("""
    select h.row_id as parcel, array_agg(distinct k.field order by k.field) as fields
    from core.history h cross join lateral jsonb_object_keys(h.before) k (field)
    where h.relation = 'parcel' and h.row_id = any(:ids) and h.at >= :since and h.op = 'update'
      and k.field = any(:fields)
    group by h.row_id
""")


def changed_fields(connection: Connection, ids: Sequence[int], since: Any) -> dict[int, list[str]]:
    """Which facts of parcels changed since an instant, by parcel; as the worker, so for whom they were shown to."""
    asked = {"ids": list(ids), "since": since, "fields": list(TOLD_FIELDS)}
    return {row.parcel: list(row.fields) for row in connection.execute(CHANGED, asked)}
