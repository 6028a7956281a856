"""Stopping digests and letters by the link of a mail: no account, nothing before a button is pressed (RFC 8058)."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from api.catalogues import sentence
from api.deps import Session
from api.desk.link_pages import LinkRoute, form_fields, link_page
from api.ogc.links import HTML
from api.problems import Problem, language_of
from api.security.accept import answers
from api.security.signed_links import Link, holder_of
from geo.store.desk import contacts, subscriptions
from geo.store.desk.links import Purpose

router = APIRouter(include_in_schema=False, route_class=LinkRoute)

Fields = Annotated[Mapping[str, str], Depends(form_fields)]


@router.get("/u/{token}")
@answers(HTML)
def ask(request: Request, token: str) -> Response:
    """What the person is told of, and buttons to stop it; programs that follow links change nothing."""
    link = holder_of(request, Purpose.UNSUBSCRIBE, token)
    return _page(request, link, "")


@router.post("/u/{token}")
@answers(HTML)
def stop(request: Request, token: str, fields: Fields) -> Response:
    """End one subscription, letters on the market, or all: that is what the button of a mail program sends."""
    link = holder_of(request, Purpose.UNSUBSCRIBE, token)
    chosen = fields.get("subscription")
    if chosen is not None and not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
        raise Problem("bad-request", "subscription.unknown", id=chosen)
    with _session(request, link).begin() as connection:
        if "market" in fields:
            subscriptions.stop_market(connection, link.about, stopped=fields["market"] != "again")
        else:
            subscriptions.end(connection, link.about, None if chosen is None else int(chosen), "unsubscribed")
            if chosen is None:
                subscriptions.stop_market(connection, link.about, stopped=True)
    return _page(request, link, "done")


def _page(request: Request, link: Link, done: str) -> Response:
    with _session(request, link).begin() as connection:
        followed = subscriptions.of_contact(connection, link.about)
        stopped = subscriptions.is_stopped(connection, link.about)
        known = contacts.find(connection, link.about)
    lang = known[0].language if known else language_of(request.scope)
    spoken = language_of(request.scope) if "lang" in request.query_params else lang
    title = sentence("unsubscribe.title", spoken)
    facts: dict[str, Any] = {"followed": followed, "stopped": stopped, "done": bool(done)}
    return link_page(request, "unsubscribe", lang=lang, title=title, **facts)


def _session(request: Request, link: Link) -> Session:
    return Session(request.app.state.database, link.principal, request.state.request_id)
