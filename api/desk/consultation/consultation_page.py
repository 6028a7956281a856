"""The page a territory opens by the link of a mail: what is sought, its own land, and a form; without account."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from sqlalchemy import Row
from starlette.concurrency import run_in_threadpool

from api.catalogues import sentence
from api.deps import CurrentSettings, Session, Today
from api.desk.consultation.answering import answer, asking_of, own_land
from api.desk.consultation.consultation_body import Answer
from api.desk.consultation.consultation_desk import told_answer
from api.desk.consultation.consultation_form import FIELDS, answer_of
from api.desk.consultation.consulting import last_day, shown_need
from api.desk.instants import told_instant
from api.desk.link_pages import HEADERS, LinkRoute, form_fields, link_page
from api.faults import refusal
from api.matching.slots import Slots
from api.ogc.links import HTML, JSON
from api.pages.values import facts_told
from api.problems import Problem, language_of
from api.security.accept import answers, chosen
from api.security.body import JsonBody
from api.security.signed_links import Link, holder_of
from api.settings import Settings
from api.wording import day, reason, surface
from geo.store.desk import consultations, projects
from geo.store.desk.links import Purpose

router = APIRouter(include_in_schema=False, route_class=LinkRoute)
BODY = JsonBody(Answer)


@router.get("/c/{token}")
@answers(HTML, JSON)
def ask(request: Request, token: str, settings: CurrentSettings, today: Today) -> Response:
    """What is sought, the territory's own land that meets it, and what it has answered so far."""
    session, asking = _opened(request, token)
    return _shown(request, session, asking, settings, today.isoformat(), _land(request, session, asking, today))


@router.post("/c/{token}")
@answers(HTML, JSON)
async def take(request: Request, token: str, settings: CurrentSettings, today: Today) -> Response:
    """Keep an answer; a territory may answer again, what it said before stays."""
    try:
        said = await _said(request)
    except Problem as problem:
        raise _told_in_full(request, problem) from None

    def kept() -> Response:
        session, asking = _opened(request, token)
        try:
            answer(session, asking, said, settings)
        except Problem as problem:
            raise _told_in_full(request, problem) from None
        fresh = asking_of(session, asking.id)
        return _shown(request, session, fresh, settings, today.isoformat(), [], done=True)

    return await run_in_threadpool(kept)


def _told_in_full(request: Request, problem: Problem) -> Problem:
    """A refused answer, told to who reads pages as what to do next."""
    if problem.kind != "invalid" or chosen(request, (HTML, JSON)) == JSON:
        return problem
    return Problem("invalid", "desk.page.refused", errors=problem.errors)


async def _said(request: Request) -> Answer:
    """The answer of a form or of a JSON body."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given == JSON:
        read: Answer = await BODY(request)
        return read
    fields = await form_fields(request)
    try:
        return answer_of(fields)
    except ValidationError as error:
        told = [refusal(entry, tuple(entry["loc"]), "body", None) for entry in error.errors()]
        raise Problem("invalid", "body.invalid", errors=told) from None


def _opened(request: Request, token: str) -> tuple[Session, Row[Any]]:
    link: Link = holder_of(request, Purpose.CONSULTATION, token)
    session = Session(request.app.state.database, link.principal, request.state.request_id)
    return session, asking_of(session, link.about)


def _land(request: Request, session: Session, asking: Row[Any], today: date) -> list[dict[str, Any]]:
    slots: Slots = request.app.state.slots
    with slots.turn():
        return own_land(session, asking, today)


def _shown(
    request: Request,
    session: Session,
    asking: Row[Any],
    settings: Settings,
    today: str,
    land: list[dict[str, Any]],
    *,
    done: bool = False,
) -> Response:
    with session.begin() as connection:
        given = [row for row in consultations.answers(connection, asking.consultation) if row.consulted == asking.id]
        lang = language_of(request.scope) if "lang" in request.query_params else asking.language
        rows = shown_need(connection, asking.need, lang)
        named = projects.facts(connection, [row.parcel for row in given if row.parcel is not None])
    if chosen(request, (HTML, JSON)) == JSON:
        return JSONResponse(_document(asking, land, given, settings), 201 if done else 200, HEADERS)
    return link_page(
        request,
        "consultation",
        lang=asking.language,
        title=sentence("desk.page.title", lang, territory=asking.name or ""),
        asker=asking.asker_name,
        deadline=day(last_day(asking.deadline, settings.timezone), lang),
        message=asking.message,
        need=rows,
        land=[_parcel(one, lang) for one in land],
        given=[_given(row, named, lang, settings) for row in given],
        done=done,
        late=last_day(asking.deadline, settings.timezone) < today,
        fields=FIELDS,
        markets=[(name, sentence(f"market.{name}", lang)) for name in MARKETS],
    )


MARKETS = ("for_sale", "for_lease", "optioned", "under_promise", "sold", "reserved_by_council", "kept_by_owner",
           "not_marketed")  # fmt: skip


def _parcel(one: Mapping[str, Any], lang: str) -> dict[str, Any]:
    parcel = one["parcel"]
    asked = [reason(each, lang) for each in one["criteria"] if each["verdict"] == "unknown"]
    return {
        "id": parcel["id"],
        "name": parcel["name"] or sentence("desk.page.unnamed", lang, id=parcel["id"]),
        "commune": parcel["commune_name"],
        "cadastral": ", ".join(parcel["cadastral_ids"]),
        "surface": surface(parcel["surface_m2"], lang),
        "market": sentence(f"market.{parcel['market']}", lang),
        "proved": one["list"] == "matches",
        "asked": asked,
    }


def _given(row: Row[Any], named: Mapping[int, Any], lang: str, settings: Settings) -> dict[str, str]:
    at = told_instant(row.answered_at, settings.timezone) or ""
    parcel = named.get(row.parcel, {}).get("name") or row.parcel
    said = row.document.get("name") or row.document.get("reason") or row.document.get("note")
    facts = facts_told(row.document.get("properties") or {}, lang) or None
    parts = [str(part) for part in (parcel, facts, said) if part is not None]
    return {"on": day(at[:10], lang), "kind": sentence(f"desk.answer.{row.kind}", lang), "said": ", ".join(parts)}


def _document(
    asking: Row[Any], land: list[dict[str, Any]], given: list[Row[Any]], settings: Settings
) -> dict[str, Any]:
    return {
        "territory": asking.name,
        "asked_by": asking.asker_name,
        "deadline": last_day(asking.deadline, settings.timezone),
        "message": asking.message,
        "need": asking.need,
        "parcels": [
            {
                "parcel": one["parcel"]["id"],
                "name": one["parcel"]["name"],
                "list": one["list"],
                "unknown": [each["name"] for each in one["criteria"] if each["verdict"] == "unknown"],
            }
            for one in land
        ],
        "answers": [told_answer(row, asking.deadline, settings.timezone) for row in given],
    }
