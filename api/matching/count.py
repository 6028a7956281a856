"""How many sites a need finds, by the index alone: while it is being written, over HTTP."""

from dataclasses import asdict

import orjson
from fastapi import APIRouter, Request, Response

from api.deps import CurrentSession, Today
from api.matching.needs import check_known
from api.matching.routes import PRIVATE, GivenNeed
from api.matching.slots import Slots
from api.security.body import JSON
from geo.match.counting import count

router = APIRouter(tags=["matching"])


@router.post("/matches/count", summary="How many sites a need finds")
def count_matches(request: Request, need: GivenNeed, session: CurrentSession, today: Today) -> Response:
    """The counts of `/matches` before any building is placed: those whose fit is not proved yet are open.

    For pages that count while a need is typed. Nothing of it is stored, and unmet needs are not noted.
    """
    slots: Slots = request.app.state.slots
    check_known(session.database, session.principal.audience, session.actor, need)
    with slots.turn():
        counted = asdict(count(session.database, session.principal.audience, session.actor, need, today))
    data = counted.pop("data")
    told = {"counts": counted, "as_of": today.isoformat(), "data": data}
    return Response(orjson.dumps(told), media_type=JSON, headers=PRIVATE)
