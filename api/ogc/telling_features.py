"""What pages show of features: a table or a list of their properties, and their outlines for the map."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request

from api.catalogues import catalogue, number, sentence
from api.ogc.crs import CRS84, LATITUDE_FIRST
from api.ogc.links import CSV, FLATGEOBUF, GEOJSON_SEQ, GEOPACKAGE, GEOPARQUET, XLSX, base
from api.pages.values import title_of

Feature = Mapping[str, Any]

FIRST = {
    "parcels": ("name", "market", "commune_name", "surface_m2", "zone_type", "industry", "ready_p80", "power_mw"),
    "zones": ("libelong", "typezone", "industry", "industry_rule", "plan_state", "commune", "partition"),
}
"""The properties that tell most, by collection; the page of a list shows these."""
DOWNLOADS = (
    (CSV, "CSV"),
    (XLSX, "XLSX"),
    (GEOPACKAGE, "GeoPackage"),
    (FLATGEOBUF, "FlatGeobuf"),
    (GEOPARQUET, "GeoParquet"),
    (GEOJSON_SEQ, "GeoJSONSeq"),
)
"""What a list may be had as, whole, and the name of each."""
MOST = 8
"""Properties shown in a list where nothing is said of what tells most."""
NAMES = ("name", "label", "libelle", "idu")
"""Properties that a feature is called by, the first that it has."""


def items_facts(request: Request, document: Mapping[str, Any], lang: str, crs: str) -> dict[str, Any]:
    """The features of a page as rows of a table."""
    collection = request.url.path.split("/")[2]
    features = document["features"]
    asked = request.query_params.get("properties")
    columns = shown_columns(features, collection, asked.split(",") if asked else None)
    home = base(request) + request.url.path
    rows = [
        {"id": one["id"], "name": name_of(one), "href": f"{home}/{one['id']}", "properties": one["properties"]}
        for one in features
    ]
    links: dict[str, str] = {}
    for one in document["links"]:
        links.setdefault(one["rel"] if one["rel"] != "alternate" else one["type"], one["href"])
    return {
        "title": sentence(f"{collection}.title", lang) if f"{collection}.title" in catalogue(lang) else collection,
        "columns": [(name, title_of(name, lang)) for name in columns if name not in NAMES],
        "rows": rows,
        "counted": _counted(document, lang),
        "links": links,
        "downloads": DOWNLOADS,
        "first": "next" not in request.query_params,
        "map": drawing(features, crs, home),
    }


def item_facts(request: Request, document: Feature, lang: str, crs: str) -> dict[str, Any]:
    """One feature as a list of its properties."""
    home = (base(request) + request.url.path).rpartition("/")[0]
    return {
        "title": name_of(document),
        "properties": [(name, title_of(name, lang), value) for name, value in document["properties"].items()],
        "map": drawing([document], crs, home),
    }


def shown_columns(features: Sequence[Feature], collection: str, asked: Sequence[str] | None) -> list[str]:
    """The properties that a table has: those asked for, else those that tell most, of which some row has a value."""
    names = list(features[0]["properties"]) if features else []
    if asked is not None:
        return [name for name in names if name in asked]
    first = FIRST.get(collection) or [name for name in names if name not in NAMES and name != "id"][:MOST]
    has_value = {name for one in features for name, value in one["properties"].items() if value is not None}
    return [name for name in first if name in has_value]


def name_of(feature: Feature) -> str:
    """What a feature is called: by a name of its own, else by its id."""
    named = (feature["properties"].get(name) for name in NAMES)
    return str(next((name for name in named if name), feature["id"]))


def _counted(document: Mapping[str, Any], lang: str) -> str:
    """How many features there are, as exactly as it is known."""
    for name, code in (("numberMatched", "page.matched"), ("numberEstimated", "page.estimated")):
        if name in document:
            return sentence(code, lang, count=number(document[name], lang))
    return sentence("page.returned", lang, count=number(document["numberReturned"], lang))


def drawing(features: Sequence[Feature], crs: str, home: str) -> dict[str, Any] | None:
    """What the map draws: outlines with their names and pages, and how their coordinates are to be read."""
    drawn = [
        {"id": one["id"], "name": name_of(one), "href": f"{home}/{one['id']}", "geometry": one["geometry"]}
        for one in features
        if one.get("geometry")
    ]
    uri = crs.strip("<>")
    axes = "degrees" if uri in ("", CRS84) else "latitude-first" if uri == LATITUDE_FIRST else "metres"
    return {"axes": axes, "features": drawn} if drawn else None
