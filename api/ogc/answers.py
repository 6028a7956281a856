"""What the main operations answer, declared as JSON Schemas: the framework sees finished bytes only."""

from typing import Any

from api.ogc.links import GEOJSON, JSON
from geo.match.schemas import answer_schema

Schema = dict[str, Any]

SCHEMA_JSON = "application/schema+json"
COMPONENTS = "#/components/schemas/"

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
    "description": "A parcel as a GeoJSON feature; its properties are those one may see",
    "required": ["type", "id", "geometry", "properties"],
    "properties": {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"type": "integer"},
        "geometry": GEOMETRY,
        "properties": {"type": "object", "additionalProperties": True},
        "links": {"type": "array", "items": LINK},
    },
}

FEATURES: Schema = {
    "type": "object",
    "description": "A page of parcels",
    "required": ["type", "features", "links", "timeStamp", "numberReturned"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": {"$ref": f"{COMPONENTS}Parcel"}},
        "links": {"type": "array", "items": LINK},
        "timeStamp": {"type": "string", "format": "date-time"},
        "numberReturned": {"type": "integer", "minimum": 0},
        "numberMatched": {"type": "integer", "minimum": 0},
    },
}

ANSWERS: dict[tuple[str, str], tuple[str, str]] = {
    ("post", "/matches"): (JSON, "Answer"),
    ("get", "/collections/parcels/items"): (GEOJSON, "Parcels"),
    ("get", "/collections/parcels/items/{parcel_id}"): (GEOJSON, "Parcel"),
    ("get", "/schemas/need"): (SCHEMA_JSON, "JsonSchema"),
    ("get", "/schemas/answer"): (SCHEMA_JSON, "JsonSchema"),
}
"""Media type and component of the answer of an operation, by method and path."""


def declare_answers(document: dict[str, Any]) -> None:
    """Give the operations of ``ANSWERS`` the schemas of what they answer."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= {"Parcel": FEATURE, "Parcels": FEATURES, "JsonSchema": {"type": "object"}, **answer_components()}
    for (method, path), (media_type, name) in ANSWERS.items():
        content = {media_type: {"schema": {"$ref": f"{COMPONENTS}{name}"}}}
        document["paths"][path][method]["responses"]["200"]["content"] = content


def answer_components() -> dict[str, Schema]:
    """The published schema of an answer as components: its parts are named after it."""
    schema = answer_schema()
    parts = schema.pop("$defs")
    named = {_component(name): _moved(part) for name, part in parts.items()}
    return {"Answer": _moved(schema), **named}


def _component(part: str) -> str:
    return f"Answer{part.capitalize()}"


def _moved(part: Any) -> Any:
    """A part of a schema with its references pointing to the components."""
    if isinstance(part, list):
        return [_moved(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    moved = {key: _moved(value) for key, value in part.items()}
    reference = moved.get("$ref")
    if isinstance(reference, str):
        moved["$ref"] = COMPONENTS + _component(reference.rpartition("/")[2])
    return moved
