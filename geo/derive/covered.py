"""The offered land that covers a prospect."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

# Of several, the one that most may see: hidden land must not take the place of land that already hides the prospect.
COVERED = text("""
    update core.parcel_derived d set
        covered_by = o.id,
        inputs = d.inputs || jsonb_build_object('covered', cast(:recipe as text))
    from core.parcel p
    left join lateral (
        select q.id from core.parcel q
        where p.origin = 'cadastre' and q.origin <> 'cadastre' and q.deleted_on is null
          and q.geom && p.geom and st_intersects(q.geom, p.geom)
          and st_area(st_intersection(q.geom, p.geom)) >= 0.5 * st_area(p.geom)
        order by array_position(array['public', 'partners', 'agency', 'private'], q.visibility),
                 st_area(st_intersection(q.geom, p.geom)) desc, q.id limit 1) o on true
    where d.parcel = p.id and p.id = any(:parcels)
""")


def derive(connection: Connection, parcels: Sequence[int], recipe: str) -> None:
    """Fill ``covered_by``: land that is offered and has at least half of the prospect."""
    connection.execute(COVERED, {"parcels": list(parcels), "recipe": recipe})
