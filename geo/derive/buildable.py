"""The buildable area: the parcel less every forbidding thing and its clearance."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, text

from geo.store.merging.plans import in_force

# GEOS draws an arc as chords that cut inside it: the clearance is lengthened so that no chord comes too near.
# One chord may span one and a half of the 64 parts of a half turn, since GEOS rounds their number for each corner.
CHORD = "/ cos(3 * pi() / 128)"
# What a plan prescribes counts while the plan does.
STANDS = f"(k.id is null or {in_force(':as_of')})"
FARTHEST = "(select coalesce(max(clearance_m), 0) * 1.01 from core.constraint_area)"

STATEMENT = text(f"""
    with forbidding as (
        select p.id, st_union(case when f.reach > 0 then st_buffer(f.geom, f.reach {CHORD}, 'quad_segs=16')
                                   else f.geom end) as geom,
               md5(string_agg(f.mark, ',' order by f.mark)) as digest
        from core.parcel p
        join core.parcel_derived d on d.parcel = p.id
        cross join lateral (
            select b.geom, 0 as reach, 'b' || b.id || encode(b.digest, 'hex') as mark
            from core.building b where b.geom && p.geom and st_intersects(b.geom, p.geom)
            union all
            select c.geom, c.clearance_m * d.scale, 'c' || c.id || encode(c.digest, 'hex')
            from core.constraint_area c left join core.planning_document k on k.id = c.document
            where {STANDS} and c.effect = 'forbids' and c.geom && st_expand(p.geom, {FARTHEST})
              and st_dwithin(c.geom, p.geom, c.clearance_m * d.scale)) f
        where p.id = any(:parcels)
        group by p.id)
    update core.parcel_derived d set
        buildable = case when p.geom is null then null
            else st_multi(st_collectionextract(coalesce(st_difference(p.geom, f.geom), p.geom), 3)) end,
        inputs = d.inputs || jsonb_build_object('buildable', cast(:recipe as text) || ':' || coalesce(f.digest, ''))
    from core.parcel p left join forbidding f on f.id = p.id
    where d.parcel = p.id and p.id = any(:parcels)
""")

# Where no building layer was loaded, "no building" is not known.
FACTS = text(f"""
    update core.parcel_derived d set
        buildable_m2 = st_area(d.buildable) / (d.scale * d.scale),
        built = case
            when exists (select from core.building b where b.geom && p.geom
                         and st_area(st_intersection(b.geom, p.geom)) > 10) then true
            when exists (select from core.coverage v where v.layer = 'buildings' and st_intersects(v.geom, p.geom))
                then false end,
        touched = coalesce((
            select jsonb_agg(jsonb_build_object('id', c.id, 'kind', c.kind, 'effect', c.effect) order by c.id)
            from core.constraint_area c left join core.planning_document k on k.id = c.document
            where {STANDS} and c.geom && st_expand(p.geom, {FARTHEST})
              and st_dwithin(c.geom, p.geom, c.clearance_m * d.scale)), '[]')
    from core.parcel p
    where d.parcel = p.id and p.id = any(:parcels)
""")


def derive(connection: Connection, parcels: Sequence[int], recipe: str, as_of: date) -> None:
    """Fill ``buildable`` (planar geometry), ``buildable_m2`` (ground), ``built`` and the constraints touched.

    Clearances are ground metres; a building of the map is a forbidding thing without clearance.
    """
    values = {"parcels": list(parcels), "as_of": as_of}
    connection.execute(STATEMENT, {**values, "recipe": recipe})
    connection.execute(FACTS, values)
