"""The nearest source substation, in a straight line."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

STATEMENT = text("""
    update core.parcel_derived d set
        substation = n.id, substation_km = n.metres / d.scale / 1000,
        inputs = d.inputs || jsonb_build_object('power', cast(:recipe as text))
    from core.parcel p
    left join lateral (
        select n.id, st_distance(n.geom, coalesce(p.geom, p.location)) as metres
        from core.network_point n where n.kind = 'substation'
        order by n.geom <-> coalesce(p.geom, p.location), n.id limit 1) n on true
    where d.parcel = p.id and p.id = any(:parcels)
""")


def derive(connection: Connection, parcels: Sequence[int], recipe: str) -> None:
    """Fill ``substation`` and ``substation_km`` (straight line, ground km); null when none is loaded."""
    connection.execute(STATEMENT, {"parcels": list(parcels), "recipe": recipe})
