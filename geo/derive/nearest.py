"""The nearest object of each kind of network, in a straight line.

A source substation steps the transport network (63 to 225 kV) down to the 20 kV of distribution: its free power is
what a plant is offered. Which substations count is ``core.is_reachable`` (migrations/networks/up/20_nearest.sql). An
object of two kinds (``freight_station+station``) is looked for as either.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

FORGET = text("delete from core.parcel_nearest where parcel = any(:parcels)")

# From one kind to the next by the index, however many objects there are of each.
KINDS = """recursive kinds (kind) as (
    (select kind from core.network_point order by kind limit 1)
    union all
    select (select n.kind from core.network_point n where n.kind > k.kind order by n.kind limit 1)
    from kinds k where k.kind is not null)"""

# PostgreSQL 15 orders by the index alone or not at all: of objects at one place, as two files have them, both
# are looked at for the one of the lower number.
NEAREST = text(f"""
    with {KINDS}, found as (
        select p.id as parcel, k.kind as kinds, n.id as point, n.metres / d.scale as metres
        from core.parcel p join core.parcel_derived d on d.parcel = p.id
        cross join lateral (select coalesce(p.geom, p.location) as shape offset 0) s
        join kinds k on k.kind is not null
        cross join lateral (select core.in_lane(s.shape, k.kind) as lane offset 0) l
        cross join lateral (
            select c.id, c.metres from (
                select n.id, st_distance(n.geom, s.shape) as metres from core.network_point n
                where n.kind = k.kind and n.lane is not null order by n.lane <-> l.lane limit 2) c
            order by c.metres, c.id limit 1) n
        where p.id = any(:parcels) and s.shape is not null)
    insert into core.parcel_nearest (parcel, kind, point, metres)
    select distinct on (f.parcel, k) f.parcel, k, f.point, f.metres
    from found f cross join unnest(string_to_array(f.kinds, '+')) k
    order by f.parcel, k, f.metres, f.point
""")

MARK = text("""
    update core.parcel_derived d set inputs = d.inputs || jsonb_build_object('nearest', :recipe || ':' || coalesce((
        select md5(string_agg(n.kind || n.point, ',' order by n.kind)) from core.parcel_nearest n
        where n.parcel = d.parcel), ''))
    where d.parcel = any(:parcels)
""")


def derive(connection: Connection, parcels: Sequence[int], recipe: str) -> None:
    """Fill ``parcel_nearest`` (ground metres, straight line); no row for a kind of which no object is loaded.

    A road or a cable is longer than that line.
    """
    values = {"parcels": list(parcels)}
    connection.execute(FORGET, values)
    connection.execute(NEAREST, values)
    connection.execute(MARK, {**values, "recipe": recipe})
