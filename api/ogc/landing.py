"""What the service offers: landing page, conformance, collections."""

from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from api.catalogues import sentence
from api.deps import CurrentPrincipal, CurrentSession, CurrentSettings, Language
from api.ogc.caching import kept_by
from api.ogc.conformance import CONFORMANCE
from api.ogc.crs import CRS84, EPSG
from api.ogc.formats import MEDIA_TYPES
from api.ogc.links import CSV, GEOJSON, GEOJSON_SEQ, HTML, JSON, OGC, OPENAPI, SCHEMA_JSON, STYLE, base, link
from api.ogc.representing import VARY, json_or_page, representations, shown_on
from geo.store.database import Role
from geo.store.items.collection import COLLECTIONS, PARCELS, Collection
from geo.store.items.extent import Extent, extent

ITEMS = {GEOJSON: "", HTML: "?f=html", GEOJSON_SEQ: "?f=geojsonseq", CSV: "?f=csv"}
"""How each format of a list is asked for."""

FILES = {MEDIA_TYPES[f]: f"?f={f}" for f in ("fgb", "gpkg", "parquet", "xlsx")}
"""How the whole of a list is asked for as a file."""

GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"

router = APIRouter(tags=["collections"], dependencies=[json_or_page()])


@router.get("/", summary="Landing page", response_class=Response)
@shown_on("landing")
def landing(request: Request, principal: CurrentPrincipal, lang: Language) -> Response:
    """What this service is and where its parts are."""
    home = base(request)
    document = {
        "title": "Emprise",
        "description": sentence("landing.description", lang),
        "links": [
            *representations(request, JSON),
            link(f"{home}/api", "service-desc", OPENAPI),
            link(f"{home}/api?f=html", "service-doc", HTML),
            link(f"{home}/conformance", "conformance", JSON),
            link(f"{home}/collections", "data", JSON),
            link(f"{home}/collections/parcels/tiles", f"{OGC}tilesets-vector", JSON),
            link(f"{home}/tileMatrixSets", f"{OGC}tiling-schemes", JSON),
            link(f"{home}/matches", "https://emprise.example/rel/matches", JSON, sentence("landing.matches", lang)),
        ],
    }
    return _answer(document, principal.audience)


@router.get("/conformance", summary="Conformance classes", response_class=Response)
@shown_on("conformance")
def conformance(request: Request, principal: CurrentPrincipal) -> Response:
    """The classes of the standards this service meets, no more."""
    document = {"conformsTo": CONFORMANCE, "links": representations(request, JSON)}
    return _answer(document, principal.audience)


@router.get("/collections", summary="Collections", response_class=Response)
@shown_on("collections")
def collections(request: Request, session: CurrentSession, settings: CurrentSettings, lang: Language) -> Response:
    """Every collection."""
    with session.begin() as connection:
        found = [(one, extent(connection, one, settings.srid)) for one in COLLECTIONS.values()]
    told = [_told(request, one, where, settings.srid, lang) for one, where in found]
    return _answer({"links": representations(request, JSON), "collections": told}, session.principal.audience)


def _add(collection: Collection) -> None:
    """The route of one collection, at its literal path: QGIS and GDAL match no template to a name."""

    @shown_on("collection")
    def described(request: Request, session: CurrentSession, settings: CurrentSettings, lang: Language) -> Response:
        """What a collection holds and where its items are."""
        with session.begin() as connection:
            found = extent(connection, collection, settings.srid)
        return _answer(_told(request, collection, found, settings.srid, lang), session.principal.audience)

    summary = f"The collection {collection.name}"
    router.add_api_route(f"/collections/{collection.name}", described, summary=summary, response_class=Response)


for _one in COLLECTIONS.values():
    _add(_one)


def _answer(document: dict[str, Any], role: Role) -> Response:
    return Response(orjson.dumps(document), media_type=JSON, headers=kept_by(role, VARY))


def _told(request: Request, collection: Collection, found: Extent, srid: int, lang: str) -> dict[str, Any]:
    """A collection, the same in the list and at its own address."""
    home = f"{base(request)}/collections/{collection.name}"
    known = [CRS84, *dict.fromkeys(EPSG.format(code) for code in (srid, 4326, 3857))]
    return {
        "id": collection.name,
        "title": sentence(f"{collection.name}.title", lang),
        "description": sentence(f"{collection.name}.description", lang),
        "itemType": "feature",
        "crs": known,
        "storageCrs": EPSG.format(srid),
        **_extent(found),
        "links": [
            link(home, "self", JSON),
            link(f"{home}?f=html", "alternate", HTML),
            *(link(f"{home}/items{ending}", "items", kind) for kind, ending in ITEMS.items()),
            *(link(f"{home}/items{ending}", "enclosure", kind) for kind, ending in FILES.items()),
            link(f"{home}/queryables", f"{OGC}queryables", SCHEMA_JSON),
            link(f"{home}/schema", f"{OGC}schema", SCHEMA_JSON),
            *(_tiles(home, lang) if collection is PARCELS else ()),
        ],
    }


def _extent(found: Extent) -> dict[str, Any]:
    """Where and when the features are, as far as it is known; one interval, since GDAL reads no more."""
    told: dict[str, Any] = {}
    if found.box is not None:
        told["spatial"] = {"bbox": [list(found.box)], "crs": CRS84}
    if found.first is not None or found.last is not None:
        ends = [day and f"{day.isoformat()}T00:00:00Z" for day in (found.first, found.last)]
        told["temporal"] = {"interval": [ends], "trs": GREGORIAN}
    return {"extent": told} if told else {}


def _tiles(home: str, lang: str) -> list[dict[str, str]]:
    return [
        link(f"{home}/tiles", f"{OGC}tilesets-vector", JSON),
        link(f"{home}/styles/readiness", "stylesheet", STYLE, sentence("style.readiness", lang)),
    ]
