"""The facts of parcels that a match screens, read for all audiences at once: whom each is for stands beside them."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, text

from geo.store.reading import digest
from geo.store.views.views import CANDIDATE, CANDIDATE_FROM

CHUNK = 20_000

_OF_CANDIDATES = {column.name: column.sql for column in CANDIDATE}
_OWN = {
    "visibility": "p.visibility",
    "responsible": "p.responsible",
    "covered_by": "d.covered_by",
    "is_drawn": "p.geom is not null",
    "west": "st_xmin(coalesce(p.geom, p.location))",
    "south": "st_ymin(coalesce(p.geom, p.location))",
    "east": "st_xmax(coalesce(p.geom, p.location))",
    "north": "st_ymax(coalesce(p.geom, p.location))",
}
_STAMPED = (
    "id", "updated_at", "market", "stale", "scale", "surface_m2", "buildable_m2", "industry", "industry_rule",
    "zone_label", "zone_type", "commune", "commune_name", "epci", "epci_name", "cadastral_ids", "networks",
    "networks_on", "state_id", "nearest", "touched", "constraints_known", "buildings_known", "substation_free_mw",
)  # fmt: skip
"""What the version of a parcel depends on: nothing that only some may see, and not what covers it."""
_LIES = """case when d.touched <> '[]' then (
        select string_agg(c.digest, '' order by c.id) from core.constraint_area c
        where c.id in (select (one ->> 'id')::bigint from jsonb_array_elements(d.touched) one)) end"""
"""How the constraints that touch it lie: a building on one is conditional."""
_SHAPED = ("t.source", "md5(d.profile)", "md5(d.sides::bytea)", _LIES)
_STAMP = ", ".join((*(_OF_CANDIDATES[name] for name in _STAMPED), *_SHAPED))
_FACTS = {**_OF_CANDIDATES, **_OWN, "stamp": f"hashtextextended(row({_STAMP})::text, 0)"}

RECIPE = digest(CANDIDATE_FROM, *_FACTS.values())
"""What tells these facts from those of another version."""


SRID = text("select find_srid('core', 'parcel', 'geom')")


def srid(connection: Connection) -> int:
    """The EPSG number of the outlines: fixed when the base is made."""
    return int(connection.execute(SRID).scalar_one())


def rows(connection: Connection, facts: Sequence[str], only: Sequence[int] | None = None) -> Iterator[dict[str, Any]]:
    """The facts named of all parcels there are (or ``only`` some), a list each, by chunks in the order of ids."""
    listed = ", ".join(f"{_FACTS[name]} as {name}" for name in facts)
    statement = f"""select {listed} from {CANDIDATE_FROM} where p.deleted_on is null
        {"" if only is None else "and p.id = any(:only)"} order by p.id"""
    values = {} if only is None else {"only": list(only)}
    found = connection.execute(text(statement), values, execution_options={"yield_per": CHUNK})
    for chunk in found.partitions():
        yield dict(zip(facts, zip(*chunk, strict=True), strict=True))
