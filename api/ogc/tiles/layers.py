"""What the layers of tiles are made of, as OGC API Tiles tells it and as TileJSON does."""

from typing import Any

from api.catalogues import sentence
from geo.store.tiles.tiles import FIELDS, LAST_ZOOM, LAYER, MERGED

TYPES = {"id": "integer", "surface_m2": "integer", "buildable_m2": "integer", "count": "integer"}
"""JSON types of the properties that are not text."""

DIMENSIONS = {LAYER: 2, MERGED: 0}
"""Of what the layers draw: polygons and points."""


def titles(layer: str, lang: str) -> dict[str, str]:
    """The properties of a layer by name, as users read them."""
    if layer == LAYER:
        return {name: sentence(f"property.{name}", lang) for name in FIELDS}
    return {name: sentence(f"tiles.{name}", lang) for name in ("count", "surface_m2")}


def layers(lang: str) -> list[dict[str, Any]]:
    """The layers in the metadata of a set of tiles (Two Dimensional Tile Matrix Set 2.0, clause 8)."""
    return [
        {
            "id": name,
            "title": sentence(f"tiles.{name}", lang),
            "dataType": "vector",
            "geometryDimension": dimension,
            "minTileMatrix": "0",
            "maxTileMatrix": str(LAST_ZOOM),
            "propertiesSchema": {
                "type": "object",
                "properties": {
                    field: {"title": title, "type": TYPES.get(field, "string")}
                    for field, title in titles(name, lang).items()
                },
            },
        }
        for name, dimension in DIMENSIONS.items()
    ]


def vector_layers(lang: str) -> list[dict[str, Any]]:
    """The layers in TileJSON 3.0."""
    return [
        {
            "id": name,
            "description": sentence(f"tiles.{name}", lang),
            "minzoom": 0,
            "maxzoom": LAST_ZOOM,
            "fields": titles(name, lang),
        }
        for name in DIMENSIONS
    ]
