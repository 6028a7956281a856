"""Whole communes that a delivery leaves out: of a file of several places that came back with fewer."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo.store.layers import Layer
from geo.store.merging.missing import missing_from
from geo.store.merging.staging import communes, same, stage


@dataclass(frozen=True, slots=True)
class Absent:
    """A commune of which the file has no row: INSEE code, name where communes are loaded, and rows in the base."""

    commune: str
    name: str | None
    rows: int


def absent_communes(connection: Connection, layer: Layer, values: Mapping[str, object]) -> list[Absent]:
    """The communes all of whose rows are missing from the file, by code; none where rows tell no commune.

    ``values`` are those of a merge: source, visibility, file_name, shared.
    """
    if "commune_insee" not in layer.facts:
        return []
    statement = f"""
        with here as (
            select commune_insee from ({communes(layer)}) f
            union select t.commune_insee from {layer.sql_name} t join {stage(layer)} s on {same(layer)})
        select t.commune_insee as commune, count(*) as rows,
               (select name from core.commune c where c.insee = t.commune_insee) as name {missing_from(layer)}
            and t.commune_insee is not null
            and t.commune_insee not in (select commune_insee from here where commune_insee is not null)
        group by t.commune_insee order by t.commune_insee"""
    return [Absent(row.commune, row.name, row.rows) for row in connection.execute(text(statement), values)]
