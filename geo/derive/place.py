"""Where a parcel lies: commune, site, named areas and cadastral parcels."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

# The commune is read from the ground; what the file stated stands in while no commune is loaded there.
PLACE = text("""
    update core.parcel_derived d set
        commune_insee = coalesce(c.insee, p.commune_insee),
        site = t.id,
        inputs = d.inputs || jsonb_build_object('place', cast(:recipe as text))
    from core.parcel p
    left join lateral (
        select insee from core.commune c
        where st_intersects(c.geom, coalesce(st_pointonsurface(p.geom), p.location)) order by insee limit 1) c on true
    left join lateral (
        select t.id from core.site t
        where t.key = p.site_key or (p.site_key is null and st_intersects(t.geom, st_pointonsurface(p.geom)))
        order by (t.source = p.source) desc, t.id limit 1) t on true
    where d.parcel = p.id and p.id = any(:parcels)
""")

FORGET = text("delete from core.parcel_cadastral where parcel = any(:parcels)")

# Below one percent of the parcel it is a drawing difference between two sources, not land held in common.
CADASTRAL = text("""
    insert into core.parcel_cadastral (parcel, idu, share)
    select p.id, c.idu, least(s.share, 1)
    from core.parcel p
    join core.cadastral_parcel c on c.retired_on is null and c.geom && p.geom and st_intersects(c.geom, p.geom)
    cross join lateral (select st_area(st_intersection(c.geom, p.geom)) / st_area(p.geom) as share offset 0) s
    where p.id = any(:parcels) and s.share >= 0.01
""")


LEAVE = text("delete from core.parcel_area where parcel = any(:parcels)")

# By its point where the area is drawn, by its commune where the area is told as a list of communes.
ENTER = text("""
    insert into core.parcel_area (parcel, area)
    select p.id, a.id from core.parcel p
    join core.named_area a on st_intersects(a.geom, coalesce(st_pointonsurface(p.geom), p.location))
    where p.id = any(:parcels)
    union
    select d.parcel, a.id from core.parcel_derived d
    join core.area_commune c on c.insee in (d.commune_insee, core.whole_commune(d.commune_insee))
    join core.named_area a using (kind, code)
    where d.parcel = any(:parcels)
""")


def derive(connection: Connection, parcels: Sequence[int], recipe: str) -> None:
    """Fill commune, site and areas, and the shares of cadastral parcels (0 to 1 of the parcel)."""
    values = {"parcels": list(parcels)}
    connection.execute(PLACE, {**values, "recipe": recipe})
    connection.execute(FORGET, values)
    connection.execute(CADASTRAL, values)
    connection.execute(LEAVE, values)
    connection.execute(ENTER, values)
