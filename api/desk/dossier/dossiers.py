"""Dossiers over HTTP: made of a project's sites, read as page, PDF or DOCX, shared by a link."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from api.deps import CurrentSession, CurrentSettings, Language, Today, only
from api.desk.dossier import desk as dossier_desk
from api.desk.dossier.alike import warnings
from api.desk.dossier.body import NewDossier, NewLink
from api.desk.dossier.serving import DOCX, FORMATS, HTML, JSON, PDF, served
from api.desk.instants import told_instant
from api.ids import RowId
from api.matching.slots import Slots
from api.planning.readiness import PRIVATE
from api.problems import Problem, Refusal
from api.security.accept import chosen
from api.security.body import json_body, optional_body
from api.security.principal import Principal
from api.security.signed_links import link_address
from geo.store.database import Role
from geo.store.desk import dossiers, links
from geo.store.desk.links import Purpose

router = APIRouter(tags=["desk"])

CurrentPlanner = Annotated[Principal, Depends(only(Role.PLANNER, Role.ADMIN))]
SignedIn = Annotated[Principal, Depends(only(Role.COMPANY, Role.PLANNER, Role.ADMIN))]
SHARED_DAYS, MOST_SHARED_DAYS = 30, 366
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {media_type: {"schema": {}} for media_type in (HTML, PDF, DOCX, JSON)}}
}


@router.post("/projects/{project_id}/dossiers", status_code=201, summary="Make a dossier on sites of a project")
def make(
    request: Request,
    project_id: RowId,
    said: Annotated[NewDossier, json_body(NewDossier)],
    _: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
    today: Today,
    lang: Language,
) -> JSONResponse:
    """1 to 8 sites in one's own order and words. It is kept as it is told now: reading it later tells the same.

    `warnings`: the sites of an anonymous one that fewer than five published parcels are like.
    """
    slots: Slots = request.app.state.slots
    with slots.turn():
        made = dossier_desk.make(session, project_id, said, today)
    with session.begin() as connection:
        told = dossier_desk.brief(dossier_desk.read(connection, made), settings.timezone)
    told["warnings"] = warnings(session.database, told["facts"], lang)
    return JSONResponse(told, 201, headers=PRIVATE | {"Location": f"/dossiers/{made}"})


@router.get("/projects/{project_id}/dossiers", summary="The dossiers made of a project")
def listed(project_id: RowId, _: CurrentPlanner, session: CurrentSession, settings: CurrentSettings) -> JSONResponse:
    """The newest first, and until when each is shared."""
    found = dossier_desk.listed(session, project_id, settings.timezone)
    return JSONResponse({"project": project_id, "dossiers": found}, headers=PRIVATE)


@router.get("/dossiers/{dossier_id}", summary="A dossier: page, PDF, DOCX or its facts", responses=CONTENT)
def one(
    request: Request,
    dossier_id: RowId,
    _: SignedIn,
    session: CurrentSession,
    settings: CurrentSettings,
    f: Annotated[
        Literal["html", "pdf", "docx", "json"] | None, Query(description="Format; without it Accept decides")
    ] = None,
) -> Response:
    """As it was told on its day; `lang` tells it in the other language. A company reads what is shared with it."""
    wanted = chosen(request, (JSON, HTML, PDF, DOCX)) if f is None else FORMATS[f]
    with session.begin() as connection:
        kept = dossier_desk.read(connection, dossier_id)
    if wanted == JSON:
        told = orjson.dumps(dossier_desk.brief(kept, settings.timezone))
        return Response(told, media_type=JSON, headers=PRIVATE | {"Vary": "Accept, " + PRIVATE["Vary"]})
    return served(request, kept, wanted)


@router.post("/dossiers/{dossier_id}/link", status_code=201, summary="Share a dossier by a link")
def share(
    dossier_id: RowId,
    said: Annotated[NewLink, optional_body(NewLink)],
    _: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
    today: Today,
) -> JSONResponse:
    """Who has the link reads the dossier until a day, without an account; so does the company of the project."""
    ends = end_of(said.until or today + timedelta(days=SHARED_DAYS), today, settings.timezone)
    with session.begin("share") as connection:
        owner = dossiers.share(connection, dossier_id, ends)
        if owner is None:
            raise Problem("not-found", "dossier.unknown", id=dossier_id)
        token = links.issue(connection, Purpose.DOSSIER, dossier_id, organisation=owner, expires_at=ends)
    address = link_address(settings, Purpose.DOSSIER, token)
    told = {"address": address, "expires_at": told_instant(ends, settings.timezone)}
    return JSONResponse(told, 201, headers={"Cache-Control": "no-store"})


@router.delete("/dossiers/{dossier_id}/link", status_code=204, summary="End every link to a dossier")
def unshare(dossier_id: RowId, _: CurrentPlanner, session: CurrentSession) -> Response:
    """Nobody reads it any more but who follows the project."""
    with session.begin("unshare") as connection:
        if dossiers.share(connection, dossier_id, None) is None:
            raise Problem("not-found", "dossier.unknown", id=dossier_id)
        links.revoke(connection, Purpose.DOSSIER, dossier_id)
    return Response(status_code=204)


def end_of(last: date, today: date, timezone: str) -> datetime:
    """The end of a link's last day. Raises Problem: 422, it is past or more than a year away."""
    if not today <= last <= today + timedelta(days=MOST_SHARED_DAYS):
        example = (today + timedelta(days=SHARED_DAYS)).isoformat()
        params = {"first": today.isoformat(), "days": MOST_SHARED_DAYS}
        raise Problem("invalid", "body.invalid", errors=[Refusal("until", "dossier.until", params, example)])
    return datetime.combine(last + timedelta(days=1), time.min, ZoneInfo(timezone))
