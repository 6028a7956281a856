"""Measured surface, on the ground."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

# The CRS enlarges lengths by k (Lambert-93: 0.9990 to 1.0016), surfaces by k2; companies ask in ground metres.
STATEMENT = text("""
    insert into core.parcel_derived (parcel, scale, surface_m2, inputs)
    select p.id, k.scale, st_area(p.geom) / (k.scale * k.scale), jsonb_build_object('measure', cast(:recipe as text))
    from core.parcel p cross join lateral (
        select core.scale_factor(coalesce(p.geom, p.location)) as scale offset 0) k
    where p.id = any(:parcels)
    on conflict (parcel) do update set scale = excluded.scale, surface_m2 = excluded.surface_m2,
        inputs = parcel_derived.inputs || excluded.inputs
""")


def derive(connection: Connection, parcels: Sequence[int], recipe: str) -> None:
    """Fill ``scale`` (CRS scale factor k) and ``surface_m2`` (m2 on the ground); null without a geometry."""
    connection.execute(STATEMENT, {"parcels": list(parcels), "recipe": recipe})
