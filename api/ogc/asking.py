"""What a list is asked: every parameter that chooses rows or their order, as one question."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from api.deps import CurrentPrincipal, CurrentSettings
from api.ogc.by_date import Dates
from api.ogc.crs import boxes
from api.ogc.filtering import filter_of
from api.ogc.moments import time_of
from api.ogc.property_parameters import known
from api.ogc.sorting import orders
from api.problems import Problem
from geo.land.vocabulary import Market
from geo.store.cql2.compiler import Clause
from geo.store.items.collection import PARCELS, Collection
from geo.store.items.dates import READY_ON, ByDate
from geo.store.items.question import Question, in_boxes, of_markets

Reading = Callable[..., Coroutine[Any, Any, Question]]


@dataclass(frozen=True, slots=True)
class Own:
    """What only parcels are asked: of which markets, by which day."""

    dates: ByDate | None = None
    markets: Clause | None = None


async def own_of_parcels(
    dates: Dates,
    market: Annotated[str | None, Query(description="Markets, separated by commas", max_length=200)] = None,
) -> Own:
    """What is asked of parcels alone."""
    return Own(dates, None if market is None else of_markets(_markets(market)))


async def own_of_layers() -> Own:
    """Nothing."""
    return Own()


def own_of(collection: Collection) -> Callable[..., Coroutine[Any, Any, Own]]:
    """The dependency that reads what is asked of this collection alone."""
    return own_of_parcels if collection is PARCELS else own_of_layers


@cache
def selection_of(collection: Collection) -> Reading:
    """The dependency that reads which rows are asked for wherever they lie, in no order: tiles are made of them."""

    async def selection(
        own: Annotated[Own, Depends(own_of(collection))],
        clause: Annotated[Clause | None, Depends(filter_of(collection))],
        time: Annotated[Clause | None, Depends(time_of(collection))],
    ) -> Question:
        conditions = tuple(one for one in (own.markets, clause, time) if one is not None)
        if own.dates is None:
            return Question(conditions, collection=collection)
        by = own.dates
        return Question(
            (*conditions, *by.conditions()),
            added=by.added(),
            beside=by.source(),
            dated=by.dated,
            collection=collection,
        )

    return selection


@cache
def question_of(collection: Collection) -> Reading:
    """The dependency that reads which rows are asked for, and their order."""
    also = f", or {READY_ON}, the date asked about; -{READY_ON}: latest first" if collection is PARCELS else ""

    async def question(
        request: Request,
        principal: CurrentPrincipal,
        settings: CurrentSettings,
        own: Annotated[Own, Depends(own_of(collection))],
        selected: Annotated[Question, Depends(selection_of(collection))],
        bbox: Annotated[
            str | None, Query(description="west,south,east,north, in degrees unless bbox-crs", max_length=400)
        ] = None,
        bbox_crs: Annotated[
            str | None, Query(alias="bbox-crs", description="CRS of bbox, as a URI", max_length=200)
        ] = None,
        sortby: Annotated[
            str | None, Query(description=f"Properties separated by commas; -: largest first{also}", max_length=200)
        ] = None,
    ) -> Question:
        by = (own.dates or ByDate()) if collection is PARCELS else None
        asked = replace(
            selected,
            orders=orders(sortby, known(principal.audience, collection), by),
            boxes=in_boxes(*boxes(bbox, bbox_crs, settings.srid), collection, territory=settings.srid),
        )
        said = f"{sortby or ''},{request.query_params.get('properties', '')}"
        if by and own.dates is None and READY_ON in said.replace("-", ",").split(","):
            return replace(asked, added=by.added(), beside=by.source(), dated=by.dated)
        return asked

    return question


Selected = Annotated[Question, Depends(selection_of(PARCELS))]
"""The parcels asked for wherever they lie."""


def _markets(said: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(said.split(",")))
    listed = [market.value for market in Market]
    for name in names:
        if name not in listed:
            raise Problem("bad-parameter", "market.not_listed", given=name, known=listed)
    return names
