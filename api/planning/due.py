"""Statuses that nobody has said again in their term: the list of an organisation, and saying many again in one call."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.days import IsoDay
from api.deps import CurrentSession, Language, PageLimit, Session, Today
from api.ogc.links import JSON, link, own
from api.ogc.paging import cursor, place
from api.planning import attesting
from api.planning.due_told import told_due
from api.planning.readiness import PRIVATE
from api.planning.steps import CurrentPlanner, Reason
from api.security.body import json_body
from geo.derive.due import due_statuses
from geo.store.database import Role
from geo.store.items.hits import After

router = APIRouter(tags=["planning"])

MOST = 1_000


class Attested(BaseModel):
    """A status seen to be still so."""

    model_config = ConfigDict(extra="forbid")

    parcel: int = Field(ge=1, lt=2**63, description="Id of the parcel", examples=[12])
    step: str | None = Field(
        None, max_length=40, description="Code of the step; unless said, every one that is due there", examples=["VRD"]
    )


class Attestation(BaseModel):
    """Statuses seen to be still as they are told."""

    model_config = ConfigDict(extra="forbid")

    statuses: list[Attested] = Field(min_length=1, max_length=MOST, description="What was seen")
    reason: Reason
    attested_on: IsoDay | None = Field(
        None, description="The day it was seen; today unless said", examples=["2026-11-20"]
    )


@router.get("/due", summary="Statuses to say again")
def due(
    request: Request,
    planner: CurrentPlanner,
    session: CurrentSession,
    today: Today,
    lang: Language,
    limit: PageLimit,
    next_: Annotated[
        str | None, Query(alias="next", description="Where a page begins, from its link", max_length=200)
    ] = None,
) -> JSONResponse:
    """The statuses of one's organisation (of all, for an administrator) that were not said again in their term, parcel
    by parcel. `limit` counts parcels.
    """
    question = ("due", planner.audience, planner.organisation)
    after = 0 if next_ is None else int(place(next_, (), question).id)
    with session.database.connection(Role.WORKER) as connection:
        found = due_statuses(connection, _organisation(session), today, after=after, limit=limit + 1)
    links = [link(own(request), "self", JSON)]
    if len(found) > limit:
        links.append(link(own(request, next=cursor(After(found[limit - 1].parcel), question)), "next", JSON))
    listed = [told_due(one, status, lang) for one in found[:limit] for status in one.statuses]
    return JSONResponse({"due": listed, "as_of": today.isoformat(), "links": links}, headers=PRIVATE)


def _organisation(session: Session) -> int | None:
    """Whose land is asked about: of a planner without an organisation none, so a number that nobody has."""
    principal = session.principal
    return None if principal.audience is Role.ADMIN else principal.organisation or 0


@router.post("/due/attestations", status_code=201, summary="Say statuses again")
def attest(
    said: Annotated[Attestation, json_body(Attestation)],
    planner: CurrentPlanner,
    session: CurrentSession,
    today: Today,
) -> JSONResponse:
    """Say of many statuses that they are still as they are told: all of them, or none when one is refused.

    A status that is another by now is recorded as such instead (`POST /parcels/{id}/steps`).
    """
    on = said.attested_on or today
    actor = planner.actor(session.request_id, said.reason)
    seen = [(one.parcel, one.step) for one in said.statuses]
    count = attesting.attest(session.database, planner.audience, actor, seen, said.reason, on, today)
    parcels = sorted({one.parcel for one in said.statuses})
    return JSONResponse({"attested": count, "parcels": parcels, "attested_on": on.isoformat()}, 201, headers=PRIVATE)
