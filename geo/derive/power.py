"""The nearest source substation, in a straight line.

A source substation steps the transport network (63 to 225 kV) down to the 20 kV of distribution: its free power is
what a plant is offered. Substations of 400 kV belong to the grid alone unless one says what it has free for
distribution, and those under 45 kV are at the end of it. Where no voltage is told (BD TOPO) a substation counts.
"""

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
          and (coalesce(n.voltage_kv, 63) between 45 and 225 or n.voltage_kv > 225 and n.free_mw is not null)
        order by n.geom <-> coalesce(p.geom, p.location), n.id limit 1) n on true
    where d.parcel = p.id and p.id = any(:parcels)
""")


def derive(connection: Connection, parcels: Sequence[int], recipe: str) -> None:
    """Fill ``substation`` and ``substation_km`` (straight line, ground km); null when none is loaded.

    A cable is longer than that line: where P x d (MW, km) is just within the bound for 20 kV, it may not be.
    """
    connection.execute(STATEMENT, {"parcels": list(parcels), "recipe": recipe})
