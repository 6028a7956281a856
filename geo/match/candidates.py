"""The parcels one may see, as candidates of a match."""

from collections.abc import Mapping
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Row, text

from geo.land.vocabulary import Effect, Industry, Market, Origin
from geo.match import forbidden
from geo.match.availability import day_of
from geo.match.candidate import Candidate, Touched
from geo.store.database import Role
from geo.store.views import SIGNED_IN

PLAIN = (
    "id", "name", "source_id", "market_conditions", "market_on", "commune_name", "epci_name", "surface_m2",
    "buildable_m2", "industry_rule", "industry_source", "industry_confidence", "zone_label", "zone_type",
    "power_mw", "pollution", "declared_turnkey",
    "etat_occup", "source", "observed_on", "responsible", "state_id", "substation_km", "substation_free_mw", "stale",
    "lon", "lat", "buildings_known", "constraints_known",
)  # fmt: skip
RENAMED = {"commune_insee": "commune", "epci_siren": "epci"}

# Clearances are ground metres; 1.002 is more than any CRS scale factor here, so the outline is never drawn too small.
RESTRICTING = text("""
    select c.id, st_asbinary(case when c.clearance_m > 0 then st_buffer(c.geom, c.clearance_m * 1.002) else c.geom end)
    from "constraint" c where c.effect = 'restricts' and c.id = any(:ids)
""")


def load(connection: Connection, role: Role, *, only: int | None = None) -> list[Candidate]:
    """The parcels that ``role`` may see (or ``only`` one), offered or prospects, by id; geometries planar."""
    names = [
        *PLAIN,
        *RENAMED.values(),
        "origin",
        "market",
        "industry",
        "scale",
        "touched",
        "cadastral_ids",
        "declared_on",
    ]
    if role in SIGNED_IN:
        names.append("price_eur_m2")
    listed = ", ".join(names)
    statement = f"""select {listed}, st_asbinary(geom) as geom, st_asbinary(buildable) as buildable
        from candidate {"" if only is None else "where id = :only"} order by id"""  # noqa: S608 - names of this page
    rows = connection.execute(text(statement), {} if only is None else {"only": only}).all()
    geometries = shapely.from_wkb([row.geom for row in rows])
    buildables = shapely.from_wkb([row.buildable for row in rows])
    outlines = _outlines(connection, rows)
    outlawed = forbidden.pieces(connection, only)
    return [
        _candidate(row, geometry, buildable, outlines, outlawed.get(row.id))
        for row, geometry, buildable in zip(rows, geometries, buildables, strict=True)
    ]


def _outlines(connection: Connection, rows: list[Row[Any]] | Any) -> dict[int, BaseGeometry]:
    """The outline, with its clearance, of each constraint that restricts: a placement on it is conditional."""
    ids = {touched["id"] for row in rows for touched in row.touched or () if touched["effect"] == Effect.RESTRICTS}
    found = connection.execute(RESTRICTING, {"ids": sorted(ids)}).all()
    return {found_id: shapely.from_wkb(wkb) for found_id, wkb in found}


def _candidate(
    row: Row[Any],
    geometry: BaseGeometry | None,
    buildable: BaseGeometry | None,
    outlines: Mapping[int, BaseGeometry],
    outlawed: BaseGeometry | None,
) -> Candidate:
    facts: dict[str, Any] = row._asdict()
    return Candidate(
        **{name: facts[name] for name in PLAIN},
        **{name: facts[column] for name, column in RENAMED.items()},
        origin=Origin(facts["origin"]),
        declared_on=day_of(facts["declared_on"]),
        market=Market(facts["market"]),
        industry=None if facts["industry"] is None else Industry(facts["industry"]),
        scale=facts["scale"] or 1.0,
        cadastral_ids=tuple(facts["cadastral_ids"] or ()),
        price_eur_m2=facts.get("price_eur_m2"),
        constraints=tuple(
            Touched(one["id"], one["kind"], Effect(one["effect"]), outlines.get(one["id"]))
            for one in facts["touched"] or ()
        ),
        geometry=geometry,
        buildable=buildable,
        forbidden=outlawed,
    )
