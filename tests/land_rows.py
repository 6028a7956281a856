"""Rows put straight into the base by the worker, for tests that are not about loading."""

import hashlib
from datetime import date
from typing import Any

import shapely
from geoalchemy2.elements import WKBElement
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from geo.store import tables

LYON = (842_000.0, 6_519_000.0)
"""A place in the territory, EPSG:2154."""


def square(east: float, north: float, side: float = 100.0) -> shapely.Polygon:
    """A square whose lower left corner lies ``east``, ``north`` of LYON."""
    return shapely.box(LYON[0] + east, LYON[1] + north, LYON[0] + east + side, LYON[1] + north + side)


def ewkb(shape: BaseGeometry, srid: int = 2154) -> WKBElement:
    """The shape as the tables take it; a polygon becomes a multipolygon."""
    if isinstance(shape, shapely.Polygon):
        shape = shapely.MultiPolygon([shape])
    return WKBElement(shapely.to_wkb(shape), srid=srid)


def source(connection: Connection, dataset: str = "test") -> int:
    """The id of a source."""
    connection.execute(upsert(tables.source).values(dataset=dataset).on_conflict_do_nothing())
    return int(connection.execute(select(tables.source.c.id).where(tables.source.c.dataset == dataset)).scalar_one())


def import_row(connection: Connection) -> int:
    """The id of an import."""
    values = {"layer": "parcels", "file_name": "test", "file_sha256": b"", "schema_name": "test", "actor": "test"}
    made = insert(tables.import_).values(source=source(connection), **values).returning(tables.import_.c.id)
    return int(connection.execute(made).scalar_one())


def organisation(connection: Connection, name: str, kind: str = "territory") -> int:
    """The id of a new organisation."""
    made = insert(tables.organisation).values(name=name, kind=kind).returning(tables.organisation.c.id)
    return int(connection.execute(made).scalar_one())


def commune(connection: Connection, insee: str, shape: BaseGeometry, name: str = "Test") -> None:
    """A commune, or what a newer file says of it."""
    facts = {"name": name, "digest": digest(insee, name), "geom": ewkb(shape)}
    row = upsert(tables.commune).values(insee=insee, departement=insee[:2], **facts)
    connection.execute(row.on_conflict_do_update(index_elements=["insee"], set_=facts))


def parcel(connection: Connection, key: str, shape: BaseGeometry | None = None, **facts: Any) -> int:
    """The id of a new parcel: public, for sale, 100 m square unless said otherwise."""
    shape = square(0, 0) if shape is None else shape
    values = {"origin": "terrain", "market": "for_sale", "visibility": "public", "digest": digest(key, facts)}
    values |= {"geom": ewkb(shape)} | facts
    made = insert(tables.parcel).values(source=source(connection), key=key, **values)
    return int(connection.execute(made.returning(tables.parcel.c.id)).scalar_one())


def building(connection: Connection, key: str, shape: BaseGeometry) -> int:
    """The id of a new building."""
    return _loaded(connection, tables.building, key, shape)


def site(connection: Connection, key: str, shape: BaseGeometry) -> int:
    """The id of a new economic site."""
    return _loaded(connection, tables.site, key, shape)


def constraint(connection: Connection, key: str, shape: BaseGeometry, **facts: Any) -> int:
    """The id of a new constraint: forbids, without clearance, unless said otherwise."""
    return _loaded(
        connection, tables.constraint_area, key, shape, **({"kind": "flood_red", "effect": "forbids"} | facts)
    )


def substation(connection: Connection, key: str, east: float, north: float, **facts: Any) -> int:
    """The id of a new substation."""
    point = shapely.Point(LYON[0] + east, LYON[1] + north)
    return _loaded(connection, tables.network_point, key, point, **({"kind": "substation"} | facts))


def area(connection: Connection, kind: str, code: str, shape: BaseGeometry | None = None, **facts: Any) -> int:
    """The id of a named area, or what a newer file says of it; without a shape it is told as a list of communes."""
    values = {"name": f"{kind} {code}", "geom": None if shape is None else ewkb(shape), "source": source(connection)}
    values |= {"digest": digest(kind, code)} | facts
    row = upsert(tables.named_area).values(kind=kind, code=code, **values)
    row = row.on_conflict_do_update(index_elements=["kind", "code"], set_=values)
    return int(connection.execute(row.returning(tables.named_area.c.id)).scalar_one())


def area_commune(connection: Connection, kind: str, code: str, insee: str) -> None:
    """A commune of the list of a named area, which is made with it."""
    known = {"source": source(connection), "digest": digest(kind, code, insee)}
    made = upsert(tables.named_area).values(kind=kind, code=code, name=f"{kind} {code}", **known)
    connection.execute(made.on_conflict_do_nothing())
    listed = upsert(tables.area_commune).values(kind=kind, code=code, insee=insee, **known)
    connection.execute(listed.values({"import": import_row(connection)}).on_conflict_do_nothing())


def coverage(connection: Connection, layer: str, shape: shapely.Polygon) -> None:
    """Say that a layer is loaded within a box."""
    box = ewkb(shape)
    row = upsert(tables.coverage).values(layer=layer, source=source(connection), geom=box)
    connection.execute(row.on_conflict_do_update(index_elements=["layer", "source"], set_={"geom": box}))


def zone(connection: Connection, key: str, shape: BaseGeometry, industry: str = "allowed", **facts: Any) -> int:
    """The id of a new zone of the plan DU_TEST (or ``partition``), approved in 2020."""
    plan = {"partition": facts.pop("partition", "DU_TEST"), "approved_on": facts.pop("approved_on", date(2020, 1, 1))}
    document = upsert(tables.planning_document).values(
        source=source(connection), enforceable_on=plan["approved_on"], **plan
    )
    connection.execute(document.on_conflict_do_nothing())
    found = select(tables.planning_document.c.id).filter_by(**plan)
    decision = {
        "industry": industry,
        "industry_rule": "test",
        "industry_source": "test",
        "industry_confidence": 1.0,
        "typezone": "U",
        "libelle": "UX",
    }
    return _loaded(
        connection, tables.zone, key, shape, document=connection.execute(found).scalar_one(), **(decision | facts)
    )


def digest(*facts: object) -> bytes:
    """Any digest, the same for the same facts."""
    return hashlib.sha256(repr(facts).encode()).digest()[:16]


def _loaded(connection: Connection, table: Any, key: str, shape: BaseGeometry, **facts: Any) -> int:
    values = {"source": source(connection), "import": import_row(connection), "digest": digest(key, facts)}
    made = insert(table).values(key=key, geom=ewkb(shape), **values, **facts).returning(table.c.id)
    return int(connection.execute(made).scalar_one())
