"""What a sheet tells of one parcel beside its document: zones, constraints, what is buildable, and its profile."""

from sqlalchemy import Connection, Row, text

STATEMENT = text("""
    select zone_shares, industry, industry_rule, industry_source, industry_confidence, market_conditions, market_on,
           usage, etat_occup, pollution, declared_on, networks, networks_source, networks_on,
           buildings_known, constraints_known, scale, profile, st_asgeojson(buildable, 2) as buildable,
           st_srid(geom) as srid, (
               select jsonb_agg(jsonb_build_object(
                   'id', c.id, 'kind', c.kind, 'label', c.label, 'effect', c.effect, 'clearance_m', c.clearance_m,
                   'source_date', c.source_date,
                   'covered_m2', st_area(st_intersection(st_buffer(c.geom, c.clearance_m * scale), candidate.geom))
                       / (scale * scale)) order by c.effect, c.id)
               from "constraint" c
               where c.id in (select (t ->> 'id')::bigint from jsonb_array_elements(touched) t)) as constraints
    from candidate where id = :parcel
""")


def land_sheet(connection: Connection, parcel: int) -> Row[tuple[object, ...]] | None:
    """The facts of a parcel as one row of the audience's own views; None where it may not be seen.

    ``buildable``: GeoJSON in planar metres of ``srid``; ``covered_m2``: ground m² of the parcel under a constraint and
    its clearance; shares from 0 to 1; ``profile``: bytes of :class:`geo.fit.profile.Profile`, planar metres.
    """
    return connection.execute(STATEMENT, {"parcel": parcel}).one_or_none()
