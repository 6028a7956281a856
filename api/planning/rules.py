"""The plan's rules on buildings over HTTP."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.deps import CurrentSession
from api.ids import RowId
from api.planning import building_rules
from api.planning.readiness import PRIVATE
from api.planning.steps import CurrentPlanner, Reason, Withdrawal
from api.security.body import json_body
from geo.land.building_limits import BuildingRule
from geo.store.building_rules import Figure

router = APIRouter(tags=["planning"])

ROOT = "/parcels/{parcel_id}/building-rules"


class RuleUpdate(BaseModel):
    """A figure of the plan on buildings, and where it is written."""

    model_config = ConfigDict(extra="forbid")

    rule: BuildingRule = Field(description="Which rule", examples=["ces"])
    value: float | None = Field(
        description="ces, open_ground: share of the land, 0 to 1; height: metres; parking: places for 100 m2 of floor; "
        "retention: litres for a square metre built over. null: the plan sets none",
        examples=[0.6],
        strict=True,
        allow_inf_nan=False,
    )
    of: Literal["parcel", "zone"] = Field(
        "parcel",
        description="zone: of every parcel under the same label of the same plan; what is said of a parcel comes first",
        examples=["zone"],
    )
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)] = Field(
        description="Where it is written", examples=["règlement UX, article 9"]
    )
    reason: Reason


@router.get(ROOT, summary="The plan's rules on buildings")
def rules(parcel_id: RowId, planner: CurrentPlanner, session: CurrentSession) -> JSONResponse:
    """The rules that are known of a parcel, those that are not, and every figure said of it."""
    return _answer(building_rules.rules_of(session.database, planner.audience, session.actor, parcel_id))


@router.post(ROOT, status_code=201, summary="Enter a rule of the plan on buildings")
def say(
    parcel_id: RowId,
    said: Annotated[RuleUpdate, json_body(RuleUpdate)],
    planner: CurrentPlanner,
    session: CurrentSession,
) -> JSONResponse:
    """Enter a figure of land one answers for; what stood there before stays in the history."""
    figure = Figure(said.rule, said.value, said.source, said.reason)
    actor = planner.actor(session.request_id, said.reason)
    found = building_rules.say(session.database, planner.audience, actor, parcel_id, figure, of_zone=said.of == "zone")
    return _answer(found, 201)


@router.post(f"{ROOT}/{{record_id}}/withdraw", status_code=201, summary="Take a rule on buildings back")
def withdraw(
    parcel_id: RowId,
    record_id: RowId,
    said: Annotated[Withdrawal, json_body(Withdrawal)],
    planner: CurrentPlanner,
    session: CurrentSession,
) -> JSONResponse:
    """Take a figure back: it is not known any more, and stays in the history."""
    actor = planner.actor(session.request_id, said.reason)
    audience = planner.audience
    return _answer(building_rules.take_back(session.database, audience, actor, parcel_id, record_id, said.reason), 201)


def _answer(found: dict[str, Any], status: int = 200) -> JSONResponse:
    return JSONResponse(found, status, headers=PRIVATE)
