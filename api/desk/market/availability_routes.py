"""Asking over HTTP whether land is still available, and the pages on which that is answered without an account."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.catalogues import number, sentence
from api.clock import today as today_of
from api.days import day_of
from api.deps import CurrentSession, CurrentSettings, PageLimit, Session
from api.desk.link_pages import LinkRoute, form_fields, link_page
from api.desk.market import availability
from api.desk.market import availability_answers as answering
from api.desk.market.availability_answers import ANSWERS, LONGEST_NOTE, Answer
from api.desk.market.commitment_routes import Number
from api.ids import PlainDigits
from api.ogc.links import HTML
from api.planning.readiness import PRIVATE
from api.planning.steps import CurrentPlanner
from api.problems import Problem, Refusal, language_of
from api.security.accept import answers
from api.security.body import json_body
from api.security.signed_links import Link, holder_of
from api.security.strict_json import FORBIDDEN
from geo.store.desk import contacts
from geo.store.desk.links import Purpose

router = APIRouter(tags=["market"])
pages = APIRouter(include_in_schema=False, route_class=LinkRoute)

MOST_PARCELS = 500
Fields = Annotated[Mapping[str, str], Depends(form_fields)]


class Asking(BaseModel):
    """Of which land it is asked, and whom."""

    model_config = ConfigDict(extra="forbid")

    parcels: list[Number] = Field(
        min_length=1, max_length=MOST_PARCELS, description="Of these parcels", examples=[[12, 15]]
    )
    contact: Number | None = Field(
        None,
        description="Number of the person to ask; else who was asked last, or works for who answers for the land",
        examples=[None],
    )


@router.post("/still-available", status_code=201, summary="Ask whether land is still available")
def send(
    said: Annotated[Asking, json_body(Asking)],
    planner: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
) -> JSONResponse:
    """A mail to each person, with a link for each parcel that needs no account. Nobody is asked again within the days
    of the setting; of `nobody` no person is known: name one by `contact`.
    """
    actor = planner.actor(session.request_id)
    asked = (session.database, planner.audience, actor, list(dict.fromkeys(said.parcels)), said.contact, settings)
    return JSONResponse(availability.send(*asked), 201, headers=PRIVATE)


@router.get("/still-available", summary="Who was asked, and who has not answered")
def listed(
    planner: CurrentPlanner,
    session: CurrentSession,
    limit: PageLimit,
    answered: Annotated[bool | None, Query(description="Only with an answer, or only without one")] = None,
    after: Annotated[int, PlainDigits, Query(ge=0, lt=2**63, description="Of a higher number, from `next`")] = 0,
) -> JSONResponse:
    """The last question to each person of each parcel, with the answer that counts."""
    asked = (session.database, planner.audience, session.actor)
    found = availability.listed(*asked, answered=answered, after=after, limit=limit)
    more: dict[str, Any] = {"next": found[-1]["question"]} if len(found) == limit else {}
    return JSONResponse({"questions": found, **more}, headers=PRIVATE)


@pages.get("/d/{token}")
@answers(HTML)
def ask(request: Request, token: str, chosen: Annotated[str | None, Query(alias="answer")] = None) -> Response:
    """The question, with the answer of the link chosen; programs that follow links answer nothing."""
    return _page(request, holder_of(request, Purpose.STILL_AVAILABLE, token), chosen)


@pages.post("/d/{token}")
@answers(HTML)
def take(request: Request, token: str, fields: Fields) -> Response:
    """The answer is recorded; another one later takes its place, as long as the link lasts."""
    link = holder_of(request, Purpose.STILL_AVAILABLE, token)
    session = _session(request, link)
    said = _answer(fields)
    actor = link.principal.actor(session.request_id, f"still-available:{link.about}")
    answering.answer(session.database, actor, link.about, said, today_of(request.app.state.settings))
    return _page(request, link, said.said, done=True)


def _answer(fields: Mapping[str, str]) -> Answer:
    """What the form says."""
    note = (fields.get("note") or "").strip() or None
    if note is not None and (len(note) > LONGEST_NOTE or FORBIDDEN.search(note)):
        raise _invalid("note", "available.note", limit=LONGEST_NOTE)
    return Answer(
        fields.get("answer", ""),
        until=_day(fields, "until"),
        on=_day(fields, "on"),
        price_eur_m2=_price(fields),
        note=note,
        still_so=fields.get("still_so") == "yes",
    )


def _day(fields: Mapping[str, str], name: str) -> date | None:
    written = (fields.get(name) or "").strip()
    if not written:
        return None
    try:
        return day_of(written)
    except ValueError:
        raise _invalid(name, "available.day", example="2026-12-31", given=written) from None


def _price(fields: Mapping[str, str]) -> float | None:
    written = (fields.get("price_eur_m2") or "").strip().replace(",", ".")
    if not written:
        return None
    try:
        price = float(written)
    except ValueError:
        price = -1.0
    if not 0 <= price <= 1e6:
        raise _invalid("price_eur_m2", "available.price", example="45", given=written)
    return price


def _page(request: Request, link: Link, chosen: str | None, *, done: bool = False) -> Response:
    session = _session(request, link)
    with session.begin() as connection:
        found = answering.shown(session.database, connection, link.about, link.principal.actor())
        person = contacts.find(connection, found.question.contact)
    lang = person[0].language if person else language_of(request.scope)
    spoken = language_of(request.scope) if "lang" in request.query_params else lang
    question = found.question
    facts = found.now.facts
    surface = facts.get("surface_m2") or facts.get("surface_stated_m2")
    return link_page(
        request,
        "still_available",
        lang=lang,
        title=sentence("available.title", spoken, land=availability.land_of(question.parcel, question.name, spoken)),
        question=question,
        market=question.market or facts["market"],
        surface=_amount(surface and surface / 10_000, spoken),
        price=_amount(facts.get("price_eur_m2"), spoken),
        commune=facts.get("commune_name") or facts.get("commune"),
        at_once=found.own and question.proposal is None,
        choices=ANSWERS,
        chosen=chosen if chosen in ANSWERS else question.answer,
        done=done,
    )


def _amount(value: float | None, lang: str) -> str | None:
    """To the hundredth, in the manner of the language."""
    return None if value is None else number(float(value), lang, ",.2f")


def _session(request: Request, link: Link) -> Session:
    return Session(request.app.state.database, link.principal, request.state.request_id)


def _invalid(field: str, code: str, example: object = None, **params: object) -> Problem:
    return Problem("invalid", "body.invalid", errors=[Refusal(field, code, params, example)])
