"""Saved searches over HTTP, and the feeds of searches and projects."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.deps import CurrentSession, CurrentSettings, PageLimit, Today
from api.desk.following.following import close_feed, open_feed, save_search, search_told
from api.desk.following.search_body import NewSearch
from api.desk.lists import Next, page_of
from api.desk.people.contacts import CurrentPlanner
from api.ids import RowId
from api.planning.readiness import PRIVATE
from api.problems import Problem
from api.security.body import json_body
from geo.store.desk import searches
from geo.store.desk.watches import Subject

router = APIRouter(tags=["desk"])


@router.post("/searches", status_code=201, summary="Save a search under a name")
def save(
    said: Annotated[NewSearch, json_body(NewSearch)],
    _: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
) -> JSONResponse:
    """A filter on parcels, or a need. People are told of what changes in it (`/subscriptions`), or read its feed."""
    number = save_search(session, said, settings.srid)
    with session.begin() as connection:
        row = searches.one(connection, number)
    return JSONResponse(search_told(row), 201, PRIVATE | {"Location": f"/searches/{number}"})


@router.get("/searches", summary="Saved searches")
def listed(
    request: Request, _: CurrentPlanner, session: CurrentSession, limit: PageLimit, next_: Next = None
) -> JSONResponse:
    """Those of one's own organisation, in the order they were made."""
    rows, links = page_of(request, session, "searches", searches.listed, next_, limit)
    return JSONResponse({"searches": [search_told(row) for row in rows], "links": links}, headers=PRIVATE)


@router.get("/searches/{search_id}", summary="A saved search")
def one(search_id: RowId, _: CurrentPlanner, session: CurrentSession) -> JSONResponse:
    """Its name, what it asks, and through whose eyes."""
    with session.begin() as connection:
        row = searches.one(connection, search_id)
    if row is None:
        raise Problem("not-found", "search.unknown", id=search_id)
    return JSONResponse(search_told(row), headers=PRIVATE)


@router.delete("/searches/{search_id}", status_code=204, summary="End a saved search")
def end(search_id: RowId, _: CurrentPlanner, session: CurrentSession) -> Response:
    """Nobody is told of it any more, and its feed ends."""
    with session.begin() as connection:
        if not searches.end(connection, search_id):
            raise Problem("not-found", "search.unknown", id=search_id)
    return Response(status_code=204)


@router.post("/searches/{search_id}/feed", status_code=201, summary="Open the feed of a saved search")
def open_of_search(
    search_id: RowId, _: CurrentPlanner, session: CurrentSession, settings: CurrentSettings, today: Today
) -> JSONResponse:
    """The secret address of an Atom feed, told this once; an earlier one ends. Who has the address reads the feed."""
    return _opened(open_feed(session, Subject(search=search_id), settings, today))


@router.delete("/searches/{search_id}/feed", status_code=204, summary="End the feed of a saved search")
def close_of_search(search_id: RowId, _: CurrentPlanner, session: CurrentSession) -> Response:
    """Its address opens nothing any more."""
    close_feed(session, Subject(search=search_id))
    return Response(status_code=204)


@router.post("/projects/{project_id}/feed", status_code=201, summary="Open the feed of a project")
def open_of_project(
    project_id: RowId, _: CurrentPlanner, session: CurrentSession, settings: CurrentSettings, today: Today
) -> JSONResponse:
    """The same of a project: of the land of its shortlist and of its latest need, as its planners see it."""
    return _opened(open_feed(session, Subject(project=project_id), settings, today))


@router.delete("/projects/{project_id}/feed", status_code=204, summary="End the feed of a project")
def close_of_project(project_id: RowId, _: CurrentPlanner, session: CurrentSession) -> Response:
    """Its address opens nothing any more."""
    close_feed(session, Subject(project=project_id))
    return Response(status_code=204)


def _opened(address: str) -> JSONResponse:
    return JSONResponse({"feed": address}, 201, {"Cache-Control": "no-store"})
