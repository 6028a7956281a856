"""What a list of parcels is asked: every parameter that chooses rows or their order, as one question."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Query

from api.deps import CurrentPrincipal, CurrentSettings
from api.ogc.by_date import Dates
from api.ogc.crs import boxes
from api.ogc.filtering import AskedFilter
from api.ogc.property_parameters import known
from api.ogc.sorting import orders
from api.problems import Problem
from geo.land.vocabulary import Market
from geo.store.items.dates import ByDate
from geo.store.items.question import Question, in_boxes, of_markets


async def selection(
    dates: Dates,
    clause: AskedFilter,
    market: Annotated[str | None, Query(description="Markets, separated by commas", max_length=200)] = None,
) -> Question:
    """The rows asked for wherever they lie, in no order: what tiles are made of, too."""
    conditions = [of_markets(_markets(market))] if market is not None else []
    conditions += [clause] if clause is not None else []
    if dates is None:
        return Question(tuple(conditions))
    return Question((*conditions, *dates.conditions()), added=dates.added(), source=dates.source())


Selected = Annotated[Question, Depends(selection)]


async def question(
    principal: CurrentPrincipal,
    settings: CurrentSettings,
    dates: Dates,
    selected: Selected,
    bbox: Annotated[
        str | None, Query(description="west,south,east,north, in degrees unless bbox-crs", max_length=400)
    ] = None,
    bbox_crs: Annotated[
        str | None, Query(alias="bbox-crs", description="CRS of bbox, as a URI", max_length=200)
    ] = None,
    sortby: Annotated[
        str | None,
        Query(
            description="Properties separated by commas, or ready_on, the date asked about; -ready_on: latest first",
            max_length=200,
        ),
    ] = None,
) -> Question:
    """The rows asked for, and their order."""
    by = dates or ByDate()
    asked = replace(
        selected,
        orders=orders(sortby, known(principal.audience), by),
        boxes=in_boxes(*boxes(bbox, bbox_crs, settings.srid)),
    )
    if dates is None and "ready_on" in (sortby or ""):
        return replace(asked, added=by.added(), source=by.source())
    return asked


def _markets(said: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(said.split(",")))
    listed = [market.value for market in Market]
    for name in names:
        if name not in listed:
            raise Problem("bad-parameter", "market.not_listed", given=name, known=listed)
    return names


Asked = Annotated[Question, Depends(question)]
