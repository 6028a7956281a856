"""Parcels as an editor finds them, what changed since a version, and writing edits through the audience's own view.

All but the last statement runs as a planner or an administrator: row security says which parcels there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from geo.store.extract import EDITED_AS
from geo.store.layers import Layer
from geo.store.merging.becoming import imported
from geo.store.merging.staging import same, stage
from geo.store.merging.unmoved import still
from geo.store.views import views

EDITABLE: Mapping[str, str] = {
    "name": "text",
    "site_key": "text",
    "cadastral_ids": "text[]",
    "surface_stated_m2": "float8",
    "stade_amngt": "text",
    "stade_comm": "text",
    "etat_occup": "text",
    "usage": "text",
    "maitrise_fonc": "text",
    "cle_en_main": "boolean",
    "pollution": "text",
    "market": "text",
    "market_conditions": "boolean",
    "market_on": "date",
    "price_eur_m2": "float8",
    "power_mw": "float8",
    "owner_kind": "text",
    "contact": "text",
    "visibility": "text",
    "observed_on": "date",
    "location": "geometry",
    "geom": "geometry",
}
"""The facts an editor may correct, and their SQL types; migrations/intake/up/45_edits.sql keeps each as an override."""

FACTS = tuple(name for name, kind in EDITABLE.items() if kind != "geometry")


@dataclass(frozen=True, slots=True)
class Standing:
    """A parcel as it stands for this editor.

    ``editable``: it is theirs to change; else they only see it. ``facts`` are named as the collection shows them;
    those of the edited table are there, too, when it is theirs. ``outline`` and ``location`` are WKB or None; the
    location of a parcel that is not theirs is not told.

    The market is the one that was stated. ``held_by`` is the commitment that says another one now (None: none does),
    ``followed`` what commitments ever made of it: an exported file says that, and its author never stated it.
    """

    id: int
    version: int
    editable: bool
    deleted: bool
    stale: bool
    facts: Mapping[str, Any]
    outline: bytes | None
    location: bytes | None
    held_by: int | None = None
    followed: frozenset[str] = frozenset()


_MOVING = ("ready_p50", "ready_p80", "ready_class", "updated_at", "distance_m", "areas")
"""Other by themselves, each day or with each load, and dear to look up: nobody's edit is compared with them."""
_SHOWN = [column.name for column in views.PARCEL if column.property and column.name not in ("id", *_MOVING)]
_FIELDS = [EDITED_AS.get(name, name) for name in FACTS]
SHOWN = text(
    f"""select id, row_version, stale, st_asbinary(geom), {", ".join(_SHOWN)}
        from parcel where id = any(:ids)"""
)
OWN = text(
    f"""select id, version, deleted_on, st_asbinary(geom), st_asbinary(location), {", ".join(FACTS)}
        from parcel_edit where id = any(:ids)"""
)


FOLLOWED = text(
    """select m.id, m.committed_deal, f.made, f.found
       from market_stated m
       cross join lateral (
           select coalesce(array_agg(e.after), '{}') as made, coalesce(array_agg(e.before), '{}') as found
           from market_event e where e.parcel = m.id and e.cause <> 'stated') f
       where m.id = any(:ids) and (m.committed is not null or f.made <> '{}')"""
)


def patient(connection: Connection) -> None:
    """Lift the limits of requests: a file takes its time, and waits for a load that is being written."""
    connection.execute(text("set local statement_timeout = 0"))
    connection.execute(text("set local lock_timeout = 0"))
    connection.execute(text("set local idle_in_transaction_session_timeout = 0"))


def standing(connection: Connection, ids: Sequence[int]) -> dict[int, Standing]:
    """Those of the parcels that this editor sees; the others are not there."""
    found: dict[int, Standing] = {}
    followed = {row.id: row for row in connection.execute(FOLLOWED, {"ids": list(ids)})}
    for number, version, stale, outline, *values in connection.execute(SHOWN, {"ids": list(ids)}):
        facts = dict(zip(_SHOWN, values, strict=True))
        found[number] = Standing(number, version, False, False, stale, facts, outline, None)
        if number in followed:  # of land of others, what was stated is not told: either may be what they read
            made = frozenset([*followed[number].made, *followed[number].found]) - {facts["market"]}
            found[number] = replace(found[number], followed=made)
    for number, version, deleted_on, outline, location, *values in connection.execute(OWN, {"ids": list(ids)}):
        seen = found.get(number)
        by = followed.get(number)
        facts = (dict(seen.facts) if seen else {}) | dict(zip(_FIELDS, values, strict=True))
        stale = seen is None or seen.stale
        held = (None, frozenset[str]()) if by is None else (by.committed_deal, frozenset(by.made) - {facts["market"]})
        found[number] = Standing(number, version, True, deleted_on is not None, stale, facts, outline, location, *held)
    return found


LOCK = text("select id from parcel_edit where id = any(:ids) order by id for no key update")


def lock(connection: Connection, ids: Iterable[int]) -> None:
    """Keep other writers off these parcels until the transaction ends; waits for those that are writing."""
    connection.execute(LOCK, {"ids": sorted(ids)}).all()


@dataclass(frozen=True, slots=True)
class Past:
    """One change of a parcel: its version and the changed values before, the values after, by whom and when."""

    version: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    actor: str | None
    at: datetime


SINCE = text(
    """select row_id, before, after, actor, at from history
       where relation = 'parcel' and op = 'update' and row_id = any(:ids) and before ? 'version'
       order by row_id, id desc"""
)


def past(connection: Connection, ids: Iterable[int]) -> dict[int, list[Past]]:
    """What the history knows of each parcel, the newest change first."""
    found: dict[int, list[Past]] = {}
    for row in connection.execute(SINCE, {"ids": list(ids)}):
        change = Past(int(row.before["version"]), row.before, row.after, row.actor, row.at)
        found.setdefault(row.row_id, []).append(change)
    return found


def _taken(name: str, kind: str) -> str:
    said = f"(x.facts ->> '{name}')"
    value = f"array(select jsonb_array_elements_text(x.facts -> '{name}'))" if kind == "text[]" else f"{said}::{kind}"
    return f'"{name}" = case when x.facts ? \'{name}\' then {value} else e."{name}" end'


WRITE = text(
    f"""update parcel_edit e set {", ".join(_taken(name, kind) for name, kind in EDITABLE.items())}
        from jsonb_to_recordset(cast(:edits as jsonb)) x (id bigint, facts jsonb) where e.id = x.id"""
)
TOGETHER = 1_000
"""Edits a statement: each statement writes the history of its rows at once."""


def write(connection: Connection, edits: Mapping[int, Mapping[str, object]]) -> int:
    """Write the named columns of each parcel (geometries as EWKB in hexadecimal); the number of rows written."""
    listed = [{"id": parcel, "facts": facts} for parcel, facts in sorted(edits.items())]
    written = 0
    for start in range(0, len(listed), TOGETHER):
        some = orjson.dumps(listed[start : start + TOGETHER]).decode()
        written += connection.execute(WRITE, {"edits": some}).rowcount
    return written


ABSENT = text(
    """select count(*) from parcel_edit e left join unnest(cast(:ids as bigint[])) x (id) using (id)
       where e.deleted_on is null and x.id is null"""
)
"""A join, since an array is gone through once for each parcel."""


def absent(connection: Connection, ids: Sequence[int]) -> int:
    """How many parcels this editor may change that are not among these."""
    return connection.scalar(ABSENT, {"ids": list(ids)}) or 0


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A field of a staged row that says something else than the planner's value, which stays.

    Geometries are their surface (m2; None for a location). ``on`` is a day in ISO spelling.
    """

    row: int
    parcel: int
    key: str
    field: str
    kept: object
    told: object
    by: str | None
    on: str | None
    why: str | None


OVERRIDDEN = "t.overrides <> '{}'"
"""SQL: planners correct something that the file of the parcel ``t`` says."""


def disagreements(connection: Connection, layer: Layer, values: Mapping[str, object], most: int) -> list[Disagreement]:
    """Where the staged parcels and planners' overrides say different things, at most ``most``, in the file's order.

    ``values`` are those of a merge. The day of observation is no quarrel: the later one stands.
    """
    area = "case when o.key = 'geom' then to_jsonb(round(core.ground_m2({})::numeric, 2)) else {} end"
    kept, told = area.format("t.geom", "o.value -> 'value'"), area.format("s.geom", "i.said -> o.key")
    statement = f"""
        select s.row_number as row, t.id as parcel, t.key, o.key as field,
               {kept} as kept, {told} as told,
               o.value ->> 'by' as by, o.value ->> 'on' as on, o.value ->> 'why' as why
        from {stage(layer)} s join {layer.sql_name} t on {same(layer)}
        cross join lateral (select jsonb_build_object({imported(layer)}) as said) i
        cross join lateral jsonb_each(t.overrides) o
        where {OVERRIDDEN} and t.deleted_on is null and i.said ? o.key and o.key <> 'observed_on'
          and i.said -> o.key is distinct from o.value -> 'value'
          and (o.key <> 'geom' or (s.geom is not null and not {still("t.geom", "s.geom")}))
        order by s.row_number, o.key limit :most"""
    return [Disagreement(*row) for row in connection.execute(text(statement), {**values, "most": most})]
