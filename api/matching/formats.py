"""In which format an answer goes out: JSON, or its land and buildings as GeoJSON or in a GeoPackage."""

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request

from api.deps import Session
from api.ogc.downloading import Filed, room_for_files
from api.ogc.formats import FILES
from api.ogc.links import GEOJSON, GEOPACKAGE, JSON
from api.security.accept import chosen
from geo.export.errand import DrawnErrand
from geo.match.features import LAYERS

Format = Literal["json", "geojson", "gpkg"]

OFFERED = {"json": JSON, "geojson": GEOJSON, "gpkg": GEOPACKAGE}
"""What each format is served as, by its value of ``f``; the first unless asked."""
NAME = "matches"
"""Of the file that a browser saves."""


async def asked_format(
    request: Request,
    f: Annotated[
        Format | None,
        Query(
            description="Format: json, geojson, or gpkg (GeoPackage: the layers land, building and extension). "
            "Without it Accept decides"
        ),
    ] = None,
) -> str:
    """The media type of the answer.

    Raises:
        Problem: none that is offered is accepted (406).
    """
    return chosen(request, tuple(OFFERED.values())) if f is None else OFFERED[f]


AskedFormat = Annotated[str, Depends(asked_format)]


def geopackage(request: Request, session: Session, features: dict[str, Any], headers: dict[str, str]) -> Filed:
    """The features of an answer as a file, which a process of its own writes in one of the turns of such files."""
    errand = partial(DrawnErrand, NAME, features, LAYERS, FILES[GEOPACKAGE])
    said = headers | {"Content-Disposition": f'attachment; filename="{NAME}.gpkg"'}
    turns = request.app.state.streams[session.principal.audience]
    return Filed(errand, room_for_files(session.database.caches), turns, GEOPACKAGE, said)
