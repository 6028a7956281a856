"""A small room of routes on which the ground rules are tried."""

import time
from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat
from sqlalchemy import text

from api.deps import CurrentPrincipal, CurrentSession, PageLimit, only
from api.matching.needs import need_of
from api.security.body import GEOJSON, JSON, json_body
from api.security.principal import Principal
from geo.match.need.need import Need
from geo.store.database import Role

router = APIRouter()


class Geometry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")
    length_m: FiniteFloat = Field(gt=0, le=10_000, examples=[120.0])


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=40, examples=["Atelier"])
    surface_m2: FiniteFloat | None = Field(None, ge=0, le=1e9, examples=[12_500.0])
    since: date | None = None
    parts: list[Part] = []
    geometry: Geometry | None = None


@router.get("/things")
def list_things(
    limit: PageLimit,
    zone: Annotated[str | None, Query(max_length=200)] = None,
    min_surface: Annotated[FiniteFloat | None, Query(ge=0)] = None,
) -> dict[str, object]:
    return {"limit": limit, "zone": zone, "min_surface": min_surface}


@router.get("/things/{number}")
def read_thing(number: int) -> dict[str, int]:
    return {"number": number}


@router.post("/things", status_code=201)
def add_thing(thing: Annotated[Thing, json_body(Thing, (JSON, GEOJSON))]) -> dict[str, object]:
    return thing.model_dump(mode="json")


NUMBER = count(1)


@router.post("/counted", status_code=201)
def add_counted(thing: Annotated[Thing, json_body(Thing)], request: Request) -> JSONResponse:
    if thing.name == "slow":
        time.sleep(0.5)
    if thing.name == "broken":
        raise RuntimeError("broken on purpose")
    number = next(NUMBER)
    return JSONResponse({"number": number}, 201, headers={"Location": f"/things/{number}"})


@router.post("/long", status_code=201)
def add_long(parts: int = 6) -> StreamingResponse:
    number = next(NUMBER)
    return StreamingResponse(f"{number:01000000d}".encode() for _ in range(parts))


@router.get("/broken")
def broken() -> None:
    raise RuntimeError("secret detail of the inside")


@router.get("/broken-off")
def broken_off() -> StreamingResponse:
    def halves() -> Iterator[bytes]:
        yield b"one half"
        raise RuntimeError("no other half")

    return StreamingResponse(halves())


@router.get("/me")
def me(principal: CurrentPrincipal) -> dict[str, object]:
    return {
        "audience": principal.audience.value,
        "name": principal.name,
        "organisation": principal.organisation,
        "kind": principal.organisation_kind,
        "lenient": principal.lenient,
    }


@router.post("/me")
def post_me(principal: CurrentPrincipal) -> dict[str, str]:
    return {"name": principal.name}


@router.get("/planners")
def planners(principal: Annotated[Principal, Depends(only(Role.PLANNER, Role.ADMIN))]) -> dict[str, str]:
    return {"name": principal.name}


@router.get("/run")
def run(session: CurrentSession, statement: str) -> dict[str, object]:
    with session.begin() as connection:
        return {"value": connection.scalar(text(statement))}


@router.post("/needs")
def read_a_need(need: Annotated[Need, json_body(Need, reader=need_of)]) -> dict[str, object]:
    return need.model_dump(mode="json", exclude_unset=True)
