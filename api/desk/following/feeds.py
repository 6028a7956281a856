"""Atom feeds (RFC 4287) at secret addresses: what changed in a search or a project, as its reader may see it now."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import APIRouter, Request, Response

from api.catalogues import sentence
from api.deps import Language
from api.desk.following.changes_told import change_told
from api.ogc.etags import tag, unless_known
from api.ogc.links import base
from api.problems import Problem
from api.security.accept import answers
from api.security.link_paths import PATHS
from api.security.signed_links import holder_of
from geo.desk.changes import Change
from geo.store.database import Database, Role
from geo.store.desk import watches
from geo.store.desk.links import Purpose

ATOM = "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"
ENTRIES = 100
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold."""

router = APIRouter(include_in_schema=False)


@router.get(PATHS[Purpose.FEED] + "{token}.atom")
@answers(ATOM, "application/xml", "text/xml")
def feed(request: Request, token: str, lang: Language) -> Response:
    """The newest changes; a reader that has them already is told so (304)."""
    link = holder_of(request, Purpose.FEED, token)
    database: Database = request.app.state.database
    with database.connection(Role.WORKER) as connection:
        watch = watches.find(connection, link.about)
        events = watches.events(connection, link.about, limit=ENTRIES)
    if watch is None or (watch.search is not None and watch.ended_at is not None):
        raise Problem("gone", "link.revoked")
    eyes = watches.eyes_of(watch)
    with database.connection(eyes.audience, eyes.actor) as looking:
        facts, _ = watches.look_at(looking, {event.parcel for event in events}, eyes.audience)
    shown = [event for event in events if event.parcel in facts]
    content = _written(request, watch, shown, facts, lang)
    headers = {"Cache-Control": "private, no-cache", "Content-Language": lang, "X-Robots-Tag": "noindex"}
    headers |= {"Vary": "Accept, Accept-Language"}
    return unless_known(request, Response(content, headers=headers, media_type=ATOM), tag(content))


def _written(request: Request, watch: Any, events: Sequence[Any], facts: dict[int, Any], lang: str) -> bytes:
    home = base(request)
    kind = "search" if watch.search is not None else "project"
    made = Element("feed", {"xmlns": NAMESPACE, "xml:lang": lang})
    _text(made, "id", watch.uid.urn)
    _text(made, "title", sentence(f"digest.{kind}", lang, name=watch.search_name or watch.code_name))
    _text(made, "updated", _instant(events[0].at if events else watch.created_at))
    _text(SubElement(made, "author"), "name", "Emprise")
    SubElement(made, "link", {"rel": "self", "type": ATOM, "href": home + request.url.path})
    for event in events:
        _entry(made, watch.uid, event, facts[event.parcel], home, lang)
    content: bytes = tostring(made, encoding="utf-8", xml_declaration=True)
    return content


def _entry(made: Element, uid: UUID, event: Any, facts: Any, home: str, lang: str) -> None:
    """One change; its id is made of the watch and the event, so that it is the same for ever."""
    told = change_told(Change(event.parcel, event.kind, event.before, event.after), facts, home, lang)
    entry = SubElement(made, "entry")
    _text(entry, "id", uuid5(uid, str(event.id)).urn)
    _text(entry, "title", told.title)
    _text(entry, "updated", _instant(event.at))
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": told.address})
    _text(entry, "content", "\n".join(told.lines) or told.title)


def _text(parent: Element, name: str, value: str) -> None:
    """An element with text; characters that XML cannot hold are left out."""
    SubElement(parent, name).text = NO_XML.sub("", value)


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
