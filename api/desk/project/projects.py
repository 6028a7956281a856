"""Projects over HTTP: for who follows them, and their company what concerns it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from api.days import IsoDay
from api.deps import CurrentSession, CurrentSettings, Language, PageLimit, Today, only
from api.desk.project import project_desk
from api.desk.project.changed_since import answered, changed_since, keep, need_row
from api.desk.project.comparing import comparison
from api.desk.project.project_body import NewNeed, NewProject, NewProposal, ProjectChange, Shortlist
from api.desk.versions import check_known, tag
from api.ids import RowId
from api.matching.slots import Slots
from api.ogc.links import JSON, link, own
from api.ogc.paging import cursor, place
from api.planning.readiness import PRIVATE
from api.security.body import json_body
from api.security.principal import Principal
from geo.desk.project_status import ProjectStatus
from geo.store.database import Role
from geo.store.desk import projects
from geo.store.items.hits import After

router = APIRouter(tags=["desk"])

CurrentPlanner = Annotated[Principal, Depends(only(Role.PLANNER, Role.ADMIN))]
SignedIn = Annotated[Principal, Depends(only(Role.COMPANY, Role.PLANNER, Role.ADMIN))]
ONE = "/projects/{project_id}"


@router.post("/projects", status_code=201, summary="Start a project")
def start(
    given: Annotated[NewProject, json_body(NewProject)],
    _: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
) -> JSONResponse:
    """From an enquiry, whose need it takes over, or by itself. It is confidential unless said otherwise."""
    return _told(session, settings, project_desk.start(session, given), 201)


@router.get("/projects", summary="The projects one follows; of a company, its own")
def listed(
    request: Request,
    reader: SignedIn,
    session: CurrentSession,
    settings: CurrentSettings,
    limit: PageLimit,
    status: Annotated[ProjectStatus | None, Query(description="Only those that stand there")] = None,
    next_: Annotated[
        str | None, Query(alias="next", description="Where a page begins, from its link", max_length=200)
    ] = None,
) -> JSONResponse:
    """In the order they were started."""
    asked = ("projects", reader.audience, reader.organisation, reader.project, status)
    after = 0 if next_ is None else int(place(next_, (), asked).id)
    with session.begin() as connection:
        rows = projects.listed(connection, status, after=after, limit=limit + 1)
    links = [link(own(request), "self", JSON)]
    if len(rows) > limit:
        links.append(link(own(request, next=cursor(After(rows[limit - 1].id), asked)), "next", JSON))
    found = [{**project_desk.brief(row, settings.timezone), "need_version": row.need_version} for row in rows[:limit]]
    return JSONResponse({"projects": found, "links": links}, headers=PRIVATE)


@router.get(ONE, summary="A project: where it stands, its need, how it came there")
def one(project_id: RowId, _: SignedIn, session: CurrentSession, settings: CurrentSettings) -> JSONResponse:
    """Its company is told the status and the need."""
    return _told(session, settings, project_id)


@router.patch(ONE, summary="Change where a project stands, or its name")
def change(
    request: Request,
    project_id: RowId,
    said: Annotated[ProjectChange, json_body(ProjectChange)],
    planner: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
) -> JSONResponse:
    """A status follows the one before it; a project that is lost, or comes back, says why."""
    with session.begin(said.reason) as connection:
        row = project_desk.seen(connection, project_id, lock=True)
        check_known(request, planner, row.version)
        project_desk.change(connection, row, said)
    return _told(session, settings, project_id)


@router.get(f"{ONE}/needs", summary="Every version of the need")
def needs(project_id: RowId, _: SignedIn, session: CurrentSession, settings: CurrentSettings) -> JSONResponse:
    """The newest first; it is the one that counts. Why each was made is told who follows the project."""
    found = project_desk.needs(session, project_id, settings.timezone)
    return JSONResponse({"project": project_id, "needs": found}, headers=PRIVATE)


@router.post(f"{ONE}/needs", status_code=201, summary="Append a version of the need")
def add_need(
    project_id: RowId,
    said: Annotated[NewNeed, json_body(NewNeed)],
    _: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
) -> JSONResponse:
    """What was asked before stays; it counts no more."""
    with session.begin(said.why) as connection:
        project_desk.add_need(connection, project_desk.seen(connection, project_id, lock=True), said)
    return _told(session, settings, project_id, 201)


@router.get(f"{ONE}/shortlist", summary="The sites kept for a project, in their order")
def shortlist(project_id: RowId, _: SignedIn, session: CurrentSession, settings: CurrentSettings) -> JSONResponse:
    """To its company: the sites that were proposed to it, without the reasons."""
    return _sites(session, settings, project_id)


@router.put(f"{ONE}/shortlist", summary="Put the sites of a project into an order")
def order(
    request: Request,
    project_id: RowId,
    said: Annotated[Shortlist, json_body(Shortlist)],
    planner: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
) -> JSONResponse:
    """All of them, in their order, each with a reason. `If-Match` names the version of the project that was read."""
    with session.begin("shortlist") as connection:
        row = project_desk.seen(connection, project_id, lock=True)
        check_known(request, planner, row.version)
        project_desk.order(connection, row, said)
    return _sites(session, settings, project_id)


@router.get(f"{ONE}/proposals", summary="Who was proposed what, and when")
def proposals(project_id: RowId, _: CurrentPlanner, session: CurrentSession, settings: CurrentSettings) -> JSONResponse:
    """The newest first."""
    found = project_desk.proposals(session, project_id, settings.timezone)
    return JSONResponse({"project": project_id, "proposals": found}, headers=PRIVATE)


@router.post(f"{ONE}/proposals", status_code=201, summary="Note that a site was proposed")
def propose(
    project_id: RowId,
    said: Annotated[NewProposal, json_body(NewProposal)],
    _: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
    today: Today,
) -> JSONResponse:
    """From then on the company of the project sees that site of the shortlist. Nothing noted is ever overwritten."""
    with session.begin() as connection:
        project_desk.propose(connection, project_id, said, today)
    found = project_desk.proposals(session, project_id, settings.timezone)
    return JSONResponse({"project": project_id, "proposals": found}, 201, PRIVATE)


@router.get(f"{ONE}/comparison", summary="Two to eight sites side by side")
def compare(
    request: Request,
    project_id: RowId,
    _: CurrentPlanner,
    session: CurrentSession,
    today: Today,
    lang: Language,
    parcels: Annotated[
        str,
        Query(
            pattern=r"^(|[1-9][0-9]{0,17}(,[1-9][0-9]{0,17})*)$", max_length=400, description="Ids, separated by commas"
        ),
    ] = "",
) -> JSONResponse:
    """The same criteria for each, with fact and source; unless said, the head of the shortlist."""
    ids = [int(number) for number in parcels.split(",") if number]
    slots: Slots = request.app.state.slots
    with slots.turn():
        return JSONResponse(comparison(session, project_id, ids, today, lang), headers=PRIVATE)


@router.post(f"{ONE}/answers", status_code=201, summary="Answer the need, and keep the answer to compare later ones")
def answer(
    request: Request, project_id: RowId, _: CurrentPlanner, session: CurrentSession, today: Today
) -> JSONResponse:
    """What changes from now on is told by `GET /projects/{project_id}/changes`."""
    need = need_row(session, project_id)
    slots: Slots = request.app.state.slots
    with slots.turn():
        document = answered(session, need, today)
    number = keep(session, need, document, today)
    told = {"id": number, "need_version": need.version, "as_of": today.isoformat()}
    return JSONResponse({**told, "counts": document["counts"], "digest": document["digest"]}, 201, PRIVATE)


@router.get(f"{ONE}/changes", summary="What changed since an answer was kept: new, lost and moved sites, and why")
def changes(
    request: Request,
    project_id: RowId,
    _: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
    today: Today,
    lang: Language,
    since: Annotated[IsoDay | None, Query(description="Since the last answer kept by this day; else the last")] = None,
) -> JSONResponse:
    """The need is answered anew, and compared with the answer that was kept."""
    slots: Slots = request.app.state.slots
    with slots.turn():
        found = changed_since(session, project_id, since, today, lang, settings.timezone)
    return JSONResponse(found, headers=PRIVATE)


def _told(session: CurrentSession, settings: CurrentSettings, project: int, status: int = 200) -> JSONResponse:
    found = project_desk.one(session, project, settings.timezone)
    headers = PRIVATE | {"ETag": tag(found["version"])}
    headers |= {"Location": f"/projects/{project}"} if status == 201 else {}
    return JSONResponse(found, status, headers)


def _sites(session: CurrentSession, settings: CurrentSettings, project: int) -> JSONResponse:
    found = project_desk.shortlist(session, project, settings.timezone)
    version = project_desk.one(session, project, settings.timezone)["version"]
    return JSONResponse({"project": project, "sites": found}, headers=PRIVATE | {"ETag": tag(version)})
