"""The parcels one may see, as candidates of a match."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Row, text

from geo.fit.frontage import Sides
from geo.land.building_limits import BuildingRule, Limit
from geo.land.vocabulary import Effect, Industry, Market, Origin
from geo.match.fit.phases import beside_of
from geo.match.need.need import Need
from geo.match.parcel import forbidden, surroundings
from geo.match.parcel.around import Around
from geo.match.parcel.candidate import Candidate, Touched
from geo.readiness.vocabularies import day_of
from geo.store import building_rules
from geo.store.database import Role
from geo.store.views.views import SIGNED_IN

PLAIN = (
    "id", "name", "source_id", "market_conditions", "market_on", "commune_name", "epci_name", "surface_m2",
    "surface_stated_m2", "buildable_m2", "industry_rule", "industry_source", "industry_confidence", "zone_label",
    "zone_type", "power_mw", "pollution", "declared_turnkey", "etat_occup", "usage", "networks_source", "networks_on",
    "source", "observed_on", "responsible", "state_id", "substation_km", "substation_free_mw", "stale", "lon", "lat",
    "buildings_known", "constraints_known", "profile",
)  # fmt: skip
Limits = Mapping[int, Mapping[BuildingRule, Limit]]
RENAMED = {"commune_insee": "commune", "epci_siren": "epci"}

# Clearances are ground metres; 1.002 is more than any CRS scale factor here, so the outline is never drawn too small.
RESTRICTING = text("""
    select c.id, st_asbinary(case when c.clearance_m > 0 then st_buffer(c.geom, c.clearance_m * 1.002) else c.geom end)
    from "constraint" c where c.effect = 'restricts' and c.id = any(:ids)
""")


def load(
    connection: Connection,
    role: Role,
    *,
    only: int | None = None,
    ids: Sequence[int] | None = None,
    need: Need | None = None,
    around: Around | None = None,
    limits: Limits | None = None,
) -> list[Candidate]:
    """The parcels that ``role`` may see (or ``only`` one, or those of some ``ids``), by id; geometries planar.

    With a ``need``, also what it asks of the surroundings, unless they are at hand (``around``), as the plan's rules on
    buildings may be (``limits``, by parcel).
    """
    around = surroundings.read(connection, need) if around is None else around
    chosen = ids if only is None else [only]
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
        "networks",
    ]
    if role in SIGNED_IN:
        names.append("price_eur_m2")
    if need is not None and surroundings.kinds_of(need):
        names.append("nearest")
    if need is not None and surroundings.asks_areas(need):
        names.append("area_ids")
    listed = ", ".join(names)
    statement = f"""select {listed}, st_asbinary(geom) as geom, st_asbinary(buildable) as buildable,
            st_asbinary(sides) as sides, st_asbinary(location) as location
        from candidate {"" if chosen is None else "where id = any(:ids)"} order by id"""  # noqa: S608 - names of this page
    rows = connection.execute(text(statement), {} if chosen is None else {"ids": list(chosen)}).all()
    geometries = shapely.from_wkb([row.geom for row in rows])
    buildables = shapely.from_wkb([row.buildable for row in rows])
    sides = shapely.from_wkb([row.sides for row in rows])
    outlines = _outlines(connection, rows)
    mixed = [row.id for row in rows if (row.industry_rule or "").startswith("mix:")]
    outlawed = forbidden.pieces(connection, mixed) if mixed else {}
    limits = building_rules.limits(connection, chosen) if limits is None else limits
    made = [
        _candidate(row, geometry, buildable, kept, outlines, outlawed.get(row.id), around)
        for row, geometry, buildable, kept in zip(rows, geometries, buildables, sides, strict=True)
    ]
    found = [replace(one, limits=limits[one.id]) if one.id in limits else one for one in made]
    if need is None or need.extension is None or only is not None:
        return found
    return _with_neighbours(connection, role, found)


def _with_neighbours(connection: Connection, role: Role, found: list[Candidate]) -> list[Candidate]:
    """The same parcels, each with those it shares a limit with: a second phase may stand there."""
    by_id = {one.id: one for one in found}
    beside = beside_of(connection, list(by_id))
    others = {other for those in beside.values() for other in those} - by_id.keys()
    by_id |= {one.id: one for one in load(connection, role, ids=sorted(others))} if others else {}
    near = {one.id: tuple(by_id[other] for other in beside.get(one.id, ()) if other in by_id) for one in found}
    return [replace(one, beside=near[one.id]) for one in found]


def _outlines(connection: Connection, rows: list[Row[Any]] | Any) -> dict[int, BaseGeometry]:
    """The outline, with its clearance, of each constraint that restricts: a placement on it is conditional."""
    ids = {touched["id"] for row in rows for touched in row.touched or () if touched["effect"] == Effect.RESTRICTS}
    found = connection.execute(RESTRICTING, {"ids": sorted(ids)}).all() if ids else []
    return {found_id: shapely.from_wkb(wkb) for found_id, wkb in found}


def _candidate(
    row: Row[Any],
    geometry: BaseGeometry | None,
    buildable: BaseGeometry | None,
    sides: BaseGeometry | None,
    outlines: Mapping[int, BaseGeometry],
    outlawed: BaseGeometry | None,
    around: Around,
) -> Candidate:
    facts = row._mapping
    return Candidate(
        **{name: facts[name] for name in PLAIN},
        **{name: facts[column] for name, column in RENAMED.items()},
        origin=Origin(facts["origin"]),
        declared_on=day_of(facts["declared_on"]),
        market=Market(facts["market"]),
        industry=None if facts["industry"] is None else Industry(facts["industry"]),
        scale=facts["scale"] or 1.0,
        cadastral_ids=tuple(facts["cadastral_ids"] or ()),
        networks=facts["networks"] or {},
        price_eur_m2=facts.get("price_eur_m2"),
        constraints=tuple(
            Touched(one["id"], one["kind"], Effect(one["effect"]), outlines.get(one["id"]))
            for one in facts["touched"] or ()
        ),
        geometry=geometry,
        location=None if facts["location"] is None else shapely.from_wkb(facts["location"]),
        buildable=buildable,
        forbidden=outlawed,
        sides=None if sides is None else Sides.of(sides),
        nearest=surroundings.nearest_of(facts.get("nearest")),
        area_ids=frozenset(facts.get("area_ids") or ()),
        around=around,
    )
