"""Rows of a table that say neither an outline, a point nor cadastral parcels: updates of known land, or nothing."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, text

from geo.store.layers import Layer
from geo.store.merging.staging import stage


@dataclass(frozen=True, slots=True)
class Unplaced:
    """What was taken out of the staging table; ``told`` are the first rows (row_number, repaired, key, name)."""

    count: int = 0
    repaired: int = 0
    told: list[Row[tuple[object, ...]]] = field(default_factory=list)


def settle(connection: Connection, layer: Layer, dataset: str, most: int) -> Unplaced:
    """Take out the rows without a place of which the base (``dataset``) has no row either."""
    if layer.name != "parcels":
        return Unplaced()
    rows = list(connection.execute(text(TAKE_OUT.format(stage=stage(layer))), {"dataset": dataset}))
    rows.sort(key=lambda row: row.row_number)
    return Unplaced(len(rows), sum(row.repaired for row in rows), rows[:most])


TAKE_OUT = """
    delete from {stage} s
    where s.geom is null and s.location is null and s.cadastral_ids = '{{}}' and not exists (
        select from core.parcel t join core.source src on src.id = t.source and src.dataset = :dataset
        where t.key = s.key)
    returning s.row_number, s.repaired, s.key, s.name"""
