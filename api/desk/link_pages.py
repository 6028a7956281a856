"""Pages that links of mails open: without account, not to be indexed; refusals are pages, too."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.catalogues import sentence
from api.ogc.links import HTML, JSON, base
from api.pages.rendering import POLICY, Place, render
from api.problems import MEDIA_TYPE, Problem, language_of, shown
from api.security.accept import chosen

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 200
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
    "Vary": "Accept, Accept-Language",
}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class LinkRoute(APIRoute):
    """A route whose problems are told on a page to who reads pages: ``APIRouter(route_class=LinkRoute)``."""

    def get_route_handler(self) -> Handler:
        """The handler, with its problems told on a page."""
        handler = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handler(request)
            except Problem as problem:
                if chosen(request, (MEDIA_TYPE, JSON, HTML)) != HTML:
                    raise
                return _refused(request, problem)

        return told


def link_page(request: Request, template: str, *, lang: str | None = None, status: int = 200, **facts: Any) -> Response:
    """A page out of a template that extends ``letter.html``; ``title`` must be among the facts.

    ``lang``: the language of who got the mail, unless the request asks for one (``?lang=``).
    """
    chosen_lang = language_of(request.scope) if lang is None or "lang" in request.query_params else lang
    place = Place(base(request), request.url.path, dict(request.query_params), chosen_lang)
    content = render(template, place, trail=(), alternates=(), **facts)
    return Response(content, status, HEADERS | {"Content-Language": chosen_lang}, HTML)


async def form_fields(request: Request) -> Mapping[str, str]:
    """The fields of a form that a page of a link sends; of several of one name the last.

    Raises:
        Problem: it is no form (415), not text (400), or has too many fields (413).
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != FORM:
        raise Problem("media-type", "body.media_type", given=given, accepted=[FORM])
    try:
        text = (await request.body()).decode("utf-8")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"))
    except UnicodeDecodeError:
        raise Problem("bad-request", "form.not_text") from None
    except ValueError:
        raise Problem("too-large", "form.fields", limit=MOST_FIELDS) from None


def _refused(request: Request, problem: Problem) -> Response:
    lang = language_of(request.scope)
    code = problem.code or f"problem.{problem.kind}"
    told = [refusal.told(lang)["detail"] for refusal in problem.errors]
    page = link_page(
        request,
        "link_refused",
        status=problem.status,
        title=sentence(f"problem.{problem.kind}", lang),
        why=sentence(code, lang, **shown(problem.params, lang)),
        told=told,
    )
    page.headers.update(problem.headers)
    return page
