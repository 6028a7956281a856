"""Communes whose cadastre is loaded whole: only there does ground without a cadastral parcel mean public ground."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from geo.store.layers import LAYERS
from geo.store.merging.staging import communes

CADASTRE = LAYERS["cadastre"]
LEAST = 0.5
"""Share of a commune, where its outline is loaded, that its cadastral parcels cover at the least: less is an extract
under the name of the whole [estimate: roads and water take a tenth to a third]."""

RECORD = text(f"""
    insert into core.cadastre_complete (code, import)
    select c.code, :import from (
        select left(idu, 5) as code, min(commune_insee) as insee, sum(st_area(geom)) as area
        from core.cadastral_parcel
        where retired_on is null and commune_insee in ({communes(CADASTRE)}) and starts_with(idu, :place)
        group by left(idu, 5)) c
    left join core.commune o on o.insee = c.code and o.insee = c.insee
    where o.insee is null or c.area >= {LEAST} * st_area(o.geom)
    order by c.code
    on conflict (code) do nothing
    returning code
""")


def record(connection: Connection, place: str, import_id: int) -> Sequence[str]:
    """Record the communes of a cadastre just merged as complete; those not known to be so before, by code.

    ``place`` (a commune, or the first characters of its communes' codes) is what the file was made to hold whole; its
    rows are still to be seen as the view ``stage_cadastre``. What was once complete stays so: each load adds.
    """
    found = connection.scalars(RECORD, {"place": place, "import": import_id}).all()
    return sorted(found)
