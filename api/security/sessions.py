"""Signing in with a link that works once or with a key, who is signed in, and signing out."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import Headers

from api.clock import today
from api.ogc.links import base
from api.problems import Problem
from api.security.body import json_body
from api.security.cross_site import from_own_page, own_origins
from api.security.principal import Doorkeeper, address_of, cookie_name, is_secure, session_token
from api.settings import Settings
from geo.store.access.keys import Admitted
from geo.store.access.sessions import Session, create_link, end_session, find_session, open_session, use_link
from geo.store.database import Database, Role

router = APIRouter(tags=["session"])

LINK_LASTS = timedelta(hours=1)
AFTER_SIGN_IN = "/app/"


class SignIn(BaseModel):
    """What signs a person in."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(max_length=200, description="A key, as `emprise key create` told it once")


class Organisation(BaseModel):
    """An organisation, as those who belong to it see it."""

    id: int
    name: str
    kind: Literal["territory", "agency", "company"]


class SignedIn(BaseModel):
    """Who is signed in by the session's cookie; nobody: audience public."""

    audience: Literal["public", "company", "planner", "admin"]
    organisation: Organisation | None
    expires_at: datetime | None
    today: str = Field(description="What day it is where the territory lies", examples=["2026-11-23"])


@router.get("/session/{token}", include_in_schema=False)
def follow_link(request: Request, token: Annotated[str, Path(max_length=200)]) -> Response:
    """Exchange the token of a link for a session, once, and go to the page."""
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    now = datetime.now(UTC)
    with request.app.state.database.connection(Role.GATE) as connection:
        admitted = use_link(connection, token, now)
        opened = open_session(connection, admitted, now + _lasts(request)) if admitted else None
    if opened is None:
        doorkeeper.failures.take(address_of(request.scope))
        raise Problem("bad-credentials", "credentials.link", headers={"WWW-Authenticate": "Bearer"})
    return _with_cookie(
        request, RedirectResponse(urlsplit(base(request)).path + AFTER_SIGN_IN, status_code=303), opened
    )


@router.post("/session", status_code=204, summary="Sign in with a key", response_class=Response)
def sign_in(request: Request, said: Annotated[SignIn, json_body(SignIn)]) -> Response:
    """Exchange a key for a session, from one of our own pages: no page keeps the key. The session ends with the key."""
    settings: Settings = request.app.state.settings
    if not from_own_page(Headers(scope=request.scope), own_origins(request.scope, settings)):
        raise Problem("cross-site", "origin.other")
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    key = doorkeeper.key_of(request.scope, said.key.strip())
    until = datetime.now(UTC) + _lasts(request)
    with request.app.state.database.connection(Role.GATE) as connection:
        opened = open_session(connection, key.admitted, until, key.id)
    return _with_cookie(request, Response(status_code=204), opened)


@router.get("/session", summary="Who is signed in", response_model=SignedIn)
def signed_in(request: Request) -> Response:
    """Whom the session's cookie admits, until when; what day it is here."""
    settings: Settings = request.app.state.settings
    token, found = session_token(request.scope, settings), None
    if token:
        with request.app.state.database.connection(Role.GATE) as connection:
            found = find_session(connection, token, datetime.now(UTC))
    who: dict[str, Any] = {"audience": Role.PUBLIC.value, "organisation": None, "expires_at": None}
    headers = {"Cache-Control": "no-store", "Vary": "Cookie"}
    return JSONResponse(who | _told(found) | {"today": today(settings).isoformat()}, headers=headers)


def _told(session: Session | None) -> dict[str, Any]:
    if session is None:
        return {}
    who, name = session.admitted, session.organisation_name
    of = {"id": who.organisation, "name": name, "kind": who.organisation_kind} if name is not None else None
    return {"audience": who.audience, "organisation": of, "expires_at": session.expires_at.isoformat()}


@router.delete("/session", status_code=204, summary="Sign out", response_class=Response)
def sign_out(request: Request) -> Response:
    """End the session of the cookie and forget the cookie."""
    settings: Settings = request.app.state.settings
    token = session_token(request.scope, settings)
    if token:
        with request.app.state.database.connection(Role.GATE) as connection:
            end_session(connection, token, datetime.now(UTC))
    answer = Response(status_code=204)
    answer.delete_cookie(cookie_name(request.scope, settings), secure=is_secure(request.scope, settings))
    return answer


def sign_in_link(database: Database, address: str, admitted: Admitted, now: datetime) -> str:
    """A link that signs ``admitted`` in once within the next hour; ``address`` is where the service answers."""
    with database.connection(Role.GATE) as connection:
        token = create_link(connection, admitted, now + LINK_LASTS)
    return f"{address.rstrip('/')}/session/{token}"


def _lasts(request: Request) -> timedelta:
    settings: Settings = request.app.state.settings
    return timedelta(hours=settings.session_hours)


def _with_cookie(request: Request, answer: Response, token: str) -> Response:
    settings: Settings = request.app.state.settings
    answer.set_cookie(
        cookie_name(request.scope, settings),
        token,
        max_age=int(_lasts(request).total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure(request.scope, settings),
    )
    return answer
