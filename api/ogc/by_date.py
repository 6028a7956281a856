"""Parcels filtered and sorted by the day they can be used, as query parameters ask."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

import psycopg
from fastapi import BackgroundTasks, Depends, Query, Request
from sqlalchemy.exc import SQLAlchemyError

from api.days import IsoDay
from api.deps import CurrentPrincipal, CurrentSession, Session, Today, only
from api.matching.slots import Slots
from api.problems import Problem
from geo.derive.dates import Asked, Key, is_kept, keep_all, of_all
from geo.land.vocabulary import ReadyClass
from geo.readiness.catalogue_file import in_use
from geo.readiness.dates import day_after
from geo.readiness.kept import Kept
from geo.readiness.needclass import OWNER_ONLY, NeedClass, class_of_key
from geo.store.database import Database, Role
from geo.store.dated import OF_LAND, PRUDENT, Dated
from geo.store.items.dates import ByDate

Milestone = Literal["start", "start_cleared", "power", "production"]


async def said(
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


def _classes(listed: str | None) -> Sequence[str]:
    if listed is None:
        return ()
    names = tuple(dict.fromkeys(listed.split(",")))
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


async def by_date(
    request: Request,
    session: CurrentSession,
    today: Today,
    later: BackgroundTasks,
    asked: Annotated[ByDate | None, Depends(said)],
) -> ByDate | None:
    """What is asked about dates, which are there: those of a class that nobody asked of today are computed.

    They are kept once the answer is on its way; one that is kept takes no turn.
    """
    if asked is None or not asked.dated.of_a_need:
        return asked
    return await session.apart(_of_a_need, request.app.state.slots, session, today, later, asked)


def _of_a_need(slots: Slots, session: Session, today: date, later: BackgroundTasks, asked: ByDate) -> ByDate:
    moment, name = Asked(in_use(), today), asked.dated.need_class
    with session.database.connection(Role.WORKER) as connection:
        if is_kept(connection, moment, name):
            return asked
    with slots.turn(), session.database.connection(Role.WORKER) as connection:
        found = of_all(connection, moment, _project(asked.dated))
    later.add_task(keep_for_the_next, session.database, moment, name, found)
    days = {state: _day(today, kept, asked.dated) for (state, _), kept in found.items()}
    return replace(asked, dated=replace(asked.dated, days=days))


def _day(today: date, kept: Kept, dated: Dated) -> date | None:
    days = kept.days(dated.milestone, dated.probability)
    return None if days is None else day_after(today, days)


def keep_for_the_next(database: Database, moment: Asked, name: str, found: Mapping[Key, Kept]) -> None:
    """Keep a class for the next who asks of it; nothing is lost where that fails but the time to compute it again."""
    with suppress(SQLAlchemyError, psycopg.Error), database.connection(Role.WORKER) as connection:
        keep_all(connection, moment, name, found)


Dates = Annotated[ByDate | None, Depends(by_date)]
