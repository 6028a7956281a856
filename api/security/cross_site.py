"""A page of another site cannot write with a user's session (CSRF)."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import Problem
from api.security.link_paths import by_token
from api.security.principal import UNSAFE, given_keys, is_secure, session_token
from api.settings import Settings


class CrossSite:
    """ASGI middleware: unsafe methods with a session cookie must come from our own pages."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on.

        Raises:
            Problem: the request writes with a cookie and its page is another site's, or unknown (403).
        """
        if scope["type"] == "http" and scope["method"] in UNSAFE and self._by_cookie(scope):
            headers = Headers(scope=scope)
            if not from_own_page(headers, own_origins(scope, self.settings)):
                raise Problem("cross-site", "origin.other")
        await self.app(scope, receive, send)

    def _by_cookie(self, scope: Scope) -> bool:
        if by_token(scope["path"]):  # a page that sends no Referer sends no origin either
            return False
        return session_token(scope, self.settings) is not None and not any(given_keys(scope))


def from_own_page(headers: Headers, origins: frozenset[str]) -> bool:
    """Whether the browser says that one of our own pages sent the request; silence is a no."""
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    return site is not None if origin is None else origin in origins


def own_origins(scope: Scope, settings: Settings) -> frozenset[str]:
    """The origins of our pages: the one that was asked, and the public address."""
    scheme = "https" if is_secure(scope, settings) else "http"
    origins = {f"{scheme}://{Headers(scope=scope).get('host', '')}"}
    if settings.public_url:
        parts = urlsplit(settings.public_url)
        origins.add(f"{parts.scheme}://{parts.netloc}")
    return frozenset(origins)
