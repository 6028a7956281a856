"""Needs that no land met: counted when they are asked, and read by agencies."""

from contextlib import suppress
from datetime import date
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Response
from sqlalchemy.exc import SQLAlchemyError

from api.deps import CurrentSession, Session, only
from geo.match.need.demand import bins_of
from geo.match.need.need import Need
from geo.store.database import Role
from geo.store.demand import SHOWN_FROM, count_one, shown
from geo.store.views.views import PLANNERS

router = APIRouter(tags=["matching"])

Readers = Annotated[object, Depends(only(Role.PLANNER, Role.ADMIN))]


@router.get("/demand", summary="Kinds of needs that no land met")
def demand(session: CurrentSession, _: Readers) -> Response:
    """How many needs of each kind found nothing, by quarter; kinds asked fewer than five times are not told.

    For agencies: other planners find an empty list.
    """
    with session.begin() as connection:
        rows = [{**row._mapping, "quarter": row.quarter.isoformat()} for row in shown(connection)]
    document = {"shown_from": SHOWN_FROM, "demand": rows}
    return Response(orjson.dumps(document), media_type="application/json", headers={"Cache-Control": "no-store"})


def note_unmet(session: Session, need: Need, document: dict[str, Any], day: date) -> None:
    """Count a need of the public or a company that no land was proved for; a planner's trials are not demand.

    Nothing but its bins is kept, and an answer is not lost because counting fails.
    """
    if document["counts"]["proved"] or document["offset"] or session.principal.audience in PLANNERS:
        return
    with suppress(SQLAlchemyError), session.database.connection(Role.WORKER) as connection:
        count_one(connection, bins_of(need, day))
