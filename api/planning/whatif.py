"""Which single step would bring a parcel, or a territory, nearest to use, and at what cost."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.deps import CurrentSession, Language, only
from api.ids import RowId
from api.matching.needs import need_of
from api.matching.slots import Slots
from api.planning.readiness import PRIVATE, CurrentMoment
from api.planning.telling import flagged, label_of
from api.problems import Problem, Refusal
from api.security.body import json_body
from api.security.strict_json import Json
from geo.derive.known_then import Moment
from geo.match.need.need import Need
from geo.match.need.places import Place
from geo.match.readiness.what_if import Asked, milestones_of, of_parcel, of_territory
from geo.readiness.catalogue import MILESTONES
from geo.store.database import Role

router = APIRouter(tags=["planning"])

MOST_LISTED = 10_000
Milestone = Literal["start", "start_cleared", "power", "production"]


class ParcelQuestion(BaseModel):
    """What to bring nearer: the start of works, unless said; of the parcel alone, or for a need."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    milestone: Milestone = Field(
        default="start", description="power and production are those of a need", examples=["start"]
    )
    need: Need | None = Field(default=None, description="For this need; else what belongs to the parcel alone")


class TerritoryQuestion(ParcelQuestion):
    """The same over many parcels: those listed, those in a place, or all that one may see."""

    parcel_ids: list[int] | None = Field(default=None, description="These parcels", examples=[[1, 2]])
    place: Place | None = Field(default=None, description="As in a need", examples=[{"communes": ["74173"]}])


def parcel_question(document: Json) -> ParcelQuestion:
    """The question of a body. Raises Problem: 422, every mistake with its field and an example of right."""
    said = _members(document, ParcelQuestion)
    return ParcelQuestion.model_construct(**_common(said))


def territory_question(document: Json) -> TerritoryQuestion:
    """The question of a body. Raises Problem: 422, every mistake with its field and an example of right."""
    said = _members(document, TerritoryQuestion)
    place = None
    if said.get("place") is not None:
        place = need_of({"land_m2": 1, "place": said["place"]}).place
    return TerritoryQuestion.model_construct(**_common(said), place=place, parcel_ids=_ids(said.get("parcel_ids")))


def _members(document: Json, model: type[BaseModel]) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise _invalid("", "need.wrong_type", "need.wrong_type.object", {"milestone": "start"})
    for name in document:
        if name not in model.model_fields:
            raise _invalid(name, "what_if.unknown_field", example=sorted(model.model_fields))
    return document


def _common(said: Mapping[str, Any]) -> dict[str, Any]:
    need = None if said.get("need") is None else _need(said["need"])
    milestone = said.get("milestone", "start")
    if milestone not in MILESTONES:
        raise _invalid("milestone", "what_if.milestone", example="start", known=", ".join(MILESTONES))
    if milestone not in milestones_of(need):
        raise _invalid("milestone", "what_if.milestone_of_need", example="start")
    return {"milestone": milestone, "need": need}


def _need(document: Json) -> Need:
    """The need inside the body: what is wrong with it is told under its name."""
    try:
        return need_of(document)
    except Problem as problem:
        errors = [replace(one, field=f"need.{one.field}".rstrip(".")) for one in problem.errors]
        raise Problem("invalid", "body.invalid", errors=errors) from None


def _ids(given: Json) -> list[int] | None:
    if given is None:
        return None
    listed = given if isinstance(given, list) and 0 < len(given) <= MOST_LISTED else [None]
    ids = [one for one in listed if isinstance(one, int) and not isinstance(one, bool) and 0 < one < 2**63]
    if len(ids) < len(listed):
        raise _invalid("parcel_ids", "what_if.parcel_ids", example=[1, 2], most=MOST_LISTED)
    return ids


def _invalid(field: str, code: str, wording: str | None = None, example: object = None, **params: object) -> Problem:
    return Problem("invalid", "body.invalid", errors=[Refusal(field, code, params, example, wording=wording or code)])


@router.post("/parcels/{parcel_id}/readiness/what-if", summary="Which single step gains the most on a parcel")
def of_one(
    parcel_id: RowId,
    asked: Annotated[ParcelQuestion, json_body(ParcelQuestion, reader=parcel_question)],
    session: CurrentSession,
    when: CurrentMoment,
    lang: Language,
) -> JSONResponse:
    """Each step done now, or begun now where it may be: months gained, then when, and the cost between bounds."""
    principal = session.principal
    question = Asked(asked.milestone, asked.need, Moment(*when))
    document = of_parcel(session.database, principal.audience, session.actor, parcel_id, question)
    if document is None:
        raise Problem("not-found", "parcel.unknown", id=parcel_id)
    return JSONResponse(_told(document, lang), headers=PRIVATE)


@router.post(
    "/readiness/what-if",
    summary="Which single step gains the most over a territory",
    dependencies=[Depends(only(Role.PLANNER, Role.ADMIN))],
)
def of_many(
    request: Request,
    asked: Annotated[TerritoryQuestion, json_body(TerritoryQuestion, reader=territory_question)],
    session: CurrentSession,
    when: CurrentMoment,
    lang: Language,
) -> JSONResponse:
    """The same summed over the parcels that the planner sees there."""
    slots: Slots = request.app.state.slots
    question = Asked(asked.milestone, asked.need, Moment(*when))
    with slots.turn():
        document = of_territory(
            session.database, session.principal.audience, session.actor, question, asked.place, asked.parcel_ids
        )
    return JSONResponse(_told(document, lang), headers=PRIVATE)


def _told(document: Mapping[str, Any], lang: str) -> dict[str, Any]:
    steps = [{**step, "label": label_of(step, lang)} for step in document["steps"]]
    return {**document, "steps": steps, "notes": flagged(document["flags"], {}, lang)}
