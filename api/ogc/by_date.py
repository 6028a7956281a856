"""Parcels filtered and sorted by the day they can be used, as query parameters ask."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from fastapi import Depends, Query, Request

from api.days import IsoDay
from api.deps import CurrentPrincipal, Session, only
from api.matching.slots import Slots
from api.problems import Problem
from geo.derive.dates import Asked, keep_all
from geo.land.vocabulary import ReadyClass
from geo.readiness.catalogue_file import in_use
from geo.readiness.needclass import OWNER_ONLY, NeedClass, class_of_key
from geo.store.database import Role
from geo.store.dated import OF_LAND, PRUDENT, Dated
from geo.store.items.dates import ByDate

Milestone = Literal["start", "start_cleared", "power", "production"]


async def by_date(
    principal: CurrentPrincipal,
    ready_by: Annotated[
        IsoDay | None, Query(description="Parcels whose date (`milestone`, `probability`) is this day or earlier")
    ] = None,
    ready_class: Annotated[
        str | None,
        Query(description="Classes, separated by commas: immediate, 0_6, 6_12, over_12, unknown", max_length=100),
    ] = None,
    milestone: Annotated[
        Milestone | None,
        Query(description="Which date: start unless said; power and production are those of a `need_class`"),
    ] = None,
    probability: Annotated[
        float | None,
        Query(ge=0.01, le=0.99, description="With what probability the date holds; 0.8, the prudent one, unless said"),
    ] = None,
    need_class: Annotated[
        str | None,
        Query(
            description="The dates of a class of needs, as `need_class` of a readiness for a need names it: for "
            "planners. Those of the land alone unless said",
            max_length=1_000,
        ),
    ] = None,
) -> ByDate | None:
    """What a list of parcels is asked about dates; None when nothing is."""
    if (ready_by, ready_class, milestone, probability, need_class) == (None,) * 5:
        return None
    dated = Dated(milestone or "start", probability or PRUDENT, need_class or OWNER_ONLY)
    if dated.of_a_need:
        await only(Role.PLANNER, Role.ADMIN)(principal)
        _project(dated)
    elif dated.milestone not in OF_LAND:
        raise Problem("bad-parameter", "ready.milestone", given=dated.milestone, known=list(OF_LAND))
    return ByDate(dated, ready_by, _classes(ready_class))


def _classes(said: str | None) -> Sequence[str]:
    if said is None:
        return ()
    names = tuple(dict.fromkeys(said.split(",")))
    known = [one.value for one in ReadyClass]
    for name in names:
        if name not in known:
            raise Problem("bad-parameter", "ready.class", given=name, known=known)
    return names


def _project(dated: Dated) -> NeedClass:
    try:
        return class_of_key(dated.need_class, in_use())
    except ValueError:
        raise Problem("bad-parameter", "ready.need_class", given=dated.need_class) from None


def prepare(request: Request, session: Session, today: date, asked: ByDate | None) -> None:
    """See that the dates of the class asked about are kept for every parcel that the reader sees."""
    if asked is not None and asked.dated.of_a_need:
        slots: Slots = request.app.state.slots
        moment = Asked(in_use(), today)
        with slots.turn():
            keep_all(session.database, session.principal.audience, session.actor, moment, _project(asked.dated))


Dates = Annotated[ByDate | None, Depends(by_date)]
