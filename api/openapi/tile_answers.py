"""What the operations of tiles answer, declared as JSON Schemas."""

from typing import Any

from api.ogc.links import JSON, MVT, STYLE
from api.openapi.answers import COMPONENTS, LINK, Schema

_TILESET: Schema = {
    "type": "object",
    "required": ["dataType", "crs", "links"],
    "properties": {
        "title": {"type": "string"},
        "dataType": {"type": "string", "enum": ["vector"]},
        "crs": {"type": "string", "format": "uri"},
        "tileMatrixSetURI": {"type": "string", "format": "uri"},
        "links": {"type": "array", "items": LINK},
    },
}
_TILEJSON: Schema = {
    "type": "object",
    "required": ["tilejson", "tiles", "vector_layers"],
    "properties": {
        "tilejson": {"type": "string", "enum": ["3.0.0"]},
        "tiles": {"type": "array", "items": {"type": "string"}},
        "vector_layers": {"type": "array", "items": {"type": "object"}},
    },
}
_GRID: Schema = {
    "type": "object",
    "required": ["id", "uri", "crs"],
    "properties": {
        "id": {"type": "string"},
        "title": {"type": "string"},
        "uri": {"type": "string", "format": "uri"},
        "crs": {"type": "string", "format": "uri"},
    },
}
_MATRIX: Schema = {
    "type": "object",
    "required": ["id", "scaleDenominator", "cellSize", "pointOfOrigin"],
    "properties": {
        "id": {"type": "string"},
        "pointOfOrigin": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        **{name: {"type": "number"} for name in ("scaleDenominator", "cellSize")},
        **{name: {"type": "integer"} for name in ("tileWidth", "tileHeight", "matrixWidth", "matrixHeight")},
    },
}
SCHEMAS: dict[str, Schema] = {
    "Tile": {"type": "string", "format": "binary", "description": "Mapbox Vector Tile 2.1; empty: nothing there"},
    "TileSets": {
        "type": "object",
        "required": ["tilesets"],
        "properties": {
            "tilesets": {"type": "array", "items": _TILESET},
            "links": {"type": "array", "items": LINK},
        },
    },
    "TileSet": {
        "description": "The metadata of OGC API Tiles; TileJSON with f=tilejson",
        "anyOf": [_TILESET, _TILEJSON],
    },
    "TileMatrixSets": {
        "type": "object",
        "required": ["tileMatrixSets"],
        "properties": {
            "tileMatrixSets": {"type": "array", "items": _GRID},
            "links": {"type": "array", "items": LINK},
        },
    },
    "TileMatrixSet": {
        **_GRID,
        "required": [*_GRID["required"], "tileMatrices"],
        "properties": {**_GRID["properties"], "tileMatrices": {"type": "array", "items": _MATRIX}},
    },
    "Style": {
        "type": "object",
        "description": "A style of MapLibre",
        "required": ["version", "sources", "layers"],
        "properties": {
            "version": {"type": "integer", "enum": [8]},
            "sources": {"type": "object"},
            "layers": {"type": "array", "items": {"type": "object"}},
        },
    },
}

_SET = "/collections/parcels/tiles/WebMercatorQuad"
ANSWERS: dict[str, tuple[str, str]] = {
    "/collections/parcels/tiles": (JSON, "TileSets"),
    _SET: (JSON, "TileSet"),
    f"{_SET}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": (MVT, "Tile"),
    "/collections/parcels/styles/readiness": (STYLE, "Style"),
    "/tileMatrixSets": (JSON, "TileMatrixSets"),
    "/tileMatrixSets/WebMercatorQuad": (JSON, "TileMatrixSet"),
}
"""Media type and component of the answer, by path."""


def declare_tiles(document: dict[str, Any]) -> None:
    """Give the operations of ``ANSWERS`` the schemas of what they answer."""
    document.setdefault("components", {}).setdefault("schemas", {}).update(SCHEMAS)
    for path, (media_type, name) in ANSWERS.items():
        content = {media_type: {"schema": {"$ref": f"{COMPONENTS}{name}"}}}
        document["paths"][path]["get"]["responses"]["200"]["content"] = content
