"""How much published land is as a description says: what whoever reads it would find in the public index."""

from sqlalchemy import Connection, text

ALIKE = text("""
    select count(*) from (
        select from parcel v
        where (cast(:department as text) is null or left(v.commune, length(:department)) = :department)
          and (cast(:least as double precision) is null or (v.surface_m2 >= :least and v.surface_m2 < :most))
          and (cast(:market as text) is null or v.market = :market)
        limit :enough) s
""")


def alike(
    connection: Connection,
    department: str | None,
    surface_m2: tuple[float, float] | None,
    market: str | None,
    enough: int,
) -> int:
    """How many parcels that the audience sees lie in a department, with a surface from one to below another (m²), and
    have a market; None: whatever it is. Counted up to ``enough``.
    """
    least, most = surface_m2 or (None, None)
    asked = {"department": department, "least": least, "most": most, "market": market, "enough": enough}
    return int(connection.execute(ALIKE, asked).scalar_one())
