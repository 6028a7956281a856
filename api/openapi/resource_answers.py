"""What the resources above features answer, and that many are told on a page as well, declared in OpenAPI."""

from typing import Any

from api.ogc.links import HTML, JSON
from api.openapi.answers import COMPONENTS, LINK, Schema
from geo.store.items.collection import COLLECTIONS

_LINKS: Schema = {"type": "array", "items": LINK}
_URIS: Schema = {"type": "array", "items": {"type": "string"}}

COLLECTION: Schema = {
    "type": "object",
    "required": ["id", "links"],
    "properties": {
        "id": {"type": "string"},
        "title": {"type": "string"},
        "description": {"type": "string"},
        "itemType": {"type": "string"},
        "crs": _URIS,
        "storageCrs": {"type": "string", "format": "uri"},
        "extent": {"type": "object"},
        "links": _LINKS,
    },
}
SCHEMAS: dict[str, Schema] = {
    "Landing": {
        "type": "object",
        "required": ["links"],
        "properties": {"title": {"type": "string"}, "description": {"type": "string"}, "links": _LINKS},
    },
    "Conformance": {
        "type": "object",
        "required": ["conformsTo"],
        "properties": {"conformsTo": _URIS, "links": _LINKS},
    },
    "Collection": COLLECTION,
    "Collections": {
        "type": "object",
        "required": ["links", "collections"],
        "properties": {
            "links": _LINKS,
            "collections": {"type": "array", "items": {"$ref": f"{COMPONENTS}Collection"}},
        },
    },
}

ANSWERS: dict[str, str] = {
    "/": "Landing",
    "/conformance": "Conformance",
    "/collections": "Collections",
    **{f"/collections/{name}": "Collection" for name in COLLECTIONS},
}
"""The component of the answer, by path."""


def declare_resources(document: dict[str, Any]) -> None:
    """Give the operations of ``ANSWERS`` their schemas, and every one that offers a page that format."""
    document.setdefault("components", {}).setdefault("schemas", {}).update(SCHEMAS)
    for path, name in ANSWERS.items():
        content = {JSON: {"schema": {"$ref": f"{COMPONENTS}{name}"}}}
        document["paths"][path]["get"]["responses"]["200"]["content"] = content
    for item in document["paths"].values():
        operation = item.get("get", {})
        if any(entry["name"] == "f" and "html" in str(entry["schema"]) for entry in operation.get("parameters", ())):
            operation["responses"]["200"].setdefault("content", {})[HTML] = {"schema": {"type": "string"}}
