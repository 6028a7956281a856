"""The grid that tiles lie in: WebMercatorQuad, as the Two Dimensional Tile Matrix Set standard (2.0) writes it."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from api.ogc.caching import FIXED
from api.ogc.etags import tag, unless_known
from api.ogc.links import JSON, base, link
from api.ogc.representing import JsonOnly
from api.security.accept import answers

router = APIRouter(tags=["tiles"])

GRID = "WebMercatorQuad"
GRID_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{GRID}"
GRID_TITLE = "Google Maps Compatible for the World"
GRID_CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"

CELL_M = 156_543.03392804097
"""Side of a pixel of the one tile of the first matrix, in the metres of EPSG:3857 at the equator."""
CORNER = [-20_037_508.342789244, 20_037_508.342789244]
TILE_PIXELS = 256
PIXEL_M = 0.00028
"""Of the screen that scale denominators are told for (standard, clause 6.1)."""
MATRICES = 25


@router.get("/tileMatrixSets", summary="Grids of tiles", response_class=Response)
@answers(JSON)
async def grids(request: Request, f: JsonOnly = "json") -> Response:
    """The one grid there is."""
    home = f"{base(request)}/tileMatrixSets"
    one = {"id": GRID, "title": GRID_TITLE, "uri": GRID_URI, "crs": GRID_CRS}
    document = {
        "tileMatrixSets": [one | {"links": [link(f"{home}/{GRID}", "self", JSON, GRID_TITLE)]}],
        "links": [link(home, "self", JSON)],
    }
    return _described(request, document)


@router.get(f"/tileMatrixSets/{GRID}", summary="The grid WebMercatorQuad", response_class=Response)
@answers(JSON)
async def grid(request: Request, f: JsonOnly = "json") -> Response:
    """Its matrices, each with half the cell of the one before."""
    document = {
        "id": GRID,
        "title": GRID_TITLE,
        "uri": GRID_URI,
        "crs": GRID_CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(zoom) for zoom in range(MATRICES)],
    }
    return _described(request, document)


def _described(request: Request, document: dict[str, Any]) -> Response:
    content = orjson.dumps(document)
    return unless_known(request, Response(content, media_type=JSON, headers=FIXED), tag(content))


def _matrix(zoom: int) -> dict[str, Any]:
    cell = CELL_M / 2**zoom
    return {
        "id": str(zoom),
        "scaleDenominator": cell / PIXEL_M,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": CORNER,
        "tileWidth": TILE_PIXELS,
        "tileHeight": TILE_PIXELS,
        "matrixWidth": 2**zoom,
        "matrixHeight": 2**zoom,
    }
