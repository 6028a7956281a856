"""What planners record of a parcel's procedures: where each stands, why, and what was recorded before."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.days import IsoDay
from api.deps import CurrentSession, Language, Today, only
from api.ids import RowId
from api.planning import fact_history, recording
from api.planning.readiness import PRIVATE
from api.planning.step_history import changes
from api.security.body import json_body
from api.security.principal import Principal
from geo.land.vocabulary import StepState
from geo.readiness.catalogue_file import in_use
from geo.store.database import Role
from geo.store.steps import Record

router = APIRouter(tags=["planning"])

CurrentPlanner = Annotated[Principal, Depends(only(Role.PLANNER, Role.ADMIN))]
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=2_000),
    Field(
        description="Why: it goes to the history. Name offices and documents, never a person",
        examples=["visite de la DDT du 3 mars"],
    ),
]


class StepUpdate(BaseModel):
    """Where a step stands, from a day."""

    model_config = ConfigDict(extra="forbid")

    step: str = Field(max_length=40, description="Code of the step, as in the catalogue", examples=["VRD"])
    state: StepState = Field(description="Where it stands", examples=["done"])
    effective_on: IsoDay = Field(
        description="The day from which it is so: of the deed, the vote, the beginning or the end of works",
        examples=["2026-03-02"],
    )
    reason: Reason
    evidence: str | None = Field(
        None,
        max_length=2_000,
        description="What shows it: number of a decision, address of a document",
        examples=["PA 038 449 26 10002"],
    )
    expires_on: IsoDay | None = Field(
        None, description="Last day on which it holds; unless said, as long as the catalogue says", examples=[None]
    )
    corrects: int | None = Field(
        None, ge=1, lt=2**63, description="A record it replaces, or the proposal it accepts", examples=[None]
    )


class Withdrawal(BaseModel):
    """Why a record is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


@router.post("/parcels/{parcel_id}/steps", status_code=201, summary="Record where a step stands")
def record(
    parcel_id: RowId,
    said: Annotated[StepUpdate, json_body(StepUpdate)],
    planner: CurrentPlanner,
    session: CurrentSession,
    today: Today,
    lang: Language,
) -> JSONResponse:
    """Record a step of land one answers for: it overrides what files say, and stays until it is corrected.

    From an agency, on land it only sees, it is kept as a proposal, which changes nothing until the organisation that
    answers for the land records it (`corrects`).
    """
    made = Record(
        said.step.upper(),
        said.state.value,
        said.effective_on,
        said.reason,
        said.evidence,
        said.expires_on,
        corrects=said.corrects,
    )
    actor = planner.actor(session.request_id, said.reason)
    return _answer(parcel_id, recording.record(session.database, planner.audience, actor, parcel_id, made, today, lang))


@router.post(
    "/parcels/{parcel_id}/steps/{record_id}/withdraw", status_code=201, summary="Take back what was recorded of a step"
)
def withdraw(
    parcel_id: RowId,
    record_id: RowId,
    said: Annotated[Withdrawal, json_body(Withdrawal)],
    planner: CurrentPlanner,
    session: CurrentSession,
    today: Today,
    lang: Language,
) -> JSONResponse:
    """Take a record back, or turn a proposal down: what was recorded before it, or the facts, speak again.

    Nothing is lost: the record stays in the history, with the reason it was taken back for.
    """
    actor = planner.actor(session.request_id, said.reason)
    asked = (session.database, planner.audience, actor, parcel_id, record_id, said.reason, today, lang)
    return _answer(parcel_id, recording.take_back(*asked))


@router.get("/parcels/{parcel_id}/history", summary="What was recorded of a parcel")
def history(parcel_id: RowId, planner: CurrentPlanner, session: CurrentSession, lang: Language) -> JSONResponse:
    """Every change of a step, the newest first: from what to what, as of which day, recorded when, why, by which
    organisation. Reasons and evidence are for the organisation that answers for the land; who proposed finds its
    proposals, and why they were turned down. `facts` are the changes of facts, for that organisation alone.
    """
    with session.begin() as connection:
        rights = recording.rights_of(connection, parcel_id)
        facts = fact_history.told(connection, session.database, parcel_id)
    rows = recording.history(session.database, parcel_id)
    listed = changes(rows, in_use(), lang, own=rights.own, reader=planner.organisation)
    return JSONResponse({"parcel": parcel_id, "steps": listed[::-1], "facts": facts}, headers=PRIVATE)


def _answer(parcel_id: int, change: dict[str, Any]) -> JSONResponse:
    headers = PRIVATE | {"Location": f"/parcels/{parcel_id}/history"}
    return JSONResponse({"parcel": parcel_id, **change}, 201, headers)
