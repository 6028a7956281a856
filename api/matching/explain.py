"""Why not this parcel: over HTTP."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.deps import CurrentSession, Language, Today
from api.matching.explained import explained
from api.matching.needs import check_known, need_of
from api.matching.slots import Slots
from api.problems import Problem, Refusal
from api.security.body import json_body
from api.security.strict_json import Json
from geo.match.explain import MOST_PARCELS, UnseenParcelError, explain
from geo.match.need.need import Need

router = APIRouter(tags=["matching"])

PRIVATE = {"Cache-Control": "no-store", "Vary": "Accept-Language"}


class ExplainBody(BaseModel):
    """A need, and the parcels about which one wants to know why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    need: Need = Field(description="As for POST /matches", examples=[{"land_m2": {"min": "8 ha"}}])
    parcel_ids: list[int] = Field(min_length=1, max_length=MOST_PARCELS, description="These parcels", examples=[[1, 2]])


def explain_question(document: Json) -> ExplainBody:
    """The question of a body. Raises Problem: 422, every mistake with its field and an example of right."""
    if not isinstance(document, dict):
        raise _invalid(
            "", "need.wrong_type", "need.wrong_type.object", {"need": {"land_m2": "8 ha"}, "parcel_ids": [1]}
        )
    for name in document:
        if name not in ExplainBody.model_fields:
            raise _invalid(name, "explain.unknown_field", example=sorted(ExplainBody.model_fields))
    if "need" not in document:
        raise _invalid("need", "explain.need_missing", example={"land_m2": "8 ha"})
    return ExplainBody.model_construct(need=_need(document["need"]), parcel_ids=_ids(document))


def _need(document: Json) -> Need:
    """The need inside the body: what is wrong with it is told under its name."""
    with _within_need():
        return need_of(document)


@contextmanager
def _within_need() -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        errors = [replace(one, field=f"need.{one.field}".rstrip(".")) for one in problem.errors]
        raise Problem("invalid", "body.invalid", errors=errors) from None


def _ids(document: Mapping[str, Any]) -> list[int]:
    given = document.get("parcel_ids")
    listed = given if isinstance(given, list) and 0 < len(given) <= MOST_PARCELS else [None]
    ids = [one for one in listed if isinstance(one, int) and not isinstance(one, bool) and 0 < one < 2**63]
    if len(ids) < len(listed):
        raise _invalid("parcel_ids", "explain.parcel_ids", example=[1, 2], most=MOST_PARCELS)
    return ids


def _invalid(field: str, code: str, wording: str | None = None, example: object = None, **params: object) -> Problem:
    return Problem("invalid", "body.invalid", errors=[Refusal(field, code, params, example, wording=wording or code)])


@router.post("/matches/explain", summary="Why these parcels, or why not")
def explain_parcels(
    request: Request,
    asked: Annotated[ExplainBody, json_body(ExplainBody, reader=explain_question)],
    session: CurrentSession,
    today: Today,
    lang: Language,
) -> Response:
    """Every criterion on each parcel with its fact and source, and what it would take: of the need, or of the land.

    A parcel that is not there and one that is not to be seen are answered alike. Nothing of the need is stored.
    """
    slots: Slots = request.app.state.slots
    with _within_need():
        check_known(session.database, session.principal.audience, session.actor, asked.need)
    try:
        with slots.turn():
            document = explain(
                session.database, session.principal.audience, session.actor, asked.need, asked.parcel_ids, today
            )
    except UnseenParcelError as unseen:
        raise Problem("not-found", "parcel.unknown", id=unseen.id) from None
    return Response(orjson.dumps(explained(document, lang)), media_type="application/json", headers=PRIVATE)
