"""Does a building fit on these polygons: nothing is read from the base, nothing is stored."""

import time
from collections.abc import Iterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Request, Response

from api.catalogues import HTTP
from api.deps import Language
from api.matching.fit_body import Asked, FitBody, fit_question
from api.matching.fit_told import unusable
from api.security.body import GEOJSON, JSON, json_body
from geo.match.fit.document import Document, fit_document, open_document

router = APIRouter(tags=["matching"])

SCHEMA = "emprise/fit/1"
MOST_SECONDS = 20.0
"""When a request has taken this long, the polygons that are left are `open`."""


@router.post("/fit", summary="Does a building fit on each of these polygons")
def fit(
    request: Request,
    asked: Annotated[Asked, json_body(FitBody, (JSON, GEOJSON), reader=fit_question)],
    lang: Language,
) -> Response:
    """For each polygon `fits` with a verified placement, `no` (proved), `borderline` or `open`.

    The answers are in the order of the polygons. One that is no usable polygon has `fit` null and says why.
    """
    with request.app.state.slots.turn():  # given back before the client takes the answer, however slowly
        told = b",\n".join(_answers(asked, lang))
    answer = b'{"schema":' + orjson.dumps(SCHEMA) + b',"results":[\n' + told + b"\n]}\n"
    return Response(answer, media_type=JSON, headers={"Cache-Control": "no-store"})


def _answers(asked: Asked, lang: str) -> Iterator[bytes]:
    over = time.monotonic() + MOST_SECONDS
    for drawn in asked.rows:
        late = time.monotonic() > over
        document = open_document(drawn, asked.question) if late else fit_document(drawn, asked.question, asked.limits)
        yield orjson.dumps(_worded(document, lang))


def _worded(document: Document, lang: str) -> dict[str, Any]:
    """The answer with a sentence beside the code of an error."""
    if "error" not in document:
        return document
    error = document["error"]
    return document | {"error": {"code": error["code"], "message": unusable(error, lang, way=HTTP)}}
