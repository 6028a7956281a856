"""Proposals over HTTP."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.days import IsoDay
from api.deps import CurrentSession, CurrentSettings, Language, PageLimit, Today
from api.desk.market import proposals
from api.desk.market.commitment_routes import Number, Text
from api.ids import PlainDigits, RowId
from api.planning.readiness import PRIVATE
from api.planning.steps import CurrentPlanner, Reason, Withdrawal
from api.problems import Problem, Refusal
from api.security.body import json_body, optional_body
from geo.desk.market import Kind

router = APIRouter(tags=["market"])

State = Literal["open", "accepted", "refused", "withdrawn", "any"]


class ProposedCommitment(BaseModel):
    """A commitment that its author heard of."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind = Field(description="What binds", examples=["option"])
    effective_on: IsoDay = Field(description="The day from which it is so", examples=["2026-10-01"])
    expires_on: IsoDay | None = Field(None, description="Last day of its term", examples=["2027-03-31"])
    rank: Annotated[int, Field(ge=1, le=20)] | None = Field(None, description="Its rank", examples=[1])
    project: Number | None = Field(None, description="Number of the project it is for", examples=[12])
    buyer: Text | None = Field(None, description="For whom", examples=["Projet Alpha"])
    conditions: Text | None = Field(None, description="On what it depends", examples=["sous réserve du permis"])
    evidence: Text | None = Field(None, description="What shows it", examples=["délibération 2026-114"])


class NewProposal(BaseModel):
    """What is proposed of a parcel: facts, or a commitment."""

    model_config = ConfigDict(extra="forbid")

    properties: dict[str, Any] | None = Field(
        None, description="Facts, named as in the collection of parcels", examples=[{"price_eur_m2": 45}]
    )
    geometry: dict[str, Any] | None = Field(None, description="Its outline in GeoJSON, in degrees", examples=[None])
    commitment: ProposedCommitment | None = Field(None, description="A commitment to record", examples=[None])
    reason: Reason


class Acceptance(BaseModel):
    """How a proposal is accepted."""

    model_config = ConfigDict(extra="forbid")

    force: bool = Field(False, description="Although the facts have changed since it was filed", examples=[True])


@router.post("/parcels/{parcel_id}/proposals", status_code=201, summary="Propose a correction")
def file(
    parcel_id: RowId,
    said: Annotated[NewProposal, json_body(NewProposal)],
    planner: CurrentPlanner,
    session: CurrentSession,
    settings: CurrentSettings,
) -> JSONResponse:
    """Facts or a commitment of land that another organisation answers for: nothing changes until it accepts them."""
    actor = planner.actor(session.request_id, said.reason)
    asked = (session.database, planner.audience, actor, parcel_id)
    about_facts = said.properties is not None or said.geometry is not None
    if about_facts == (said.commitment is not None):
        errors = [Refusal("properties", "proposal.one_kind", {}, {"price_eur_m2": 45})]
        raise Problem("invalid", "body.invalid", errors=errors)
    if said.commitment is not None:
        terms = said.commitment.model_dump(mode="json", exclude_none=True)
        found = proposals.file_commitment(*asked, terms, said.reason)
    else:
        facts = said.model_dump(include={"properties", "geometry"}, exclude_none=True)
        found = proposals.file_facts(*asked, facts, said.reason, settings.srid)
    return _answer(found, 201)


@router.get("/proposals", summary="Proposals to decide, and one's own")
def listed(
    planner: CurrentPlanner,
    session: CurrentSession,
    limit: PageLimit,
    state: Annotated[State, Query(description="open unless said; any: decided ones, too")] = "open",
    box: Annotated[
        Literal["inbox", "mine"] | None, Query(description="inbox: on one's own land; mine: that one filed")
    ] = None,
    parcel: Annotated[int | None, PlainDigits, Query(ge=1, lt=2**63, description="Of this parcel")] = None,
    after: Annotated[int, PlainDigits, Query(ge=0, lt=2**63, description="Of a higher number, from `next`")] = 0,
) -> JSONResponse:
    """By number. Who answers for the land finds what was proposed of it; who proposed finds what became of it."""
    asked = (session.database, planner.audience, session.actor, state, box)
    found = proposals.listed(*asked, parcel=parcel, after=after, limit=limit)
    more: dict[str, Any] = {"next": found[-1]["proposal"]} if len(found) == limit else {}
    return _answer({"proposals": found, **more})


@router.get("/proposals/{number}", summary="A proposal")
def one(number: RowId, planner: CurrentPlanner, session: CurrentSession) -> JSONResponse:
    """What is proposed, by whom and why, and what became of it."""
    return _answer(proposals.one(session.database, planner.audience, session.actor, number))


@router.post("/proposals/{number}/accept", summary="Accept a proposal")
def accept(
    number: RowId,
    said: Annotated[Acceptance, optional_body(Acceptance)],
    planner: CurrentPlanner,
    session: CurrentSession,
    today: Today,
    lang: Language,
) -> JSONResponse:
    """It is written as one's own edit; the history names the proposal. 409 where the facts have changed since."""
    actor = planner.actor(session.request_id)
    asked = (session.database, planner.audience, actor, number, today, lang)
    return _answer(proposals.accept(*asked, force=said.force))


@router.post("/proposals/{number}/refuse", summary="Refuse a proposal")
def refuse(
    number: RowId,
    said: Annotated[Withdrawal, json_body(Withdrawal)],
    planner: CurrentPlanner,
    session: CurrentSession,
) -> JSONResponse:
    """Its author is told why; nobody else that there was one."""
    actor = planner.actor(session.request_id, said.reason)
    return _answer(proposals.refuse(session.database, planner.audience, actor, number, said.reason))


@router.post("/proposals/{number}/withdraw", summary="Take back a proposal")
def withdraw(
    number: RowId,
    said: Annotated[Withdrawal, json_body(Withdrawal)],
    planner: CurrentPlanner,
    session: CurrentSession,
) -> JSONResponse:
    """One that one filed oneself and that is not decided yet."""
    actor = planner.actor(session.request_id, said.reason)
    return _answer(proposals.withdraw(session.database, planner.audience, actor, number, said.reason))


def _answer(found: dict[str, Any], status: int = 200) -> JSONResponse:
    headers = PRIVATE | ({"Location": f"/proposals/{found['proposal']}"} if status == 201 else {})
    return JSONResponse(found, status, headers=headers)
