"""Where, on a parcel of several zones, the plan in force forbids industry."""

from collections import defaultdict
from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, text

# clipping to the parcel's box keeps the coordinates that travel few: a zone may have ten thousand vertices
PIECES = """
    select c.id, st_asbinary(st_clipbybox2d(z.geom, st_expand(c.geom, 1)::box2d)) as piece
    from candidate c cross join lateral (
        select id, geom from "zone" where industry = 'forbidden' and plan_state = 'in_force' and geom && c.geom
        union all
        select -id, geom from "constraint"
        where industry = 'forbidden' and plan_state = 'in_force' and geom && c.geom) z
    where c.industry_rule like 'mix:%forbidden%' {only} order by c.id, z.id
"""


def pieces(connection: Connection, only: Sequence[int] | None = None) -> dict[int, BaseGeometry]:
    """By parcel, the union of the forbidden zones around it (planar CRS), for parcels whose rule is a mixture.

    A parcel whose zones cannot be united is left out: where its plan forbids is not known.
    """
    statement = text(PIECES.format(only="" if only is None else "and c.id = any(:only)"))
    found: dict[int, list[BaseGeometry]] = defaultdict(list)
    for parcel, piece in connection.execute(statement, {} if only is None else {"only": list(only)}):
        if piece is not None:
            found[parcel].append(shapely.from_wkb(piece))
    united = {parcel: unite(shapes) for parcel, shapes in found.items()}
    return {parcel: shape for parcel, shape in united.items() if shape is not None}


def unite(shapes: Sequence[BaseGeometry]) -> BaseGeometry | None:
    """The union of these polygons; None when it cannot be computed or is empty."""
    try:
        whole = shapely.union_all(shapely.make_valid(list(shapes)))
    except shapely.errors.GEOSException:
        return None
    return None if whole.is_empty else whole
