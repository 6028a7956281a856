"""What lies around land, for a plan of it: cadastral parcels, buildings, and the constraints that touch it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, text

MOST_DRAWN = 3_000
"""Parcels or buildings of one plan: more than can be told apart on a page."""

BOX = "st_makeenvelope(:west, :south, :east, :north, find_srid(current_schema()::text, 'parcel', 'geom'))"
CADASTRE = text(f"""
    select idu, updated_on, st_asbinary(geom) as geom from cadastre where geom && {BOX} order by idu limit :most
""")
BUILDINGS = text(f"select id, st_asbinary(geom) as geom from building where geom && {BOX} order by id limit :most")
# A clearance is ground metres: where something else than the land itself is forbidden around it, all of it is drawn.
CONSTRAINTS = text("""
    select id, kind, effect, label, code, source_date,
        st_asbinary(case when clearance_m > 0 then st_buffer(geom, clearance_m * :factor) else geom end) as geom
    from "constraint" where id = any(:ids) order by id
""")


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint with what it is called, its day, and its planar outline, clearance and all."""

    id: int
    kind: str
    effect: str
    label: str | None
    code: str | None
    source_date: date | None
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class Around:
    """What is drawn around land: cadastral parcels by their reference, and buildings; planar."""

    cadastre: Sequence[tuple[str, BaseGeometry]]
    buildings: Sequence[BaseGeometry]
    cadastre_on: date | None
    """The last change among these cadastral parcels."""


def around(connection: Connection, bounds: tuple[float, float, float, float]) -> Around:
    """Cadastral parcels and buildings that meet a box: west, south, east, north, planar metres."""
    box = dict(zip(("west", "south", "east", "north"), bounds, strict=True)) | {"most": MOST_DRAWN}
    parcels = connection.execute(CADASTRE, box).all()
    buildings = connection.execute(BUILDINGS, box).all()
    return Around(
        [(row.idu, shapely.from_wkb(row.geom)) for row in parcels],
        [shapely.from_wkb(row.geom) for row in buildings],
        max((row.updated_on for row in parcels if row.updated_on is not None), default=None),
    )


def constraints(connection: Connection, ids: Sequence[int], factor: float) -> list[Constraint]:
    """The constraints of these ids; ``factor``: planar metres of a ground metre there."""
    rows = connection.execute(CONSTRAINTS, {"ids": list(ids), "factor": factor}).all()
    return [
        Constraint(row.id, row.kind, row.effect, row.label, row.code, row.source_date, shapely.from_wkb(row.geom))
        for row in rows
    ]
