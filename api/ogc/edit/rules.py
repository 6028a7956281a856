"""What the headers of an edit say: the system of its coordinates, the version it knew, why it is made."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import unquote

from fastapi import Request

from api.catalogues import sentence
from api.ogc.crs import places
from api.ogc.edit.body import LEAST_REASON, LONGEST_REASON, refused
from api.problems import Problem, Refusal
from api.security.principal import Principal
from api.security.strict_json import FORBIDDEN
from api.wording import day
from geo.intake.update.one import since
from geo.store.cql2.terms import Places
from geo.store.database import Database, Role
from geo.store.edits import Past
from geo.store.fact_history import organisations

REASON = "change-reason"
_LISTED = re.compile(r'(W/)?("[^"]*")\s*(?:,|$)')
_OURS = re.compile(r'"v(\d{1,18})(?:\.[^"]*)?"')
"""What follows the version tells what was derived, and how the answer was packed (a coding weakens no version)."""
_UNNAMED = {"desktop": "edit.by.desktop", "session": "edit.by.session"}
_QGIS = re.compile(r"\bQGIS\b", re.IGNORECASE)


def content_crs(request: Request, srid: int) -> Places:
    """The coordinates of the body: the header ``Content-Crs``, with angle brackets or (QGIS) without; else CRS84.

    Raises:
        Problem: 400, a CRS that is not offered.
    """
    given = request.headers.get("content-crs")
    return places(None if given is None else given.strip().removeprefix("<").removesuffix(">").strip(), srid)


def versions_of(request: Request) -> list[int] | None:
    """The versions that ``If-Match`` names; None for any (``*``). Tags that are not ours match nothing.

    Raises:
        KeyError: there is no such header.
        Problem: 400, it is no list of tags.
    """
    lines = request.headers.getlist("if-match")
    if not lines:
        raise KeyError("if-match")
    given = ", ".join(lines).strip()
    if given == "*":
        return None
    return list(_versions(given))


def _versions(given: str) -> Iterator[int]:
    at = 0
    while at < len(given):
        found = _LISTED.match(given, at)
        if found is None:
            raise Problem("bad-request", "edit.if_match", given=given)
        ours = _OURS.fullmatch(found[2])
        if ours and not found[1]:  # a weak tag matches nothing here (RFC 9110, 13.1.1)
            yield int(ours[1])
        at = found.end()
        at += len(given[at:]) - len(given[at:].lstrip())


def check_version(
    request: Request, principal: Principal, current: int, past: list[Past], database: Database, lang: str
) -> None:
    """See that the edit was written from what stands; a lenient key need not say.

    Raises:
        Problem: 428 without If-Match, 412 with what changed since, 400 where it cannot be read; 412 where
            If-None-Match wants what stands not to be there.
    """
    if _unwanted(request, current):
        raise Problem("precondition-failed", "edit.if_none_match", version=current)
    try:
        known = versions_of(request)
    except KeyError:
        if principal.lenient:
            return
        raise Problem("precondition-required", "edit.no_if_match", version=current) from None
    if known is None or current in known:
        return
    read = max((version for version in known if version < current), default=None)
    changes = [] if read is None else list(since(read, past))
    names = _organisations(database, {change.actor for _, change in changes if change.actor})
    errors = [_moved(name, change, names, lang) for name, change in changes]
    raise Problem("precondition-failed", "edit.moved_on", errors=errors, version=current)


def _unwanted(request: Request, current: int) -> bool:
    """Whether If-None-Match names the version that stands, or any."""
    given = ",".join(request.headers.getlist("if-none-match"))
    return given.strip() == "*" or str(current) in _OURS.findall(given)


def _organisations(database: Database, actors: set[str]) -> Mapping[str, str]:
    """For whom they acted: administrators for nobody, and ended sessions are not kept."""
    if not actors:
        return {}
    with database.connection(Role.GATE) as gate:
        return organisations(gate, actors)


def _moved(name: str, change: Past, names: Mapping[str, str], lang: str) -> Refusal:
    kind = (change.actor or "").partition(":")[0]
    by = names.get(change.actor or "") or sentence(_UNNAMED.get(kind, "edit.by.administrator"), lang)
    return Refusal(name, "edit.changed_since", {"by": by, "on": change.at.date()})


def reason_of(request: Request, said: Mapping[str, Any], principal: Principal, today: date, lang: str) -> str:
    """Why the edit is made: the member ``reason``, else the header; QGIS, which has no place for it, is named.

    Raises:
        Problem: 422, none, or one too short, too long or with characters that no text holds.
    """
    given = said.get("reason", _header(request))
    if given is None:
        program = _program(request)
        if not (principal.lenient or program == "QGIS"):
            raise refused("reason", "edit.no_reason", "visite du 3 mars")
        who = {"program": program, "user": principal.name, "on": day(today.isoformat(), lang)}
        return sentence("edit.reason_of_program", lang, **who)
    text = given.strip() if isinstance(given, str) else ""
    if not LEAST_REASON <= len(text) <= LONGEST_REASON or FORBIDDEN.search(text):
        raise refused("reason", "edit.bad_reason", "visite du 3 mars", least=LEAST_REASON, limit=LONGEST_REASON)
    return text


def _program(request: Request) -> str:
    agent = request.headers.get("user-agent", "")
    if _QGIS.search(agent):
        return "QGIS"
    return re.split(r"[/ (]", agent, maxsplit=1)[0][:40] or "HTTP"


def _header(request: Request) -> str | None:
    """UTF-8, or percent-encoded UTF-8 where a program sends nothing but ASCII."""
    given = request.headers.get(REASON)
    if given is None:
        return None
    try:
        text = given.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        text = given
    return unquote(text) if text.isascii() else text
