"""How features are written, as parameters ask: in which coordinates, with which properties, without geometry."""

from collections.abc import Callable, Coroutine, Sequence
from functools import cache
from typing import Annotated, Any

from fastapi import Query

from api.deps import CurrentPrincipal, CurrentSettings
from api.ogc.crs import places
from api.problems import Problem
from geo.store.items.collection import PARCELS, Collection
from geo.store.items.dates import READY_ON
from geo.store.items.feature import Form

Asked = Callable[..., Coroutine[Any, Any, Form]]


@cache
def form_of(collection: Collection) -> Asked:
    """The dependency that reads the form asked for of a collection's features."""

    async def form(
        principal: CurrentPrincipal,
        settings: CurrentSettings,
        crs: Annotated[str | None, Query(description="CRS of the answer, as a URI; CRS84", max_length=200)] = None,
        properties: Annotated[
            str | None, Query(description="Properties of the features, separated by commas", max_length=1_000)
        ] = None,
        skip_geometry: Annotated[
            bool, Query(alias="skipGeometry", description="true: features without their geometry")
        ] = False,
    ) -> Form:
        shown = [column.name for column in collection.shown(principal.audience)]
        shown += [READY_ON] if collection is PARCELS else []
        chosen = None if properties is None else _names(properties, shown)
        return Form(chosen, places(crs, settings.srid), geometry=not skip_geometry)

    return form


def _names(said: str, shown: Sequence[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(said.split(",")))
    for name in names:
        if name not in shown:
            raise Problem("bad-parameter", "property.not_listed", given=name, known=list(shown))
    return names
