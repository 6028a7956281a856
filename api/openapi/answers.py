"""What the main operations answer, declared as JSON Schemas: the framework sees finished bytes only."""

from typing import Any

from api.ogc.formats import FILES
from api.ogc.links import CSV, GEOJSON, GEOJSON_SEQ, JSON, SCHEMA_JSON
from geo.store.items.collection import COLLECTIONS

Schema = dict[str, Any]

LISTS = [f"/collections/{name}/items" for name in COLLECTIONS]
ITEMS = [f"/collections/{one.name}/items/{{{one.one}_id}}" for one in COLLECTIONS.values()]
"""The paths of features."""

COMPONENTS = "#/components/schemas/"
FILE: Schema = {"type": "string", "format": "binary"}

LINK: Schema = {
    "type": "object",
    "required": ["href", "rel"],
    "properties": {
        "href": {"type": "string", "format": "uri-reference"},
        "rel": {"type": "string"},
        "type": {"type": "string"},
        "title": {"type": "string"},
    },
}

GEOMETRY: Schema = {
    "type": "object",
    "nullable": True,
    "description": "GeoJSON, CRS84; null: not known",
    "required": ["type", "coordinates"],
    "properties": {
        "type": {"type": "string", "enum": ["Point", "Polygon", "MultiPolygon"]},
        "coordinates": {"type": "array", "items": {}},
    },
}

FEATURE: Schema = {
    "type": "object",
    "description": "A GeoJSON feature; its properties are those one may see",
    "required": ["type", "id", "geometry", "properties"],
    "properties": {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
        "geometry": GEOMETRY,
        "properties": {"type": "object", "additionalProperties": True},
        "links": {"type": "array", "items": LINK},
    },
}

FEATURES: Schema = {
    "type": "object",
    "description": "A page of features",
    "required": ["type", "features", "links", "timeStamp", "numberReturned"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": {"$ref": f"{COMPONENTS}Feature"}},
        "links": {"type": "array", "items": LINK},
        "timeStamp": {"type": "string", "format": "date-time"},
        "numberReturned": {"type": "integer", "minimum": 0},
        "numberMatched": {"type": "integer", "minimum": 0},
        "numberEstimated": {
            "type": "integer",
            "minimum": 0,
            "description": "About how many, where counting them all would take long; then there is no numberMatched",
        },
    },
}

_FIT: Schema = {
    "type": "object",
    "required": ["id", "fit", "length", "width", "setback", "placement", "angle_deg", "margin_m"],
    "properties": {
        "id": {"description": "Of the feature, else its property `id`, else its number"},
        "fit": {
            "type": "string",
            "nullable": True,
            "enum": ["fits", "no", "borderline", "open", None],
            "description": "no: proved at every angle; borderline: within the tolerance; open: searched, not decided",
        },
        "length": {"type": "number", "nullable": True},
        "width": {"type": "number", "nullable": True},
        "setback": {"type": "number"},
        "placement": {
            **GEOMETRY,
            "description": "In the coordinates given: the building, or all of them in the order asked; null: none",
        },
        "yard": {**GEOMETRY, "description": "The open ground along the building, where one is asked"},
        "angle_deg": {"type": "number", "nullable": True, "description": "Of the long side, from east"},
        "margin_m": {"type": "number", "nullable": True, "description": "To spare on the nearest side"},
        "surface_too_small": {"type": "boolean"},
        "exhausted": {"type": "boolean", "description": "A bound on the search ended it"},
        "error": {
            "type": "object",
            "description": "Why this is no usable polygon; `fit` is null then",
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        },
    },
}
FITS: Schema = {
    "type": "object",
    "description": "An answer a polygon, in their order",
    "required": ["schema", "results"],
    "properties": {
        "schema": {"type": "string", "enum": ["emprise/fit/1"]},
        "results": {"type": "array", "items": _FIT},
    },
}

ANSWERS: dict[tuple[str, str], tuple[str, str]] = {
    ("post", "/fit"): (JSON, "Fits"),
    **{("get", path): (GEOJSON, "Features") for path in LISTS},
    **{("get", path): (GEOJSON, "Feature") for path in ITEMS},
    **{("get", f"/collections/{name}/queryables"): (SCHEMA_JSON, "JsonSchema") for name in COLLECTIONS},
    **{("get", f"/collections/{name}/schema"): (SCHEMA_JSON, "JsonSchema") for name in COLLECTIONS},
    ("get", "/schemas/need"): (SCHEMA_JSON, "JsonSchema"),
    ("get", "/schemas/answer"): (SCHEMA_JSON, "JsonSchema"),
}
"""Media type and component of the answer of an operation, by method and path."""


def declare_answers(document: dict[str, Any]) -> None:
    """Give the operations of ``ANSWERS`` the schemas of what they answer."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= {"Feature": FEATURE, "Features": FEATURES, "JsonSchema": {"type": "object"}}
    schemas["Fits"] = FITS
    for (method, path), (media_type, name) in ANSWERS.items():
        content = {media_type: {"schema": {"$ref": f"{COMPONENTS}{name}"}}}
        document["paths"][path][method]["responses"]["200"]["content"] = content
    _declare_items(document)


def _declare_items(document: dict[str, Any]) -> None:
    """The other formats of a list, and that what a client has is not sent again."""
    for path in (*LISTS, *ITEMS):
        responses = document["paths"][path]["get"]["responses"]
        responses["200"]["headers"] = {"ETag": {"description": "For If-None-Match", "schema": {"type": "string"}}}
        responses["304"] = {"description": "What If-None-Match names is still so"}
    for path in LISTS:
        content = document["paths"][path]["get"]["responses"]["200"]["content"]
        for media_type in (GEOJSON_SEQ, CSV):
            content[media_type] = {"schema": {"type": "string"}}
        for media_type in FILES:
            content[media_type] = {"schema": FILE}
