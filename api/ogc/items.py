"""Parcels as GeoJSON features, as GDAL, QGIS and geopandas read them."""

from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from api.deps import CurrentSession, CurrentSettings, PageLimit
from api.ids import RowId
from api.ogc.crs import CRS84, boxes
from api.ogc.links import GEOJSON, JSON, base, link, own
from api.ogc.paging import cursor, place
from api.problems import Problem
from geo.land.vocabulary import Market
from geo.store import items
from geo.store.database import Role

router = APIRouter(tags=["parcels"])

ROOT = "/collections/parcels"


class GeoJson(Response):
    """Finished GeoJSON bytes."""

    media_type = GEOJSON


@router.get(f"{ROOT}/items", summary="Parcels", response_class=GeoJson)
def parcels(
    request: Request,
    session: CurrentSession,
    settings: CurrentSettings,
    limit: PageLimit,
    bbox: Annotated[
        str | None, Query(description="west,south,east,north, in degrees unless bbox-crs", max_length=400)
    ] = None,
    bbox_crs: Annotated[
        str | None, Query(alias="bbox-crs", description="CRS of bbox, as a URI", max_length=200)
    ] = None,
    market: Annotated[str | None, Query(description="Markets, separated by commas", max_length=200)] = None,
    next_: Annotated[
        str | None, Query(alias="next", description="Where a page begins, from its link", max_length=200)
    ] = None,
) -> Response:
    """The parcels one may see that intersect ``bbox``, a page at a time, in the order of their ids."""
    wanted = items.Filter(*boxes(bbox, bbox_crs, settings.srid), _markets(market))
    role = session.principal.audience
    after = place(next_, wanted, role)
    with session.begin() as connection:
        page = items.parcels(connection, role, wanted, limit=limit, after=after)
    links = [link(own(request), "self", GEOJSON), link(base(request) + ROOT, "collection", JSON)]
    if page.last_id is not None:
        links.append(link(own(request, next=cursor(page.last_id, wanted, role)), "next", GEOJSON))
    head: dict[str, Any] = {"links": links, "timeStamp": datetime.now(UTC).isoformat(timespec="seconds")}
    head["numberReturned"] = page.returned
    if page.matched is not None:
        head["numberMatched"] = page.matched
    body = b'{"type":"FeatureCollection",' + orjson.dumps(head)[1:-1] + b',"features":[' + page.features + b"]}"
    return GeoJson(body, headers=_headers(role))


@router.get(f"{ROOT}/items/{{parcel_id}}", summary="One parcel", response_class=GeoJson)
def parcel(request: Request, session: CurrentSession, parcel_id: RowId) -> Response:
    """One parcel one may see."""
    role = session.principal.audience
    with session.begin() as connection:
        found = items.parcel(connection, role, parcel_id)
    if found is None:
        raise Problem("not-found", "parcel.unknown", id=parcel_id)
    home = base(request) + ROOT
    links = [link(f"{home}/items/{parcel_id}", "self", GEOJSON), link(home, "collection", JSON)]
    return GeoJson(found[:-1] + b',"links":' + orjson.dumps(links) + b"}", headers=_headers(role))


def _markets(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    names = tuple(dict.fromkeys(text.split(",")))
    known = [market.value for market in Market]
    for name in names:
        if name not in known:
            raise Problem("bad-parameter", "market.not_listed", given=name, known=known)
    return names


def _headers(role: Role) -> dict[str, str]:
    kept = "public, max-age=0, must-revalidate" if role is Role.PUBLIC else "private, no-cache"
    return {"Content-Crs": f"<{CRS84}>", "Cache-Control": kept, "Vary": "Authorization, Cookie, X-API-Key"}
