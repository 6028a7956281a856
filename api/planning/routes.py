"""What planners and companies ask of one parcel: when it can be used."""

from typing import Any

from fastapi import APIRouter

from api.deps import CurrentSession, Today
from api.ids import RowId
from api.problems import Problem
from geo.match.one import readiness_of

router = APIRouter(tags=["planning"])


@router.get("/parcels/{parcel_id}/readiness", summary="When works can start on a parcel")
def readiness(parcel_id: RowId, session: CurrentSession, today: Today) -> dict[str, Any]:
    """The steps left on the parcel's own side, the dates they yield, and the path that decides."""
    document = readiness_of(session.database, session.principal.audience, session.actor, parcel_id, None, today)
    if document is None:
        raise Problem("not-found", "parcel.unknown", id=parcel_id)
    return document
