"""Commitments over HTTP."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.days import IsoDay
from api.deps import CurrentSession, PageLimit, Today
from api.desk.market import commitments
from api.ids import PlainDigits, RowId
from api.planning.readiness import PRIVATE
from api.planning.steps import CurrentPlanner, Reason
from api.security.body import json_body
from geo.desk.market import Kind, Outcome
from geo.store.desk.commitments import Terms

router = APIRouter(tags=["market"])

MOST_PARCELS = 200
Number = Annotated[int, Field(ge=1, lt=2**63)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
_TERM = "Last day of its term, valid through that day; none: until it is ended"


class Correction(BaseModel):
    """What changes of an open commitment."""

    model_config = ConfigDict(extra="forbid")

    expires_on: IsoDay | None = Field(None, description=_TERM, examples=["2027-03-31"])
    project: Number | None = Field(None, description="Number of the project it is for", examples=[12])
    buyer: Text | None = Field(
        None, description="For whom, where it is for no project; a code name will do", examples=["Projet Alpha"]
    )
    conditions: Text | None = Field(None, description="On what it depends", examples=["sous réserve du permis"])
    evidence: Text | None = Field(None, description="What shows it", examples=["délibération 2026-114"])
    reason: Reason


class NewCommitment(Correction):
    """What is recorded of a commitment."""

    parcels: list[Number] = Field(
        min_length=1, max_length=MOST_PARCELS, description="The parcels it binds", examples=[[12]]
    )
    kind: Kind = Field(description="What binds; interest does not change the market", examples=["option"])
    effective_on: IsoDay = Field(
        description="The day from which it is so: of the signature, the vote, the deed; it may be past",
        examples=["2026-10-01"],
    )
    rank: Annotated[int, Field(ge=1, le=20)] | None = Field(
        None, description="1 holds the market, the others wait; the next that is free unless said", examples=[1]
    )
    follows: Number | None = Field(None, description="The commitment that it carries on and ends", examples=[None])


class Ending(BaseModel):
    """How a commitment ended."""

    model_config = ConfigDict(extra="forbid")

    outcome: Outcome = Field(
        description="withdrawn, failed or lapsed; kept and completed follow from recording what carries it on",
        examples=["withdrawn"],
    )
    on: IsoDay | None = Field(
        None, description="First day on which it holds no more; today unless said", examples=[None]
    )
    reason: Reason


class Promotion(BaseModel):
    """A better rank."""

    model_config = ConfigDict(extra="forbid")

    rank: Annotated[int, Field(ge=1, le=20)] = Field(1, description="The rank it gets", examples=[1])
    on: IsoDay | None = Field(None, description="From which day on; today unless said", examples=[None])
    reason: Reason


@router.post("/commitments", status_code=201, summary="Record a commitment")
def record(
    said: Annotated[NewCommitment, json_body(NewCommitment)],
    planner: CurrentPlanner,
    session: CurrentSession,
    today: Today,
) -> JSONResponse:
    """Record an interest, an option, a council vote, a promesse or a deed on land one answers for.

    The market follows at once. Land of another organisation: propose it by POST /parcels/{id}/proposals.
    """
    terms = Terms(
        said.kind,
        said.effective_on,
        said.reason,
        project=said.project,
        buyer=said.buyer,
        rank=said.rank,
        expires_on=said.expires_on,
        conditions=said.conditions,
        evidence=said.evidence,
        follows=said.follows,
    )
    actor = planner.actor(session.request_id, said.reason)
    parcels = list(dict.fromkeys(said.parcels))
    found = commitments.record(session.database, planner.audience, actor, parcels, terms, today)
    return _answer(found, 201)


@router.get("/commitments", summary="Open commitments on one's land")
def listed(
    planner: CurrentPlanner,
    session: CurrentSession,
    today: Today,
    limit: PageLimit,
    within_days: Annotated[
        int | None, PlainDigits, Query(ge=0, le=3_660, description="Those whose term ends within so many days")
    ] = None,
    project: Annotated[int | None, PlainDigits, Query(ge=1, lt=2**63, description="Those for this project")] = None,
    after: Annotated[int, PlainDigits, Query(ge=0, lt=2**63, description="Those of a higher number, from `next`")] = 0,
) -> JSONResponse:
    """Commitments that have neither ended nor lapsed, by number, with their terms."""
    found = commitments.listed(
        session.database,
        planner.audience,
        session.actor,
        today,
        within_days=within_days,
        project=project,
        after=after,
        limit=limit,
    )
    more: dict[str, Any] = {"next": found[-1]["commitment"]} if len(found) == limit else {}
    return _answer({"commitments": found, "as_of": today.isoformat(), **more})


@router.get("/commitments/{deal}", summary="A commitment and all that was recorded of it")
def one(deal: RowId, planner: CurrentPlanner, session: CurrentSession, today: Today) -> JSONResponse:
    """How it stands, and every row that was ever written of it: none is overwritten."""
    return _answer(commitments.of_deal(session.database, planner.audience, session.actor, deal, today))


@router.patch("/commitments/{deal}", summary="Prolong or correct a commitment")
def correct(
    deal: RowId,
    said: Annotated[Correction, json_body(Correction)],
    planner: CurrentPlanner,
    session: CurrentSession,
    today: Today,
) -> JSONResponse:
    """A new term, buyer, project, conditions or evidence; what was recorded before stays in the history."""
    changes = said.model_dump(exclude={"reason"}, exclude_none=True)
    actor = planner.actor(session.request_id, said.reason)
    return _answer(commitments.correct(session.database, planner.audience, actor, deal, changes, said.reason, today))


@router.post("/commitments/{deal}/close", summary="Say how a commitment ended")
def close(
    deal: RowId,
    said: Annotated[Ending, json_body(Ending)],
    planner: CurrentPlanner,
    session: CurrentSession,
    today: Today,
) -> JSONResponse:
    """The market returns to what else holds the land, or to what was stated of it (see /market/openings)."""
    actor = planner.actor(session.request_id, said.reason)
    asked = (session.database, planner.audience, actor, deal, said.outcome, said.on, said.reason, today)
    return _answer(commitments.close(*asked))


@router.post("/commitments/{deal}/promote", summary="Give a waiting commitment a better rank")
def promote(
    deal: RowId,
    said: Annotated[Promotion, json_body(Promotion)],
    planner: CurrentPlanner,
    session: CurrentSession,
    today: Today,
) -> JSONResponse:
    """At rank 1 it holds the market from that day on; nobody moves up by themselves."""
    actor = planner.actor(session.request_id, said.reason)
    asked = (session.database, planner.audience, actor, deal, said.rank, said.on, said.reason, today)
    return _answer(commitments.promote(*asked))


def _answer(found: dict[str, Any], status: Literal[200, 201] = 200) -> JSONResponse:
    headers = PRIVATE | ({"Location": f"/commitments/{found['commitment']}"} if status == 201 else {})
    return JSONResponse(found, status, headers=headers)
