"""The market of land over HTTP: on any day, as known at any instant."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from api.days import IsoDay
from api.deps import CurrentSession, PageLimit, Today
from api.desk.market import market
from api.ids import RowId
from api.planning.readiness import PRIVATE, CurrentMoment
from api.planning.steps import CurrentPlanner
from geo.store.desk.stock import Area

router = APIRouter(tags=["market"])

NEWS_DAYS = 30


async def area(
    epci: Annotated[
        str | None, Query(pattern=r"^\d{9}$", description="SIREN of an EPCI", examples=["200040590"])
    ] = None,
    department: Annotated[
        str | None, Query(pattern=r"^(\d{2}|2[AB]|97\d)$", description="Code of a department", examples=["38"])
    ] = None,
    commune: Annotated[
        str | None, Query(pattern=r"^[0-9AB]{5}$", description="INSEE code of a commune", examples=["38449"])
    ] = None,
) -> Area:
    """The place that is asked about; everywhere unless said."""
    return Area(epci, department, commune)


@router.get("/parcels/{parcel_id}/market", summary="The market of a parcel")
def of_parcel(parcel_id: RowId, session: CurrentSession, when: CurrentMoment) -> JSONResponse:
    """Whether it is available, on any day and as it was known at any instant: what was stated, and what holds it."""
    return _answer(market.of_parcel(session.database, session.principal.audience, session.actor, parcel_id, *when))


@router.get("/parcels/{parcel_id}/commitments", summary="What holds a parcel, and who waits")
def of_commitments(
    parcel_id: RowId,
    session: CurrentSession,
    when: CurrentMoment,
    ended: Annotated[bool, Query(description="Those that ended, too")] = False,
) -> JSONResponse:
    """Commitments by rank, with their terms; for which project, to that project and who answers for the land."""
    asked = (session.database, session.principal.audience, session.actor, parcel_id, *when)
    return _answer(market.commitments_of(*asked, ended=ended))


@router.get("/stock", summary="How much land there is")
def of_stock(
    session: CurrentSession, when: CurrentMoment, today: Today, place: Annotated[Area, Depends(area)]
) -> JSONResponse:
    """Number and hectares of the land one may see, by market and by class of readiness, in an EPCI, a department or a
    commune. Of another day than today, or as known before now, classes are not told.
    """
    asked = (session.database, session.principal.audience, session.actor, place, *when, today)
    return _answer(market.stock_of(*asked))


@router.get("/market/openings", summary="Land that became available again")
def of_openings(
    planner: CurrentPlanner,
    session: CurrentSession,
    today: Today,
    limit: PageLimit,
    since: Annotated[
        IsoDay | None, Query(description="Since which day; the last 30 unless said", examples=["2026-11-01"])
    ] = None,
) -> JSONResponse:
    """Options that lapsed, sales that fell through: who waits next, and which of one's open projects had nothing but
    the market against this land. A worker looks for those within a minute, and writes to the people of each.
    """
    first = since or today - timedelta(days=NEWS_DAYS)
    found = market.opened(session.database, planner.audience, session.actor, first, today, limit)
    return _answer({"openings": found, "since": first.isoformat()})


def _answer(found: dict[str, Any]) -> JSONResponse:
    return JSONResponse(found, headers=PRIVATE)
