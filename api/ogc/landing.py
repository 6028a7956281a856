"""What the service offers: landing page, conformance, collections."""

from typing import Any

from fastapi import APIRouter, Request

from api.catalogues import sentence
from api.deps import CurrentSession, CurrentSettings, Language
from api.ogc.crs import CRS84, EPSG
from api.ogc.links import GEOJSON, JSON, base, link
from geo.store import items

router = APIRouter(tags=["collections"])

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CONFORMANCE = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
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
    with session.begin() as connection:
        box = items.extent(connection)
    extent = {"extent": {"spatial": {"bbox": [list(box)], "crs": CRS84}}} if box else {}
    return {
        "id": "parcels",
        "title": sentence("parcels.title", lang),
        "description": sentence("parcels.description", lang),
        "itemType": "feature",
        "crs": [CRS84],
        **extent,
        "links": [link(home, "self", JSON), link(f"{home}/items", "items", GEOJSON)],
        "bboxCrs": [CRS84, EPSG.format(4326), EPSG.format(srid)],
    }
