"""What is read most: the geometry in the CRS of the web, and the document of public facts."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from geo.store.views import views

PUBLIC = [c for c in views.PARCEL if c.property and c.audiences == views.ALL and not c.name.startswith("ready_")]


def _document() -> str:
    """SQL: the Feature as text, left open after its last property so that serving can add what changes daily."""
    names = [c for c in PUBLIC if c.name != "id"]
    pairs = ", ".join(f"'{c.name}', {c.json()}" for c in names)
    shape = "coalesce(st_asgeojson(st_transform(p.geom, 4326), 9), 'null')"
    facts = f"json_build_object({pairs})::text"
    head = f"""'{{"type":"Feature","id":' || p.id || ',"geometry":' || {shape} || ',"properties":'"""
    return f"""{head} || overlay({facts} placing '{{"id":' || p.id || ',' from 1 for 1)"""


STATEMENT = text(
    f"""
    insert into core.parcel_served (parcel, geom_4326, geom_3857, doc)
    select p.id, st_transform(p.geom, 4326), st_transform(p.geom, 3857), left({_document()}, -1)
    from {views.PARCEL_FROM}
    where p.id = any(:parcels)
    on conflict (parcel) do update
        set geom_4326 = excluded.geom_4326, geom_3857 = excluded.geom_3857, doc = excluded.doc
"""
)


def derive(connection: Connection, parcels: Sequence[int], recipe: str) -> None:
    """Fill both web geometries and ``doc``: a GeoJSON Feature without its two closing braces."""
    connection.execute(STATEMENT, {"parcels": list(parcels)})
    connection.execute(MARK, {"parcels": list(parcels), "recipe": recipe})


MARK = text("""
    update core.parcel_derived set inputs = inputs || jsonb_build_object('served', cast(:recipe as text))
    where parcel = any(:parcels)
""")
