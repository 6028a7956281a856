"""Resources in two representations: JSON for programs, and the same told on a page; ``f`` or Accept says which."""

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Annotated, Any, Literal

import orjson
from fastapi import Depends, Query, Request, Response
from fastapi.params import Depends as Dependency
from starlette.concurrency import run_in_threadpool

from api.ogc.caching import WHO
from api.ogc.links import HTML, JSON, base, link, link_header, own
from api.ogc.telling import facts_of, trail_of
from api.pages.rendering import POLICY, Place, render
from api.problems import language_of
from api.security.accept import chosen

VARY = f"{WHO}, Accept, Accept-Language"


def wants_page(request: Request, media_type: str) -> None:
    """Remember that the answer is to be a page, if ``media_type`` says so."""
    request.state.page = media_type == HTML


def json_or_page(media_type: str = JSON) -> Dependency:
    """What a route depends on that answers in ``media_type``, or on a page by :func:`shown_on`."""

    async def either(
        request: Request,
        f: Annotated[
            Literal["json", "html"] | None, Query(description="Format: json, or html; without it Accept decides")
        ] = None,
    ) -> None:
        offered = dict.fromkeys((media_type.partition(";")[0], JSON, HTML))
        wants_page(request, chosen(request, list(offered)) if f is None else HTML if f == "html" else JSON)

    dependency: Dependency = Depends(either)
    return dependency


JsonOnly = Annotated[Literal["json"], Query(description="Format: json, the only one")]
"""What ``f`` may say where there is no page."""

Endpoint = Callable[..., Any]


def shown_on(template: str) -> Callable[[Endpoint], Endpoint]:
    """A route whose finished JSON is shown on the page of ``template``, where one is asked for.

    The route has the parameter ``request`` and depends on :func:`json_or_page` or calls :func:`wants_page`.
    """

    def told(endpoint: Endpoint) -> Endpoint:
        @wraps(endpoint)
        def answered(*args: Any, **kwargs: Any) -> Response:
            return _shown(template, kwargs["request"], endpoint(*args, **kwargs))

        @wraps(endpoint)
        async def awaited(*args: Any, **kwargs: Any) -> Response:
            answer, request = await endpoint(*args, **kwargs), kwargs["request"]
            if request.state.page:  # to make it takes a while
                return await run_in_threadpool(_shown, template, request, answer)
            return _shown(template, request, answer)

        return awaited if iscoroutinefunction(endpoint) else answered

    return told


def representations(request: Request, media_type: str, shown: str = JSON) -> list[dict[str, str]]:
    """Links of an answer in ``media_type``: itself, and its page, or the ``shown`` of which it is the page."""
    other, f = (shown, "json") if media_type == HTML else (HTML, "html")
    return [link(own(request), "self", media_type), link(own(request, f=f), "alternate", other)]


def _shown(template: str, request: Request, answer: Response) -> Response:
    """The answer with its links, or its page, if it is one to be shown."""
    if answer.status_code != 200 or not answer.body:
        return answer
    if request.state.page:
        return _page(template, request, answer)
    if "link" not in answer.headers:
        answer.headers.update(link_header(representations(request, str(answer.media_type))))
    return answer


def _page(template: str, request: Request, answer: Response) -> Response:
    lang = language_of(request.scope)
    query = {name: value for name, value in request.query_params.items() if name != "api-key"}
    place = Place(base(request), request.url.path, query, lang)
    document = orjson.loads(answer.body)
    kept = {name: value for name, value in answer.headers.items() if name in ("cache-control", "content-crs")}
    facts = facts_of(template, request, document, lang, kept.get("content-crs", ""))
    shown = [link(own(request, f="json"), "alternate", str(answer.media_type))]
    content = render(template, place, trail=trail_of(request, document, lang), alternates=shown, **facts)
    headers = kept | {
        "Content-Security-Policy": POLICY,
        "Content-Language": lang,
        "Vary": VARY,
        **link_header(representations(request, HTML, str(answer.media_type))),
    }
    return Response(content, media_type=HTML, headers=headers)
