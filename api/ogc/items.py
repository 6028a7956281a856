"""Features as GDAL, QGIS and geopandas read them: pages of GeoJSON, or everything in another format."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

import orjson
import psycopg
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.deps import CurrentSession, PageLimit, Session, Today
from api.ids import PlainDigits
from api.matching.slots import Slots
from api.ogc import formats
from api.ogc.asking import question_of
from api.ogc.caching import NEGOTIATED, kept_by
from api.ogc.crs import uri
from api.ogc.downloading import Filed, room_for_files
from api.ogc.etags import tag, tag_of, unless_known
from api.ogc.filtering import EXAMPLE, EXAMPLES
from api.ogc.formats import BOM, ENDINGS, FILES, AskedFormat, Served
from api.ogc.forming import form_of
from api.ogc.links import GEOJSON, JSON, base, link, link_header, own
from api.ogc.numbers import Number, Numbers, key_of
from api.ogc.paging import cursor, place
from api.ogc.representing import json_or_page, representations, shown_on
from api.ogc.streaming import Streamed
from api.problems import Problem
from geo.export.asked import Asked, errand
from geo.store.cql2.terms import Kind
from geo.store.database import Role
from geo.store.items import page
from geo.store.items.collection import COLLECTIONS, Collection
from geo.store.items.estimate import estimate
from geo.store.items.feature import Form
from geo.store.items.hits import After
from geo.store.items.page import COUNTED, Page
from geo.store.items.question import Question
from geo.store.items.stream import Stream, Wanted

router = APIRouter()

Endpoint = Callable[..., Awaitable[Response]]


class GeoJson(Response):
    """Finished GeoJSON bytes."""

    media_type = GEOJSON


def items_of(collection: Collection) -> Endpoint:
    """The route of the features of a collection."""

    @shown_on("items")
    async def items(
        request: Request,
        session: CurrentSession,
        today: Today,
        limit: PageLimit,
        asked: Annotated[Question, Depends(question_of(collection))],
        form: Annotated[Form, Depends(form_of(collection))],
        served: AskedFormat,
        next_: Annotated[
            str | None, Query(alias="next", description="Where a page begins, from its link", max_length=2_000)
        ] = None,
    ) -> Response:
        """The features one may see that are asked for, in the order of their ids unless ``sortby``.

        GeoJSON a page at a time; the other formats all at once, or as many as ``limit`` says.
        """
        role = session.principal.audience
        # dates move with the day: a page of yesterday is not gone on with
        identity = (asked, form, role, today if asked.orders or asked.added else None)
        after = None if next_ is None else place(next_, asked.orders, identity, collection.id_kind)
        if served.whole:
            return _whole(request, session, Asked(asked, form, _asked_limit(request), after), served)
        return await _paged(request, session, asked, form, identity, (limit, after))

    return items


def item_of(collection: Collection) -> Endpoint:
    """The route of one feature of a collection."""
    alias = f"{collection.one}_id"
    number = Annotated[int, PlainDigits, Path(alias=alias, ge=1, lt=2**63)]
    word = Annotated[str, Path(alias=alias, pattern="^[0-9A-Za-z]{1,40}$")]
    item_id = number if collection.id_kind is Kind.NUMBER else word

    @shown_on("item")
    async def item(
        request: Request,
        session: CurrentSession,
        form: Annotated[Form, Depends(form_of(collection))],
        identifier: item_id,  # type: ignore[valid-type]
    ) -> Response:
        """One feature one may see."""
        role = session.principal.audience
        found = await session.ask(page.asking_item(role, identifier, form, collection))
        if found is None:
            raise _none(collection, identifier)
        links = [*representations(request, GEOJSON), link(_home(request, collection), "collection", JSON)]
        body = found.feature[:-1] + b',"links":' + orjson.dumps(links) + b"}"
        return unless_known(request, GeoJson(body, headers=_headers(role, form)), tag_of(found))

    return item


def _none(collection: Collection, identifier: object) -> Problem:
    if collection.one == "parcel":
        return Problem("not-found", "parcel.unknown", id=identifier)
    return Problem("not-found", "item.unknown", id=identifier, collection=collection.name)


async def _paged(
    request: Request,
    session: Session,
    asked: Question,
    form: Form,
    identity: tuple[object, ...],
    part: tuple[int, After | None],
) -> Response:
    role, (limit, after) = session.principal.audience, part
    numbers: Numbers = request.app.state.numbers
    key = key_of(session.principal, asked)
    known = numbers.known(key)
    try:
        if known is None and asked.conditions:
            known = await session.apart(numbers.found, session, asked)
            numbers.remember(key, known)
        about = None if known is None else known.about
        planned = None if known is None or asked.orders else known.planned
        told = page.asking(role, asked, limit=limit, after=after, form=form, counted=about is None, planned=planned)
        found = await session.ask(told)
        if found.matched is None and about is None:
            about = await session.apart(_estimated, session, asked)
            numbers.remember(key, Number.of_many(about))
    except psycopg.errors.QueryCanceled as late:
        example = EXAMPLES.get(asked.collection.name, EXAMPLE)
        raise Problem("query-too-slow", "list.slow", example=example) from late
    head: dict[str, Any] = {"links": formats.links(request, GEOJSON), "numberReturned": found.returned}
    head |= _counted(found, about or 0, whole=after is None and found.after is None)
    if found.after is not None:
        head["links"].append(link(own(request, next=cursor(found.after, identity)), "next", GEOJSON))
    return _collected(request, head, found, _headers(role, form))


def _estimated(session: Session, asked: Question) -> int:
    with session.begin() as connection:
        return estimate(connection, asked, least=COUNTED + 1)


def _counted(found: Page, about: int, *, whole: bool) -> dict[str, int]:
    """How many features there are; a page that is ``whole`` has all."""
    matched = found.returned if whole else found.matched
    more = found.after is not None
    return {"numberEstimated": max(about, found.returned + more)} if matched is None else {"numberMatched": matched}


def _collected(request: Request, head: dict[str, Any], found: Page, headers: dict[str, str]) -> Response:
    told = orjson.dumps(head)[1:-1]
    moment = datetime.now(UTC).isoformat(timespec="seconds").encode()
    start = b'{"type":"FeatureCollection","timeStamp":"' + moment + b'",'
    body = b"".join((start, told, b',"features":[', found.features, b"]}"))
    return unless_known(request, GeoJson(body, headers=headers), tag(told, found.features, weak=True))


def _whole(request: Request, session: Session, asked: Asked, served: Served) -> Response:
    """All that is asked for in a format without pages; its links are in a header."""
    state, role = request.app.state, session.principal.audience
    name = f"{asked.question.collection.name}.{ENDINGS[served.media_type]}"
    headers = _headers(role, asked.form) | {
        **link_header(formats.links(request, served.media_type)),
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    turns: Slots = state.streams[role]
    if served.media_type in FILES:
        database, actor, kind = session.database, session.actor, FILES[served.media_type]
        making = partial(errand, database, role, actor, asked, kind)
        return Filed(making, room_for_files(database.caches), turns, served.content_type, headers)
    wanted = Wanted(role, asked.question, asked.form, served.delimiter, limit=asked.limit, after=asked.after)
    stream = Stream(session.begin(), wanted)
    return Streamed(stream, turns, served.content_type, headers, BOM if served.bom else "")


def _home(request: Request, collection: Collection) -> str:
    return f"{base(request)}/collections/{collection.name}"


def _asked_limit(request: Request) -> int | None:
    """The ``limit`` given, which the page size does not bound here; None: all."""
    return int(request.query_params["limit"]) if "limit" in request.query_params else None


def _headers(role: Role, form: Form) -> dict[str, str]:
    return {"Content-Crs": f"<{uri(form.places)}>"} | kept_by(role, NEGOTIATED)


for _collection in COLLECTIONS.values():
    _root = f"/collections/{_collection.name}/items"
    router.add_api_route(
        _root, items_of(_collection), summary=f"Features: {_collection.name}", response_class=GeoJson,
        tags=[_collection.name],
    )  # fmt: skip
    router.add_api_route(
        f"{_root}/{{{_collection.one}_id}}", item_of(_collection), summary=f"One feature: {_collection.name}",
        response_class=GeoJson, tags=[_collection.name], dependencies=[json_or_page(GEOJSON)],
    )  # fmt: skip
