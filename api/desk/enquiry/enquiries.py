"""Enquiries over HTTP: the public form, and the desk of those who answer."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from api.deps import CurrentPrincipal, CurrentSession, CurrentSettings, Language, PageLimit, Today, only
from api.desk.enquiry import enquiry_desk, enquiry_form
from api.desk.enquiry.enquiry_body import EnquiryChange, NewEnquiry, Status
from api.desk.versions import check_known, tag
from api.ids import RowId
from api.matching.explained import question
from api.matching.slots import Slots
from api.ogc.links import JSON, link, own
from api.ogc.paging import cursor, place
from api.planning.readiness import PRIVATE
from api.security.body import json_body
from api.security.principal import Doorkeeper, Principal, address_of
from geo.store.database import Role
from geo.store.desk import enquiries
from geo.store.items.hits import After

router = APIRouter(tags=["desk"])

CurrentPlanner = Annotated[Principal, Depends(only(Role.PLANNER, Role.ADMIN))]


@router.post("/enquiries", status_code=201, summary="Log an enquiry, or send one by the public form")
def take(
    request: Request,
    given: Annotated[NewEnquiry, json_body(NewEnquiry)],
    principal: CurrentPrincipal,
    session: CurrentSession,
    settings: CurrentSettings,
    lang: Language,
) -> JSONResponse:
    """Keep a mail as it came, with what its words say and by when it is due: 48 hours of working days later.

    A planner's organisation follows it. Who is not a planner sends the public form: it needs an address and consent,
    goes to the agency in whose territory the places it names lie, and is acknowledged by mail.
    """
    if principal.audience not in (Role.PLANNER, Role.ADMIN):
        doorkeeper: Doorkeeper = request.app.state.doorkeeper
        doorkeeper.forms.take(address_of(request.scope))
        sent = enquiry_form.send(session.database, given, settings, principal.name)
        return JSONResponse(sent, 201, PRIVATE)
    number = enquiry_desk.take(session, given, settings)
    found = enquiry_desk.one(session, number, settings, lang)
    headers = PRIVATE | {"Location": f"/enquiries/{number}", "ETag": tag(found["version"])}
    return JSONResponse(found, 201, headers)


@router.get("/enquiries", summary="The enquiries one follows, what is due first at the head")
def listed(
    request: Request,
    planner: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
    limit: PageLimit,
    status: Annotated[Status | None, Query(description="Only those that are open, answered or closed")] = None,
    next_: Annotated[
        str | None, Query(alias="next", description="Where a page begins, from its link", max_length=200)
    ] = None,
) -> JSONResponse:
    """Without mails, needs and people: those are told one enquiry at a time."""
    asked = ("enquiries", planner.audience, planner.organisation, status)
    after = 0 if next_ is None else int(place(next_, (), asked).id)
    with session.begin() as connection:
        rows = enquiries.listed(connection, status, after=after, limit=limit + 1)
    links = [link(own(request), "self", JSON)]
    if len(rows) > limit:
        links.append(link(own(request, next=cursor(After(rows[limit - 1].id), asked)), "next", JSON))
    now = datetime.now(UTC)
    found = [{**enquiry_desk.brief(row, settings.timezone, now), "has_need": row.has_need} for row in rows[:limit]]
    return JSONResponse({"enquiries": found, "links": links}, headers=PRIVATE)


@router.get("/enquiries/{enquiry_id}", summary="An enquiry: its mail, what was understood, who else may follow it")
def one(
    enquiry_id: RowId,
    _: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
    lang: Language,
) -> JSONResponse:
    """`possible_duplicates` names the organisation that follows the like of it, and nothing of what it knows."""
    found = enquiry_desk.one(session, enquiry_id, settings, lang)
    return JSONResponse(found, headers=PRIVATE | {"ETag": tag(found["version"])})


@router.patch("/enquiries/{enquiry_id}", summary="Confirm the need of an enquiry, or change what is said of it")
def change(
    request: Request,
    enquiry_id: RowId,
    said: Annotated[EnquiryChange, json_body(EnquiryChange)],
    planner: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
    today: Today,
    lang: Language,
) -> JSONResponse:
    """Only the members that are sent change; the mail never does. `If-Match` names the version they were written on."""
    with session.begin() as connection:
        row = enquiry_desk.seen(connection, enquiry_id, lock=True)
        check_known(request, planner, row.version)
        enquiry_desk.change(connection, row, said, session, today)
    found = enquiry_desk.one(session, enquiry_id, settings, lang)
    return JSONResponse(found, headers=PRIVATE | {"ETag": tag(found["version"])})


@router.get("/enquiries/{enquiry_id}/reply", summary="What the land has for it, three questions, and mails drafted")
def reply(
    request: Request,
    enquiry_id: RowId,
    _: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
    today: Today,
    lang: Language,
) -> JSONResponse:
    """The acknowledgement and the reply in the language of the enquiry, or in that of `lang`. Nothing is sent."""
    with session.begin() as connection:
        row = enquiry_desk.seen(connection, enquiry_id)
    slots: Slots = request.app.state.slots
    with slots.turn():
        answer = enquiry_desk.first_answer(session, row, today)
    spoken = lang if "lang" in request.query_params else row.language
    questions: list[dict[str, Any]] = [] if answer is None else answer["questions"] or []
    told = {
        "enquiry": row.id,
        "counts": None if answer is None else answer["counts"],
        "sites": [] if answer is None else [_site(each) for each in (*answer["matches"], *answer["to_check"])],
        "questions": [{**each, "says": question(each, spoken)} for each in questions],
        "drafts": enquiry_desk.drafts(session, row, answer, settings, spoken),
    }
    return JSONResponse(told, headers=PRIVATE)


def _site(match: dict[str, Any]) -> dict[str, Any]:
    return {"parcel_ids": match["parcel_ids"], "name": match["parcel"]["name"], "fit": match["fit"]}
