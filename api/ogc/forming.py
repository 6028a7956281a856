"""How features are written, as parameters ask: in which coordinates, with which properties, without geometry."""

from typing import Annotated

from fastapi import Depends, Query

from api.deps import CurrentPrincipal, CurrentSettings
from api.ogc.crs import places
from api.problems import Problem
from geo.store.database import Role
from geo.store.items.feature import Form
from geo.store.views import PARCEL, columns


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
    """The form asked for."""
    chosen = None if properties is None else _names(properties, principal.audience)
    return Form(chosen, places(crs, settings.srid), geometry=not skip_geometry)


def _names(said: str, role: Role) -> tuple[str, ...]:
    shown = [column.name for column in columns(PARCEL, role) if column.property]
    names = tuple(dict.fromkeys(said.split(",")))
    for name in names:
        if name not in shown:
            raise Problem("bad-parameter", "property.not_listed", given=name, known=shown)
    return names


AskedForm = Annotated[Form, Depends(form)]
