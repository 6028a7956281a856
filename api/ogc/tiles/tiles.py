"""Tiles of parcels as OGC API Tiles 1.0 asks for them, and as TileJSON: what MapLibre, QGIS and GDAL draw maps from."""

import asyncio
from concurrent.futures import Future
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from api.catalogues import sentence
from api.deps import CurrentPrincipal, CurrentSession, CurrentSettings, Language, Session
from api.ids import WHOLE
from api.ogc.asking import Selected
from api.ogc.caching import SPOKEN, kept_by
from api.ogc.crs import CRS84
from api.ogc.etags import tag, unless_known
from api.ogc.links import JSON, MVT, OGC, STYLE, base, link, own
from api.ogc.representing import JsonOnly
from api.ogc.tiles.grid import GRID, GRID_CRS, GRID_URI
from api.ogc.tiles.layers import layers, vector_layers
from api.problems import Problem
from api.security.accept import answers
from geo.store.items.collection import PARCELS
from geo.store.items.extent import extent
from geo.store.items.question import Question
from geo.store.projecting import Box
from geo.store.tiles import tiles
from geo.store.tiles.kept import EVERYTHING, LAST_KEPT, KeptTiles, looking
from geo.store.tiles.makers import CrowdedError
from geo.store.tiles.tiles import LAST_ZOOM, Place, Tile

router = APIRouter(tags=["tiles"])

ROOT = "/collections/parcels/tiles"
TEMPLATE = "{tileMatrix}/{tileRow}/{tileCol}"
DIGITS = 10
"""Of the numbers of a tile: more are those of no tile."""
PATIENCE_S = 10
"""How long a client waits for a tile to be made; it is made all the same, and the next one finds it."""

Number = Annotated[str, Path(max_length=100)]


@router.get(ROOT, summary="Sets of tiles of parcels", response_class=Response)
@answers(JSON)
def tilesets(request: Request, principal: CurrentPrincipal, lang: Language, f: JsonOnly = "json") -> Response:
    """The one set of tiles there is."""
    home = base(request) + ROOT
    links = [link(f"{home}/{GRID}", "self", JSON), _grid_link(request)]
    document = {"tilesets": [_summary(lang) | {"links": links}], "links": [link(home, "self", JSON)]}
    return Response(orjson.dumps(document), media_type=JSON, headers=kept_by(principal.audience, SPOKEN))


@router.get(f"{ROOT}/{GRID}", summary="Tiles of parcels, described", response_class=Response)
@answers(JSON)
def tileset(
    request: Request,
    session: CurrentSession,
    settings: CurrentSettings,
    lang: Language,
    _asked: Selected,
    f: Annotated[Literal["json", "tilejson"], Query(description="tilejson: as MapLibre reads it")] = "json",
) -> Response:
    """What the tiles hold and where they are. Parameters that choose parcels go on to the tiles."""
    with session.begin() as connection:
        box = extent(connection, PARCELS, settings.srid).box
    document = _tilejson(request, lang, box) if f == "tilejson" else _metadata(request, lang, box)
    return Response(orjson.dumps(document), media_type=JSON, headers=kept_by(session.principal.audience, SPOKEN))


@router.get(f"{ROOT}/{GRID}/{TEMPLATE}", summary="A tile of parcels", response_class=Response)
@answers(MVT, JSON)  # GDAL says that it takes JSON, whatever it asks for
async def tile(
    request: Request,
    session: CurrentSession,
    asked: Selected,
    zoom: Annotated[Number, Path(alias="tileMatrix")],
    row: Annotated[Number, Path(alias="tileRow")],
    column: Annotated[Number, Path(alias="tileCol")],
    f: Annotated[Literal["mvt"], Query(description="Mapbox Vector Tile: the one format")] = "mvt",
) -> Response:
    """The parcels one may see within a tile. Those too small to draw are counted in points of a second layer.

    `OGC-NumberReturned`: parcels drawn; `OGC-NumberMatched`: parcels drawn or counted.
    """
    place = _place(zoom, row, column)
    found = await _tile(request, session, asked, place)
    headers = kept_by(session.principal.audience) | {
        "OGC-NumberMatched": str(found.drawn + found.merged),
        "OGC-NumberReturned": str(found.drawn),
    }
    return unless_known(request, Response(found.content, media_type=MVT, headers=headers), tag(found.content))


async def _tile(request: Request, session: Session, asked: Question, place: Place) -> Tile:
    """From those that are kept, where there are such."""
    if place.zoom > LAST_KEPT or asked != EVERYTHING:
        return await session.ask(tiles.asking(asked, place))
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await _kept(request.app.state.tiles, session, place)
    except (CrowdedError, TimeoutError):
        raise Problem("busy", "tile.busy") from None


async def _kept(kept: KeptTiles, session: Session, place: Place) -> Tile:
    """As :meth:`.KeptTiles.tile`, with no thread that waits."""
    found = await session.ask(looking(place))
    if found is not None:
        return found
    made, new = kept.making(session.principal.audience, session.actor, place)
    found = await _awaited(made)
    if new:
        return found
    found = await session.ask(looking(place))
    return found or await _awaited(kept.making(session.principal.audience, session.actor, place)[0])


async def _awaited(made: Future[Tile]) -> Tile:
    return await asyncio.shield(asyncio.wrap_future(made))  # it is also for others


def _place(*numbers: str) -> Place:
    for number in numbers:
        if not WHOLE.fullmatch(number):
            raise Problem("bad-parameter", "tile.number", given=number)
    place = Place(*(int(number[:DIGITS]) for number in numbers))
    if not place.exists or max(map(len, numbers)) > DIGITS:
        raise Problem("not-found", "tile.outside", given="/".join(numbers), last=LAST_ZOOM)
    return place


def _summary(lang: str) -> dict[str, Any]:
    return {
        "title": sentence("tiles.title", lang),
        "dataType": "vector",
        "crs": GRID_CRS,
        "tileMatrixSetURI": GRID_URI,
    }


def _metadata(request: Request, lang: str, box: Box | None) -> dict[str, Any]:
    corners = {} if box is None else {"crs": CRS84, "lowerLeft": list(box[:2]), "upperRight": list(box[2:])}
    known = {"boundingBox": corners} if corners else {}
    tilejson = {"title": "TileJSON"} | link(own(request, f="tilejson"), "alternate", JSON)
    return _summary(lang) | {
        "description": sentence("tiles.description", lang),
        "tileMatrixSetLimits": _limits(),
        "layers": layers(lang),
        **known,
        "links": [
            link(own(request), "self", JSON),
            _grid_link(request),
            link(_address(request, TEMPLATE), "item", MVT) | {"templated": True},
            tilejson,
            link(f"{base(request)}/collections/parcels", f"{OGC}geodata", JSON),
            link(f"{base(request)}/collections/parcels/styles/readiness", "stylesheet", STYLE),
        ],
    }


def _tilejson(request: Request, lang: str, box: Box | None) -> dict[str, Any]:
    bounds = {} if box is None else {"bounds": list(box)}
    return {
        "tilejson": "3.0.0",
        "name": sentence("tiles.title", lang),
        "description": sentence("tiles.description", lang),
        "scheme": "xyz",
        "tiles": [_address(request, "{z}/{y}/{x}")],
        "minzoom": 0,
        "maxzoom": LAST_ZOOM,
        **bounds,
        "vector_layers": vector_layers(lang),
    }


def _limits() -> list[dict[str, Any]]:
    """Which tiles there are: all of some matrices, since the next edit may put a parcel anywhere."""
    return [
        {"tileMatrix": str(zoom), "minTileRow": 0, "maxTileRow": last, "minTileCol": 0, "maxTileCol": last}
        for zoom, last in ((zoom, 2**zoom - 1) for zoom in range(LAST_ZOOM + 1))
    ]


def _address(request: Request, template: str) -> str:
    """The address of tiles as a template, with what was asked of this request; never its key."""
    own_terms = ("api-key", "lang", "f")
    query = urlencode({name: value for name, value in request.query_params.items() if name not in own_terms})
    address = f"{base(request)}{ROOT}/{GRID}/{template}"
    return f"{address}?{query}" if query else address


def _grid_link(request: Request) -> dict[str, str]:
    return link(f"{base(request)}/tileMatrixSets/{GRID}", f"{OGC}tiling-scheme", JSON)
