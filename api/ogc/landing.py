"""What the service offers: landing page, conformance, collections."""

from typing import Any

from fastapi import APIRouter, Request

from api.catalogues import sentence
from api.deps import CurrentSession, CurrentSettings, Language
from api.ogc.crs import CRS84, EPSG
from api.ogc.links import GEOJSON, JSON, OGC, SCHEMA_JSON, STYLE, base, link
from geo.store.items import page

router = APIRouter(tags=["collections"])

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CONFORMANCE = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-operators",  # as QGIS asks for the same
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
]


@router.get("/", summary="Landing page")
async def landing(request: Request, lang: Language) -> dict[str, Any]:
    """What this service is and where its parts are."""
    home = base(request)
    return {
        "title": "Emprise",
        "description": sentence("landing.description", lang),
        "links": [
            link(f"{home}/", "self", JSON),
            link(f"{home}/api", "service-desc", OPENAPI),
            link(f"{home}/conformance", "conformance", JSON),
            link(f"{home}/collections", "data", JSON),
            link(f"{home}/collections/parcels/tiles", f"{OGC}tilesets-vector", JSON),
            link(f"{home}/tileMatrixSets", f"{OGC}tiling-schemes", JSON),
            link(f"{home}/matches", "https://emprise.example/rel/matches", JSON, sentence("landing.matches", lang)),
        ],
    }


@router.get("/conformance", summary="Conformance classes")
async def conformance() -> dict[str, list[str]]:
    """The classes of the standards this service meets, no more."""
    return {"conformsTo": CONFORMANCE}


@router.get("/collections", summary="Collections")
def collections(request: Request, session: CurrentSession, settings: CurrentSettings, lang: Language) -> dict[str, Any]:
    """Every collection."""
    return {
        "links": [link(f"{base(request)}/collections", "self", JSON)],
        "collections": [_parcels(request, session, settings.srid, lang)],
    }


@router.get("/collections/parcels", summary="The collection of parcels")
def parcels(request: Request, session: CurrentSession, settings: CurrentSettings, lang: Language) -> dict[str, Any]:
    """What the collection of parcels holds and where its items are."""
    return _parcels(request, session, settings.srid, lang)


def _parcels(request: Request, session: CurrentSession, srid: int, lang: str) -> dict[str, Any]:
    home = f"{base(request)}/collections/parcels"
    known = [CRS84, *dict.fromkeys(EPSG.format(code) for code in (srid, 4326, 3857))]
    with session.begin() as connection:
        box = page.extent(connection)
    extent = {"extent": {"spatial": {"bbox": [list(box)], "crs": CRS84}}} if box else {}
    return {
        "id": "parcels",
        "title": sentence("parcels.title", lang),
        "description": sentence("parcels.description", lang),
        "itemType": "feature",
        "crs": known,
        "storageCrs": EPSG.format(srid),
        **extent,
        "links": [
            link(home, "self", JSON),
            link(f"{home}/items", "items", GEOJSON),
            link(f"{home}/queryables", f"{OGC}queryables", SCHEMA_JSON),
            link(f"{home}/schema", f"{OGC}schema", SCHEMA_JSON),
            link(f"{home}/tiles", f"{OGC}tilesets-vector", JSON),
            link(f"{home}/styles/readiness", "stylesheet", STYLE, sentence("style.readiness", lang)),
        ],
    }
