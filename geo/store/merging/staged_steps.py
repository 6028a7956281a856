"""Staged parcels on whose steps planners have entered something: their facts as they would be, beside the entries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo.store.layers import Layer
from geo.store.merging.becoming import told
from geo.store.merging.staging import same, stage

STATED = ("stade_amngt", "stade_comm", "etat_occup", "usage", "maitrise_fonc", "cle_en_main", "pollution")
"""The facts of a parcel's own record that states are mapped from; columns and facts have one name."""

ENTERED = "t.id in (select parcel from core.step_state)"
"""SQL: planners have entered something of a step of the parcel ``t``."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A staged row of a parcel with entries: its facts once merged, the entries that count ``on`` that day by step, and
    the organisation each is of.
    """

    row: int
    parcel: int
    key: str
    on: date
    facts: Mapping[str, Any]
    recorded: Mapping[str, Mapping[str, Any]]
    organisations: Mapping[str, str | None]


def with_entries(connection: Connection, layer: Layer, values: Mapping[str, object], most: int) -> list[Staged]:
    """Those of the staged parcels, at most ``most``, in the file's order. ``values`` are those of a merge.

    Facts the file does not state, and those that a planner overrides, are what they are.
    """
    merged = ", ".join(f"'{name}', {_merged(layer, name)}" for name in STATED)
    statement = f"""
        select s.row_number as row, t.id as parcel, t.key, core.today() as on,
               coalesce(f.facts, '{{}}') || jsonb_build_object({merged}) as facts,
               e.recorded, e.organisations
        from {stage(layer)} s
        join {layer.sql_name} t on {same(layer)}
        join (
            select parcel, jsonb_object_agg(step, jsonb_build_object(
                       'state', state, 'since', effective_on, 'expires_on', expires_on)) as recorded,
                   jsonb_object_agg(step, o.name) as organisations
            from core.step_states_at(core.today(), now()) r left join core.organisation o on o.id = r.organisation
            group by parcel) e on e.parcel = t.id
        left join core.parcel_derived d on d.parcel = t.id
        left join core.land_facts f on f.id = d.facts
        where t.deleted_on is null
        order by s.row_number limit :most"""
    rows = connection.execute(text(statement), {**values, "most": most})
    return [Staged(**row._mapping) for row in rows]


def _merged(layer: Layer, name: str) -> str:
    """SQL: the value of a fact after the load."""
    if name not in layer.facts:
        return f"t.{name}"
    return f"case when t.overrides ? '{name}' then t.{name} else {told(layer, name)} end"
