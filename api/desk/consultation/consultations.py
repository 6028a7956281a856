"""Consultations of territories over HTTP, for who asks and, with an account, for who is asked."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.deps import CurrentSession, CurrentSettings, PageLimit, Today, only
from api.desk.consultation import consultation_desk, consulting
from api.desk.consultation.answering import answer_as_planner
from api.desk.consultation.consultation_body import Answer, Decision, NewConsultation
from api.desk.lists import Next, page_of
from api.ids import RowId
from api.planning.readiness import PRIVATE
from api.problems import language_of
from api.security.body import json_body, optional_body
from api.security.idempotency import tell_instead
from api.security.principal import Principal
from geo.store.access.organisations import listed as organisations_listed
from geo.store.database import Role
from geo.store.desk import consultations

router = APIRouter(tags=["desk"])

CurrentPlanner = Annotated[Principal, Depends(only(Role.PLANNER, Role.ADMIN))]
ONE = "/consultations/{consultation_id}"
About = Annotated[int | None, Query(ge=1, lt=2**63, description="Only those about it")]


class Reminding(BaseModel):
    """Whether reminders go out."""

    model_config = ConfigDict(extra="forbid")

    send: bool = Field(False, strict=True, description="Put them into the outbox; else they are drafted only")


@router.get("/organisations", summary="The territories and agencies there are")
def organisations(
    request: Request, _: CurrentPlanner, session: CurrentSession, limit: PageLimit, next_: Next = None
) -> JSONResponse:
    """Their numbers, to ask them; companies are not told."""
    rows, links = page_of(request, session, "organisations", organisations_listed, next_, limit)
    found = [{"id": row.id, "name": row.name, "kind": row.kind} for row in rows]
    return JSONResponse({"organisations": found, "links": links}, headers=PRIVATE)


@router.post("/consultations", status_code=201, summary="Ask territories what they have for a need")
def consult(
    request: Request,
    given: Annotated[NewConsultation, json_body(NewConsultation)],
    _: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
    today: Today,
) -> JSONResponse:
    """Nothing goes out but the fields named: no code name, company or contact. `need` in the answer is what goes out.

    Each territory gets a link of its own by mail, where an address is known; the links are told this once: the same
    request again (Idempotency-Key) is answered without them, and says so in `note`.
    """
    made = consulting.consult(session, given, settings, today)
    tell_instead(request, consulting.without_links(made, language_of(request.scope)))
    return JSONResponse(made, 201, PRIVATE | {"Location": f"/consultations/{made['id']}"})


@router.get("/consultations", summary="The consultations one made, or was asked in")
def listed(
    request: Request,
    _: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
    limit: PageLimit,
    project: About = None,
    enquiry: About = None,
    next_: Next = None,
) -> JSONResponse:
    """How many were asked and how many answered; who was asked counts itself alone."""

    listing = partial(consultations.listed, project=project, enquiry=enquiry)
    rows, links = page_of(request, session, "consultations", listing, next_, limit)
    found = [{**consulting.brief(row, settings.timezone), "asked": row.asked, "answered": row.answered} for row in rows]
    return JSONResponse({"consultations": found, "links": links}, headers=PRIVATE)


@router.get(ONE, summary="A consultation: what went out, who answered what, who has not")
def one(consultation_id: RowId, _: CurrentPlanner, session: CurrentSession, settings: CurrentSettings) -> JSONResponse:
    """`missing` names those who have not answered."""
    return JSONResponse(consultation_desk.one(session, consultation_id, settings), headers=PRIVATE)


@router.post(f"{ONE}/reminders", summary="Reminders to those who have not answered")
def remind(
    consultation_id: RowId,
    said: Annotated[Reminding, optional_body(Reminding)],
    _: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
) -> JSONResponse:
    """Drafted; sent, with a link each, where `send` says so. The links sent before stay good."""
    drafts = consultation_desk.remind(session, consultation_id, settings, send=said.send)
    return JSONResponse({"consultation": consultation_id, "reminders": drafts}, headers=PRIVATE)


@router.post(f"{ONE}/close", summary="End a consultation: its links open nothing any more")
def close(
    consultation_id: RowId, _: CurrentPlanner, session: CurrentSession, settings: CurrentSettings
) -> JSONResponse:
    """What was answered stays."""
    consultation_desk.close(session, consultation_id)
    return JSONResponse(consultation_desk.one(session, consultation_id, settings), headers=PRIVATE)


@router.post(f"{ONE}/answers", status_code=201, summary="Answer for one's own territory, with an account")
def answer(
    consultation_id: RowId,
    said: Annotated[Answer, json_body(Answer)],
    planner: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
) -> JSONResponse:
    """As by the link of the mail."""
    answer_as_planner(session, consultation_id, planner.organisation, said, settings)
    return JSONResponse(consultation_desk.one(session, consultation_id, settings), 201, PRIVATE)


@router.post(f"{ONE}/answers/{{answer_id}}/decision", summary="Accept an answer, or refuse it")
def decide(
    consultation_id: RowId,
    answer_id: RowId,
    said: Annotated[Decision, json_body(Decision)],
    _: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
    today: Today,
) -> JSONResponse:
    """Land that was added with an outline becomes a parcel of who asked; until then nobody else sees it."""
    found = consultation_desk.decide(session, consultation_id, answer_id, said, settings, today)
    return JSONResponse(found, headers=PRIVATE)
