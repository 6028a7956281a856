"""Parcels as GDAL, QGIS and geopandas read them: pages of GeoJSON, or everything in another format."""

from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from api.deps import CurrentSession, PageLimit, Session, Today
from api.ids import RowId
from api.matching.slots import Slots
from api.ogc import formats
from api.ogc.asking import Asked
from api.ogc.by_date import Dates, prepare
from api.ogc.caching import NEGOTIATED, WHO, kept_by
from api.ogc.crs import uri
from api.ogc.etags import tag, unless_known
from api.ogc.formats import BOM, ENDINGS, AskedFormat, Served
from api.ogc.forming import AskedForm
from api.ogc.links import GEOJSON, JSON, base, link, own
from api.ogc.paging import cursor, place
from api.ogc.streaming import Streamed
from api.problems import Problem
from geo.store.database import Role
from geo.store.items import page
from geo.store.items.feature import Form
from geo.store.items.stream import Stream, Wanted

router = APIRouter(tags=["parcels"])

ROOT = "/collections/parcels"


class GeoJson(Response):
    """Finished GeoJSON bytes."""

    media_type = GEOJSON


@router.get(f"{ROOT}/items", summary="Parcels", response_class=GeoJson)
def parcels(
    request: Request,
    session: CurrentSession,
    today: Today,
    limit: PageLimit,
    dates: Dates,
    asked: Asked,
    form: AskedForm,
    served: AskedFormat,
    next_: Annotated[
        str | None, Query(alias="next", description="Where a page begins, from its link", max_length=2_000)
    ] = None,
) -> Response:
    """The parcels one may see that are asked for, in the order of their ids unless ``sortby``.

    GeoJSON a page at a time; GeoJSONSeq and CSV all at once, or as many as ``limit`` says.
    """
    role = session.principal.audience
    # dates move with the day: a page of yesterday is not gone on with
    identity = (asked, form, role, today if asked.orders or asked.added else None)
    after = None if next_ is None else place(next_, asked.orders, identity)
    prepare(request, session, today, dates)
    if served.streamed:
        wanted = Wanted(role, asked, form, served.delimiter, limit=_asked_limit(request), after=after)
        return _streamed(request, session, wanted, served)
    with session.begin() as connection:
        found = page.page(connection, role, asked, limit=limit, after=after, form=form)
    head: dict[str, Any] = {"links": formats.links(request, GEOJSON), "numberReturned": found.returned}
    if found.after is not None:
        head["links"].append(link(own(request, next=cursor(found.after, identity)), "next", GEOJSON))
    if found.matched is not None:
        head["numberMatched"] = found.matched
    told = orjson.dumps(head)[1:-1]
    moment = datetime.now(UTC).isoformat(timespec="seconds").encode()
    start = b'{"type":"FeatureCollection","timeStamp":"' + moment + b'",'
    body = start + told + b',"features":[' + found.features + b"]}"
    headers = _headers(role, form, NEGOTIATED)
    return unless_known(request, GeoJson(body, headers=headers), tag(told + found.features, weak=True))


@router.get(f"{ROOT}/items/{{parcel_id}}", summary="One parcel", response_class=GeoJson)
def parcel(request: Request, session: CurrentSession, form: AskedForm, parcel_id: RowId) -> Response:
    """One parcel one may see."""
    role = session.principal.audience
    with session.begin() as connection:
        found = page.parcel(connection, role, parcel_id, form)
    if found is None:
        raise Problem("not-found", "parcel.unknown", id=parcel_id)
    home = base(request) + ROOT
    links = [link(f"{home}/items/{parcel_id}", "self", GEOJSON), link(home, "collection", JSON)]
    body = found[:-1] + b',"links":' + orjson.dumps(links) + b"}"
    return unless_known(request, GeoJson(body, headers=_headers(role, form)), tag(body))


def _streamed(request: Request, session: Session, wanted: Wanted, served: Served) -> Response:
    """All that is asked for in a format without pages; its links are in a header."""
    turns: dict[Role, Slots] = request.app.state.streams
    name = f"parcels.{ENDINGS[served.media_type]}"
    headers = _headers(wanted.role, wanted.form, NEGOTIATED) | {
        "Link": formats.link_header(formats.links(request, served.media_type)),
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    stream = Stream(session.begin(), wanted)
    return Streamed(stream, turns[wanted.role], served.content_type, headers, BOM if served.bom else "")


def _asked_limit(request: Request) -> int | None:
    """The ``limit`` given, which the page size does not bound here; None: all."""
    return int(request.query_params["limit"]) if "limit" in request.query_params else None


def _headers(role: Role, form: Form, varied: str = WHO) -> dict[str, str]:
    return {"Content-Crs": f"<{uri(form.places)}>"} | kept_by(role, varied)
