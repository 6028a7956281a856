"""Who is told of what by the daily digest, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.deps import CurrentSession, CurrentSettings, PageLimit, Today
from api.desk.following.following import subscribe, subscription_told
from api.desk.following.search_body import NewSubscription
from api.desk.lists import Next, page_of
from api.desk.people.contacts import CurrentPlanner
from api.ids import RowId
from api.planning.readiness import PRIVATE
from api.problems import Problem
from api.security.body import json_body
from geo.store.desk import subscriptions

router = APIRouter(tags=["desk"])


@router.post("/subscriptions", status_code=201, summary="Have a person told of a search or a project")
def add(
    said: Annotated[NewSubscription, json_body(NewSubscription)],
    _: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
    today: Today,
) -> JSONResponse:
    """From now on a daily mail tells what changed, when something did: only what the person may see on that day.

    A search for planners, and a project, are for people of one's own organisation; a project is also for people of
    a company. Each mail holds a link to stop it.
    """
    number = subscribe(session, said, settings.srid, today)
    with session.begin() as connection:
        row = subscriptions.one(connection, number)
    return JSONResponse(subscription_told(row), 201, PRIVATE)


@router.get("/subscriptions", summary="Who is told of what")
def listed(
    request: Request, _: CurrentPlanner, session: CurrentSession, limit: PageLimit, next_: Next = None
) -> JSONResponse:
    """The subscriptions of one's own organisation, in the order they were made."""
    rows, links = page_of(request, session, "subscriptions", subscriptions.listed, next_, limit)
    found = [subscription_told(row) for row in rows]
    return JSONResponse({"subscriptions": found, "links": links}, headers=PRIVATE)


@router.delete("/subscriptions/{subscription_id}", status_code=204, summary="Stop telling a person")
def end(subscription_id: RowId, _: CurrentPlanner, session: CurrentSession) -> Response:
    """The person gets no further mail about it."""
    with session.begin() as connection:
        row = subscriptions.one(connection, subscription_id)
        if row is None:
            raise Problem("not-found", "subscription.unknown", id=subscription_id)
        subscriptions.end(connection, row.contact, row.id, "by_hand")
    return Response(status_code=204)
