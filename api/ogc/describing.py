"""What the features of a collection are made of: queryables (Part 3) and schema (Part 5), as each audience has them."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from api.catalogues import sentence
from api.deps import CurrentPrincipal, Language
from api.ogc.caching import kept_by
from api.ogc.links import SCHEMA_JSON, base
from api.ogc.representing import VARY, json_or_page, shown_on
from geo.intake.update.facts import EDITABLE
from geo.land.vocabulary import Effect, Industry, Market, Origin, ReadyClass, Visibility
from geo.store.cql2.terms import GEOMETRY, KINDS
from geo.store.database import Role
from geo.store.items.collection import COLLECTIONS, Collection
from geo.store.views.column import Column

router = APIRouter()

DRAFT = "https://json-schema.org/draft/2020-12/schema"

VALUES: Mapping[str, type[StrEnum]] = {
    "origin": Origin,
    "market": Market,
    "industry": Industry,
    "effect": Effect,
    "ready_class": ReadyClass,
    "visibility": Visibility,
}
"""The closed lists, by property."""

TYPES: Mapping[str, dict[str, Any]] = {
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
    "array": {"type": "array", "items": {"type": "string"}},
}
"""JSON Schema of a column's type, where it is not the type itself. One type, as a string: QGIS reads no list."""


OR_PAGE = [json_or_page(SCHEMA_JSON)]
Endpoint = Callable[..., Response]


def queryables_of(collection: Collection) -> Endpoint:
    """The route of what a collection can be filtered on."""

    @shown_on("schema")
    def queryables(request: Request, principal: CurrentPrincipal, lang: Language) -> Response:
        """The properties that ``filter`` may name and that are query parameters."""
        shown = [column for column in collection.asked(principal.audience) if column.type in KINDS]
        properties = {column.name: _property(column, lang) for column in shown}
        document = _schema(request, collection, "queryables", properties, lang)
        return _answer(document | {"additionalProperties": False}, principal.audience)

    return queryables


def schema_of(collection: Collection) -> Endpoint:
    """The route of what a feature of a collection is made of."""

    @shown_on("schema")
    def schema(request: Request, principal: CurrentPrincipal, lang: Language) -> Response:
        """The properties of a feature, in their order."""
        roles, properties = ogc_roles(collection), {}
        for number, column in enumerate(collection.shown(principal.audience), start=1):
            role = {"x-ogc-role": roles[column.name]} if column.name in roles else {}
            kept = {} if is_edited(collection, column) else {"readOnly": True}
            properties[column.name] = _property(column, lang) | role | kept | {"x-ogc-propertySeq": number}
        flags = (column for column in collection.columns if column.name in collection.flags)
        properties |= {flag.name: _property(flag, lang) | {"readOnly": True} for flag in flags}
        return _answer(_schema(request, collection, "schema", properties, lang), principal.audience)

    return schema


def is_edited(collection: Collection, column: Column) -> bool:
    """Whether a property may be written (Part 4); the others are computed, or have another way in."""
    return collection.one == "parcel" and column.name in EDITABLE


def ogc_roles(collection: Collection) -> dict[str, str]:
    """What properties mean to the standard, by name: the id, and what ``datetime`` asks about (Part 5)."""
    span = collection.span
    if span is None:
        return {"id": "id"}
    if span.instant:
        return {"id": "id", str(span.start): "primary-instant"}
    ends = {"primary-interval-start": span.start, "primary-interval-end": span.end}
    return {"id": "id"} | {name: role for role, name in ends.items() if name is not None}


def _schema(
    request: Request, collection: Collection, name: str, properties: dict[str, Any], lang: str
) -> dict[str, Any]:
    outline = {
        # QGIS knows a geometry by this reference, without a type beside it
        "$ref": f"https://geojson.org/schema/{collection.geometry}.json",
        "title": sentence("property.geometry", lang),
        "x-ogc-role": "primary-geometry",
        "format": f"geometry-{collection.geometry.lower()}",
    }
    return {
        "$schema": DRAFT,
        "$id": f"{base(request)}/collections/{collection.name}/{name}",
        "type": "object",
        "title": sentence(f"title.{name}", lang, collection=sentence(f"{collection.name}.title", lang)),
        "properties": properties | {GEOMETRY: outline},
    }


def _property(column: Column, lang: str) -> dict[str, Any]:
    entry = {"title": sentence(f"property.{column.name}", lang), **TYPES.get(column.type, {"type": column.type})}
    if column.name in VALUES:
        entry["enum"] = [value.value for value in VALUES[column.name]]
    return entry


def _answer(document: dict[str, Any], role: Role) -> Response:
    return Response(orjson.dumps(document), media_type=SCHEMA_JSON, headers=kept_by(role, VARY))


for _collection in COLLECTIONS.values():
    for _name, _route in (("queryables", queryables_of(_collection)), ("schema", schema_of(_collection))):
        router.add_api_route(
            f"/collections/{_collection.name}/{_name}", _route, summary=f"{_name.capitalize()}: {_collection.name}",
            response_class=Response, dependencies=OR_PAGE, tags=[_collection.name],
        )  # fmt: skip
