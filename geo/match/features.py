"""An answer as features on a map: the land, the building on it, the second phase; CRS84."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from sqlalchemy import text

from geo.export.layers import Kind, Layers
from geo.store.database import Actor, Database, Role

Document = dict[str, Any]

OUTLINES = text("select id, st_asgeojson(geom_4326, 9) as outline from parcel where id = any(:ids)")
LAND, BUILDING, EXTENSION = "land", "building", "extension"
FIELDS: dict[str, Kind] = {
    **dict.fromkeys(("kind", "list"), str),
    **dict.fromkeys(("number", "parcel_id"), int),
    **dict.fromkeys(("parcel_ids", "name", "commune", "cadastral_ids"), str),
    "surface_m2": float,
    **dict.fromkeys(("rank", "fit"), str),
    **dict.fromkeys(("score_min", "score_max"), float),
    **dict.fromkeys(("start_p50", "start_p80"), date),
    **dict.fromkeys(("critical_step", "to_ask"), str),
}
LAYERS = Layers((LAND, BUILDING, EXTENSION), FIELDS)
"""An answer as a GeoPackage: a layer for each kind of feature."""


def outlines(database: Database, role: Role, actor: Actor | None, document: Mapping[str, Any]) -> dict[int, Document]:
    """The outlines of the parcels an answer shows, by id, as the audience may see them."""
    ids = sorted({number for _, _, row in _rows(document) for number in _drawn(row)})
    with database.connection(role, actor) as connection:
        found = connection.execute(OUTLINES, {"ids": ids}).all()
    return {row.id: orjson.loads(row.outline) for row in found if row.outline is not None}


def to_features(document: Mapping[str, Any], drawn: Mapping[int, Document]) -> Document:
    """A FeatureCollection of the rows of an answer, in order: each parcel, the placement, the second phase.

    Beside ``features`` it has the answer's counts, day, version and digest, and where the next page begins.
    """
    told = {key: document[key] for key in ("counts", "as_of", "version", "digest", "offset", "next_offset")}
    features = [one for name, number, row in _rows(document) for one in _features(name, number, row, drawn)]
    return {"type": "FeatureCollection", **told, "features": features}


def _rows(document: Mapping[str, Any]) -> Iterator[tuple[str, int, Document]]:
    for name in ("matches", "to_check"):
        for place, row in enumerate(document[name], 1 + document.get("offset", 0)):
            yield name, place, row


def _drawn(row: Document) -> list[int]:
    """The parcels of a row, and the neighbour its second phase stands on."""
    beside = (row["extension"] or {}).get("parcel_id")
    return [*row["parcel_ids"], *([] if beside is None else [beside])]


def _features(name: str, number: int, row: Document, drawn: Mapping[int, Document]) -> Iterator[Document]:
    said = _properties(name, number, row)
    for parcel in row["parcel_ids"]:
        yield _feature(f"{name}-{number}-{parcel}", LAND, {**said, "parcel_id": parcel}, drawn.get(parcel))
    if row["placement"] is not None:
        yield _feature(f"{name}-{number}-{BUILDING}", BUILDING, said, row["placement"])
    later = row["extension"]
    if later is not None:
        beside = later["parcel_id"]
        shape = later["placement"] or drawn.get(beside)
        if shape is not None:
            yield _feature(f"{name}-{number}-{EXTENSION}", EXTENSION, {**said, "parcel_id": beside}, shape)


def _feature(identifier: str, kind: str, said: Document, shape: Document | None) -> Document:
    return {"type": "Feature", "id": identifier, "properties": {"kind": kind, **said}, "geometry": shape}


def _properties(name: str, number: int, row: Document) -> Document:
    parcel, start = row["parcel"], (row["readiness"] or {}).get("start") or {}
    return {
        "list": name,
        "number": number,
        "parcel_id": row["parcel_ids"][0],
        "parcel_ids": "|".join(map(str, row["parcel_ids"])),
        "name": parcel["name"],
        "commune": parcel["commune"],
        "cadastral_ids": "|".join(parcel["cadastral_ids"]),
        "surface_m2": parcel["surface_m2"],
        "rank": row["rank"],
        "fit": row["fit"],
        "score_min": row["score"]["min"],
        "score_max": row["score"]["max"],
        "start_p50": start.get("p50"),
        "start_p80": start.get("p80"),
        "critical_step": row["critical_step"],
        "to_ask": "|".join(_asked(row["criteria"])),
    }


def _asked(criteria: Sequence[Document]) -> list[str]:
    return [one["code"] for one in criteria if one["verdict"] == "unknown"]
