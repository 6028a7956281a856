"""Consents over HTTP."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.days import IsoDay
from api.deps import CurrentSession, Today
from api.desk.market import consents
from api.ids import RowId
from api.planning.readiness import PRIVATE
from api.planning.steps import CurrentPlanner, Reason, Withdrawal
from api.security.body import json_body

router = APIRouter(tags=["market"])

ROOT = "/parcels/{parcel_id}/consents"


class NewConsent(BaseModel):
    """To whom a parcel is opened."""

    model_config = ConfigDict(extra="forbid")

    project: int = Field(
        ge=1, lt=2**63, description="Number of the project, as its organisation tells it", examples=[12]
    )
    until: IsoDay = Field(description="Last day on which the project sees the parcel", examples=["2026-12-31"])
    reason: Reason


@router.get(ROOT, summary="To which projects a parcel is open")
def listed(parcel_id: RowId, planner: CurrentPlanner, session: CurrentSession, today: Today) -> JSONResponse:
    """The projects that see a parcel that is hidden from others, until when, and every time that changed."""
    found = consents.of_parcel(session.database, planner.audience, session.actor, parcel_id, today)
    return JSONResponse(found, headers=PRIVATE)


@router.post(ROOT, status_code=201, summary="Open a parcel to one project")
def grant(
    parcel_id: RowId,
    said: Annotated[NewConsent, json_body(NewConsent)],
    planner: CurrentPlanner,
    session: CurrentSession,
    today: Today,
) -> JSONResponse:
    """The company of that project, and nobody else, sees the parcel through that day. Said anew, that one counts."""
    actor = planner.actor(session.request_id, said.reason)
    asked = (session.database, planner.audience, actor, parcel_id, said.project, said.until, said.reason, today)
    return JSONResponse(consents.grant(*asked), 201, headers=PRIVATE | {"Location": ROOT.format(parcel_id=parcel_id)})


@router.post(f"{ROOT}/{{project_id}}/end", summary="Close a parcel to a project")
def end(
    parcel_id: RowId,
    project_id: RowId,
    said: Annotated[Withdrawal, json_body(Withdrawal)],
    planner: CurrentPlanner,
    session: CurrentSession,
    today: Today,
) -> JSONResponse:
    """From today on the project does not see it any more; that it did stays in the history."""
    actor = planner.actor(session.request_id, said.reason)
    asked = (session.database, planner.audience, actor, parcel_id, project_id, said.reason, today)
    return JSONResponse(consents.end(*asked), headers=PRIVATE)
