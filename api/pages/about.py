"""What every reader may know of the service: how accessible it is, and what becomes of what they say."""

from datetime import date

from fastapi import APIRouter, Request, Response

from api.catalogues import sentence
from api.ogc.links import HTML, base
from api.pages.rendering import POLICY, Place, render
from api.problems import language_of
from api.settings import Settings

router = APIRouter()

STATED_ON = date(2026, 11, 23)
"""The day of the statement: what was tested and what was not is told as it was then."""


async def accessibility(request: Request) -> Response:
    """The statement that the law of 2005 wants."""
    return _page(request, "accessibility", "accessibility.title", stated_on=STATED_ON.isoformat())


async def privacy(request: Request) -> Response:
    """What is kept of a reader, of a need, and of who sends one to an agency."""
    settings: Settings = request.app.state.settings
    return _page(request, "privacy", "privacy.title", years=settings.contact_years)


def _page(request: Request, name: str, title: str, **facts: object) -> Response:
    settings: Settings = request.app.state.settings
    lang = language_of(request.scope)
    place = Place(base(request), request.url.path, dict(request.query_params), lang)
    contact = settings.contact
    href = f"mailto:{contact}" if contact and "://" not in contact else contact
    told = {"title": sentence(title, lang), "contact": contact, "contact_href": href, **facts}
    headers = {
        "Content-Security-Policy": POLICY,
        "Content-Language": lang,
        "Vary": "Accept-Language",
        "Cache-Control": "no-cache",
    }
    return Response(render(name, place, trail=(), alternates=(), **told), media_type=HTML, headers=headers)


# The same for everybody: nobody is asked who they are
router.add_route("/accessibility", accessibility, include_in_schema=False)
router.add_route("/privacy", privacy, include_in_schema=False)
