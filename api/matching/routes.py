"""Needs and their answers over HTTP."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, BackgroundTasks, Depends, Query, Request, Response

from api.deps import CurrentSession, Language, Session, Today
from api.ids import PlainDigits
from api.matching.demand import note_unmet
from api.matching.formats import AskedFormat, geopackage
from api.matching.needs import check_known, need_of
from api.matching.requests import requests_of
from api.matching.slots import Slots
from api.matching.worded import worded
from api.ogc.links import GEOPACKAGE
from api.problems import Problem
from api.security.body import GEOJSON, JSON, json_body
from geo.match.features import outlines, to_features
from geo.match.need.need import Need
from geo.match.paging import MOST_ROWS
from geo.match.schemas.schemas import answer_schema, need_schema
from geo.match.search import search

router = APIRouter(tags=["matching"])

SCHEMA = "application/schema+json"
PRIVATE = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}

GivenNeed = Annotated[Need, json_body(Need, reader=need_of)]
SortBy = Annotated[
    Literal["score", "start", "start_cleared", "power", "production"],
    Query(description="The order: the best score first, or the earliest day of a milestone"),
]
Questions = Annotated[bool, Query(description="Also which three questions would remove most of a vague need's land")]
Says = Annotated[
    bool, Query(description="Also a sentence beside criteria, changes and parts, in the reader's language")
]
Offset = Annotated[int, PlainDigits, Query(ge=0, lt=MOST_ROWS, description="Rows before the page")]


class Asking:
    """One need asked as one principal, and the page of its answer that is wanted."""

    def __init__(
        self,
        request: Request,
        session: CurrentSession,
        today: Today,
        later: BackgroundTasks,
        sortby: SortBy = "score",
        offset: Offset = 0,
        questions: Questions = False,
    ) -> None:
        self.later = later
        self.slots: Slots = request.app.state.slots
        self.session: Session = session
        self.today = today
        self.sortby = sortby
        self.offset = offset
        self.questions = questions

    def answer(self, need: Need) -> dict[str, Any]:
        """The page of the answer.

        Raises:
            Problem: it reaches beyond the rows that may be asked for (400), asks for a kind of network nobody knows
                (422), or all turns are taken (503).
        """
        last = self.offset + need.limit
        if last > MOST_ROWS:
            raise Problem("bad-parameter", "matching.too_deep", most=MOST_ROWS, last=last)
        session = self.session
        check_known(session.database, session.principal.audience, session.actor, need)
        with self.slots.turn():
            return search(
                session.database,
                session.principal.audience,
                session.actor,
                need,
                self.today,
                self.sortby,
                self.later.add_task,
                with_questions=self.questions,
                offset=self.offset,
            )


CurrentAsking = Annotated[Asking, Depends(Asking)]


@router.post("/matches", summary="Ranked, explained sites for a need")
def matches(
    request: Request, need: GivenNeed, asking: CurrentAsking, wanted: AskedFormat, lang: Language, says: Says = False
) -> Response:
    """The sites that take the need, in order and explained; what is to check; what would open more land.

    Anyone may ask, over the land they may see; nothing of the need is stored but, where no land is proved, the bins it
    is counted in (`/demand`). GeoJSON and GeoPackage, by `f` or `Accept`, give land and buildings as features.
    """
    document = asking.answer(need)
    note_unmet(asking.session, need, document, asking.today)
    if wanted == JSON:
        told = worded(document, lang) if says else document
        return Response(orjson.dumps(told), media_type=JSON, headers=PRIVATE)
    session = asking.session
    drawn = outlines(session.database, session.principal.audience, session.actor, document)
    features = to_features(document, drawn)
    if wanted == GEOPACKAGE:
        return geopackage(request, session, features, PRIVATE)
    return Response(orjson.dumps(features), media_type=GEOJSON, headers=PRIVATE)


@router.post("/matches/requests", summary="What is unknown, as letters to who can answer")
def requests(need: GivenNeed, asking: CurrentAsking, lang: Language) -> Response:
    """One request for each body (EPCI, grid operator, DREAL, owner...), with land, cadastral references, questions."""
    document = asking.answer(need)
    told = {"requests": requests_of(document, need, lang), "as_of": document["as_of"], "digest": document["digest"]}
    return Response(orjson.dumps(told), media_type=JSON, headers=PRIVATE)


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
