"""When a parcel can be used: by itself or for a need, of any day, as known at any instant."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from api.days import IsoDay, KnownAt, day_in, instant
from api.deps import CurrentSession, CurrentSettings, Language, Session, Today
from api.ids import RowId
from api.matching.needs import need_of
from api.planning.telling import told
from api.problems import Problem
from api.security.body import json_body
from geo.match.need.need import Need
from geo.match.readiness.one import readiness_of

router = APIRouter(tags=["planning"])

PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie, X-API-Key, Accept-Language"}


async def moment(
    settings: CurrentSettings,
    today: Today,
    as_of: Annotated[
        IsoDay | None,
        Query(description="Answer as of this day: what was true then. Today, or the day of known_at, unless said"),
    ] = None,
    known_at: Annotated[
        KnownAt | None,
        Query(description="Answer with what was recorded by this instant (or by the end of this day)"),
    ] = None,
) -> tuple[date, datetime | None]:
    """Of which day the answer is, and as known at which instant (None: now)."""
    then = instant(known_at, settings.timezone)
    return as_of or (today if then is None else min(day_in(then, settings.timezone), today)), then


CurrentMoment = Annotated[tuple[date, datetime | None], Depends(moment)]


@router.get("/parcels/{parcel_id}/readiness", summary="When works can start on a parcel")
def of_land(parcel_id: RowId, session: CurrentSession, when: CurrentMoment, lang: Language) -> JSONResponse:
    """The steps left on the parcel's own side, the dates they yield, the path that decides, and who said what."""
    return _answer(session, parcel_id, None, when, lang)


@router.post("/parcels/{parcel_id}/readiness", summary="When works can start on a parcel, for a need")
def for_need(
    parcel_id: RowId,
    need: Annotated[Need, json_body(Need, reader=need_of)],
    session: CurrentSession,
    when: CurrentMoment,
    lang: Language,
) -> JSONResponse:
    """The same with the project's own steps: its permits, its power, its building time. Nothing of it is stored."""
    return _answer(session, parcel_id, need, when, lang)


def _answer(
    session: Session, parcel_id: int, need: Need | None, when: tuple[date, datetime | None], lang: str
) -> JSONResponse:
    principal = session.principal
    document: dict[str, Any] | None = readiness_of(
        session.database, principal.audience, session.actor, parcel_id, need, *when
    )
    if document is None:
        raise Problem("not-found", "parcel.unknown", id=parcel_id)
    return JSONResponse({"parcel": parcel_id, **told(document, lang)}, headers=PRIVATE)
