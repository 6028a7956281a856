"""Which rows a staged layer would change in the base, field by field."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from geo.store.layers import Layer
from geo.store.merging.becoming import differs, told
from geo.store.merging.duplicates import name_of
from geo.store.merging.merge import Merged
from geo.store.merging.missing import missing_from
from geo.store.merging.staging import same, stage
from geo.store.merging.unmoved import moved

LISTED = 10_000
"""How many rows of each kind are named, a layer."""


def listed(connection: Connection, layer: Layer, values: Mapping[str, object], found: Merged) -> dict[str, Any]:
    """The rows behind the counts, at most ``LISTED`` of each kind, in the order of the file.

    ``new`` and ``missing``: [{key, name}], with the commune of those missing; new ones are named only where something
    stood before. ``changed``: [{row, key, name, fields, conflicts}], where each field has [before, after] as the source
    says it, and each conflict [the planner's value, which stays, the file's].
    """
    rows: dict[str, Any] = {"new": [], "changed": [], "missing": []}
    key, name = layer.key[-1], name_of(layer)
    limits = {**values, "most": LISTED}
    if found.new and (found.changed or found.unchanged or found.missing):
        statement = f"""select s."{key}" as key, {name} as name from {stage(layer)} s
            where not exists (select from {layer.sql_name} t where {same(layer)}) order by s.row_number limit :most"""
        rows["new"] = [dict(row._mapping) for row in connection.execute(text(statement), limits)]
    if found.changed:
        rows["changed"] = [_changed(row) for row in connection.execute(text(_changes(layer)), limits)]
    if found.missing:
        commune = "t.commune_insee" if "commune_insee" in layer.facts else "null"
        statement = f"""select t."{key}" as key, {name.replace("s.", "t.")} as name, {commune} as commune
            {missing_from(layer)} order by t."{key}" limit :most"""
        rows["missing"] = [dict(row._mapping) for row in connection.execute(text(statement), limits)]
    return rows


def _changed(row: Any) -> dict[str, Any]:
    return {
        "row": row.row,
        "key": row.key,
        "name": row.name,
        "fields": row.fields or {},
        "conflicts": row.conflicts or {},
    }


def _changes(layer: Layer) -> str:
    """SQL: the changed rows with what differs in them; nothing is put into words that does not."""
    owned = "overrides" in layer.table.c
    fields, conflicts = ["'{}'::jsonb"], ["'{}'::jsonb"]
    for name in (*layer.facts, *layer.shapes):
        before, after = f't."{name}"', told(layer, name)
        shape = name in layer.shapes
        shown = [_seen(value) if shape else f"to_jsonb({value})" for value in (before, after)]
        unlike = moved(name, after) if shape else f"{before} is distinct from {after}"
        if owned:
            stands = f"t.overrides ? '{name}'"
            conflicts.append(_pair(name, f"{stands} and {shown[0]} <> {shown[1]}", *shown))
            unlike = f"not {stands} and {unlike}"
        fields.append(_pair(name, unlike, *shown))
    return f"""
        select s.row_number as row, s."{layer.key[-1]}" as key, {name_of(layer)} as name,
               {" || ".join(fields)} as fields, {" || ".join(conflicts)} as conflicts
        from {stage(layer)} s join {layer.sql_name} t on {same(layer)}
        where {differs(layer)} order by s.row_number limit :most"""


def _pair(name: str, where: str, before: str, after: str) -> str:
    """SQL: a field with its values before and after, where that is so; else nothing."""
    pair = f"jsonb_build_object('{name}', jsonb_build_array({before}, {after}))"
    return f"case when {where} then {pair} else '{{}}'::jsonb end"


def _seen(shape: str) -> str:
    """SQL: a geometry as a report tells it: the area of a surface (m2 on the ground), else the coordinates."""
    return f"""case when {shape} is null then 'null'::jsonb when st_dimension({shape}) = 2
        then jsonb_build_object('area_m2', round(core.ground_m2({shape})::numeric, 1))
        else to_jsonb(st_astext({shape}, 2)) end"""
