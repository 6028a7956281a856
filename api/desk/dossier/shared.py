"""The page that a shared link opens: the dossier as it was told, without an account."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from api.desk.dossier.serving import FORMATS, HTML, PDF, served
from api.desk.link_pages import LinkRoute
from api.problems import Problem
from api.security.accept import chosen
from api.security.link_paths import PATHS
from api.security.signed_links import holder_of
from geo.store.database import Database, Role
from geo.store.desk import dossiers
from geo.store.desk.links import Purpose

router = APIRouter(include_in_schema=False, route_class=LinkRoute)


@router.get(PATHS[Purpose.DOSSIER] + "{token}")
def shared(
    request: Request,
    token: str,
    f: Annotated[Literal["html", "pdf"] | None, Query(description="Format; without it Accept decides")] = None,
) -> Response:
    """The page, or the PDF; not the DOCX, which is the planner's to edit."""
    link = holder_of(request, Purpose.DOSSIER, token)
    wanted = chosen(request, (HTML, PDF)) if f is None else FORMATS[f]
    database: Database = request.app.state.database
    with database.connection(Role.PLANNER, link.principal.actor()) as connection:
        kept = dossiers.read(connection, link.about)
    if kept is None:
        raise Problem("gone", "link.revoked")
    return served(request, kept, wanted)
