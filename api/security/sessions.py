"""Signing in with a link that works once, and signing out."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from api.problems import Problem
from api.security.principal import Doorkeeper, address_of, cookie_name, is_secure, session_token
from api.settings import Settings
from geo.store.database import Database, Role
from geo.store.keys import Admitted
from geo.store.sessions import create_link, end_session, open_session, use_link

router = APIRouter(include_in_schema=False)

LINK_LASTS = timedelta(hours=1)
AFTER_SIGN_IN = "/"


@router.get("/session/{token}")
def sign_in(request: Request, token: Annotated[str, Path(max_length=200)]) -> Response:
    """Exchange the token of a link for a session, once, and go to the first page."""
    settings: Settings = request.app.state.settings
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    now = datetime.now(UTC)
    lasts = timedelta(hours=settings.session_hours)
    with request.app.state.database.connection(Role.GATE) as connection:
        admitted = use_link(connection, token, now)
        opened = open_session(connection, admitted, now + lasts) if admitted else None
    if opened is None:
        doorkeeper.failures.take(address_of(request.scope))
        raise Problem("bad-credentials", "credentials.link", headers={"WWW-Authenticate": "Bearer"})
    answer = RedirectResponse(AFTER_SIGN_IN, status_code=303)
    answer.set_cookie(
        cookie_name(request.scope, settings),
        opened,
        max_age=int(lasts.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure(request.scope, settings),
    )
    return answer


@router.delete("/session", status_code=204)
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
