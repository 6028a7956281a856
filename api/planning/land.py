"""What planners read of a parcel on its sheet: zones, constraints, and which buildings its profile tells of."""

import json
import math
from datetime import date
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.deps import CurrentSession
from api.ids import RowId
from api.ogc.caching import kept_by
from api.ogc.crs import EPSG
from api.problems import Problem
from geo.fit.profile import Curve, Profile
from geo.land.vocabulary import Effect, Industry
from geo.store.land_sheet import land_sheet

router = APIRouter(tags=["parcels"])

Row = Any
LEAST_WIDTH_M = 5.0
"""Narrower buildings are not told apart by a profile."""


class ZoneShare(BaseModel):
    """A zone of a plan on the parcel."""

    zone: int = Field(description="Id in /collections/zones")
    libelle: str | None
    typezone: str | None
    industry: Industry
    share: float = Field(description="Of the parcel, 0 to 1")


class IndustryRule(BaseModel):
    """Whether the plan allows an industrial building, and how that is known."""

    value: Industry
    rule: str | None
    source: str | None
    confidence: float | None = Field(description="0 to 1")


class TouchingConstraint(BaseModel):
    """A constraint that touches the parcel."""

    id: int = Field(description="Id in /collections/constraints")
    kind: str
    label: str | None
    effect: Effect
    clearance_m: float
    source_date: date | None
    covered_m2: float = Field(description="Of the parcel, its clearance included")


class Rung(BaseModel):
    """Of one length: the width for which a place was found, and one that is proved to fit at no angle."""

    length_m: float
    fits_m: float | None
    refused_m: float | None


class Land(BaseModel):
    """The land of a parcel; what is not known is null."""

    parcel: int
    zones: list[ZoneShare]
    industry: IndustryRule
    constraints: list[TouchingConstraint]
    constraints_known: bool = Field(description="False: none touches it among those loaded, which may not be all")
    buildings_known: bool
    buildable: dict[str, Any] | None = Field(description="MultiPolygon in `crs`: the parcel less what forbids building")
    crs: str
    scale: float | None = Field(description="Metres of `crs` in a ground metre here")
    profile: list[Rung] | None = Field(description="Rectangles without setback, in ground metres")
    market_on: date | None
    market_conditions: bool | None
    usage: str | None
    etat_occup: str | None
    pollution: str | None
    declared_on: str | None
    networks: dict[str, str] | None = Field(description="What the site publishes of its networks")
    networks_source: str | None
    networks_on: str | None


@router.get("/parcels/{parcel_id}/land", summary="Zones, constraints and profile of a parcel", response_model=Land)
def land(parcel_id: RowId, session: CurrentSession) -> Response:
    """What the plan says, what touches the parcel, what is buildable, and which rectangles fit."""
    with session.begin() as connection:
        row = land_sheet(connection, parcel_id)
    if row is None:
        raise Problem("not-found", "parcel.unknown", id=parcel_id)
    told = Land.model_validate(_told(parcel_id, row))
    return JSONResponse(told.model_dump(mode="json"), headers=kept_by(session.principal.audience))


def _told(parcel: int, row: Row) -> dict[str, Any]:
    industry = {
        "value": row.industry or Industry.UNKNOWN,
        "rule": row.industry_rule,
        "source": row.industry_source,
        "confidence": row.industry_confidence,
    }
    kept = (name for name in Land.model_fields if name in row._mapping)
    return {name: row._mapping[name] for name in kept} | {
        "parcel": parcel,
        "zones": row.zone_shares or [],
        "industry": industry,
        "constraints": row.constraints or [],
        "buildable": row.buildable and json.loads(row.buildable),
        "crs": EPSG.format(row.srid),
        "profile": _rungs(row.profile, row.scale),
    }


def _rungs(stored: bytes | None, scale: float | None) -> list[Rung] | None:
    """The curve of the buildable area in ground metres, each rectangle once: width no more than length."""
    profile = Profile.from_bytes(stored) if stored else None
    if profile is None or not scale:
        return None
    curve: Curve = profile.buildable
    rows = zip(curve.lengths / scale, curve.lower / scale, curve.upper / scale, strict=True)
    return [
        Rung(
            length_m=round(float(length), 1),
            fits_m=round(float(lower), 1) if lower >= LEAST_WIDTH_M else None,
            refused_m=round(float(upper), 1) if math.isfinite(upper) else None,
        )
        for length, lower, upper in rows
    ]
