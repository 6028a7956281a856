"""What the features of a collection are made of: queryables (Part 3) and schema (Part 5), as each audience has them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from api.catalogues import sentence
from api.deps import CurrentPrincipal, Language
from api.ogc.caching import SPOKEN, kept_by
from api.ogc.links import SCHEMA_JSON, base
from geo.land.vocabulary import Industry, Market, Origin, ReadyClass, Visibility
from geo.store.cql2.terms import GEOMETRY, KINDS
from geo.store.database import Role
from geo.store.views import PARCEL, Column, columns

router = APIRouter(tags=["parcels"])

ROOT = "/collections/parcels"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
OUTLINE = "https://geojson.org/schema/MultiPolygon.json"

VALUES: Mapping[str, type[StrEnum]] = {
    "origin": Origin,
    "market": Market,
    "industry": Industry,
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


@router.get(f"{ROOT}/queryables", summary="What parcels can be filtered on", response_class=Response)
def queryables(request: Request, principal: CurrentPrincipal, lang: Language) -> Response:
    """The properties that ``filter`` may name and that are query parameters."""
    shown = [column for column in columns(PARCEL, principal.audience) if column.property and column.type in KINDS]
    properties = {column.name: _property(column, lang) for column in shown}
    document = _schema(request, "queryables", properties, lang)
    return _answer(document | {"additionalProperties": False}, principal.audience)


@router.get(f"{ROOT}/schema", summary="What a parcel is made of", response_class=Response)
def schema(request: Request, principal: CurrentPrincipal, lang: Language) -> Response:
    """The properties of a feature, in their order."""
    properties = {}
    shown = [column for column in columns(PARCEL, principal.audience) if column.property]
    for number, column in enumerate(shown, start=1):
        role = {"x-ogc-role": "id"} if column.name == "id" else {}
        properties[column.name] = _property(column, lang) | role | {"x-ogc-propertySeq": number}
    return _answer(_schema(request, "schema", properties, lang), principal.audience)


def _schema(request: Request, name: str, properties: dict[str, Any], lang: str) -> dict[str, Any]:
    outline = {
        "$ref": OUTLINE,  # QGIS knows a geometry by this reference, without a type beside it
        "title": sentence("property.geometry", lang),
        "x-ogc-role": "primary-geometry",
        "format": "geometry-multipolygon",
    }
    return {
        "$schema": DRAFT,
        "$id": f"{base(request)}{ROOT}/{name}",
        "type": "object",
        "title": sentence(f"title.{name}", lang),
        "properties": properties | {GEOMETRY: outline},
    }


def _property(column: Column, lang: str) -> dict[str, Any]:
    entry = {"title": sentence(f"property.{column.name}", lang), **TYPES.get(column.type, {"type": column.type})}
    if column.name in VALUES:
        entry["enum"] = [value.value for value in VALUES[column.name]]
    return entry


def _answer(document: dict[str, Any], role: Role) -> Response:
    return Response(orjson.dumps(document), media_type=SCHEMA_JSON, headers=kept_by(role, SPOKEN))
