"""Needs and their answers over HTTP."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Request, Response

from api.deps import CurrentSession, Today
from api.matching.needs import need_of
from api.matching.slots import Slots
from api.security.body import json_body
from geo.match.need import Need
from geo.match.schemas import answer_schema, need_schema
from geo.match.search import search

router = APIRouter(tags=["matching"])

SCHEMA = "application/schema+json"


@router.post("/matches", summary="Ranked, explained sites for a need")
def matches(
    request: Request,
    need: Annotated[Need, json_body(Need, reader=need_of)],
    session: CurrentSession,
    today: Today,
    sortby: Annotated[
        Literal["score", "start", "start_cleared", "power", "production"],
        Query(description="The order: the best score first, or the earliest day of a milestone"),
    ] = "score",
) -> Response:
    """The sites that take the need, in order and explained; what is to check; what would open more land.

    Anyone may ask, over the land they may see; nothing of the need is stored.
    """
    slots: Slots = request.app.state.slots
    with slots.turn():
        document = search(session.database, session.principal.audience, session.actor, need, today, sortby)
    return Response(orjson.dumps(document), media_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/schemas/need", summary="JSON Schema of a need")
def need_document() -> Response:
    """What a need may say, with descriptions and examples."""
    return _schema(need_schema())


@router.get("/schemas/answer", summary="JSON Schema of an answer")
def answer_document() -> Response:
    """What an answer says."""
    return _schema(answer_schema())


def _schema(document: dict[str, Any]) -> Response:
    return Response(orjson.dumps(document), media_type=SCHEMA, headers={"Cache-Control": "public, max-age=3600"})
