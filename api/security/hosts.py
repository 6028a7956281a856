"""The names under which this service answers."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import Problem
from api.settings import Settings

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
ANY_HOST = frozenset({"/livez", "/readyz"})
"""Paths that answer under any name: those who watch the service call it by address."""


def known_hosts(settings: Settings) -> frozenset[str] | None:
    """The host names to answer, without port; None when any will do."""
    if "*" in settings.trusted_hosts:
        return None
    public = urlsplit(settings.public_url).hostname if settings.public_url else None
    names = {*LOCAL, *settings.trusted_hosts, settings.host, public or ""}
    return frozenset(name.lower().strip("[]") for name in names if name)


class TrustedHosts:
    """ASGI middleware: refuses a Host header that is not ours, since links are built on it."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on.

        Raises:
            Problem: the host is unknown (400).
        """
        if scope["type"] == "http" and self.hosts is not None and scope["path"] not in ANY_HOST:
            given = [value for name, value in scope["headers"] if name == b"host"]
            host = given[0].decode("latin-1") if len(given) == 1 else ""
            if host_name(host) not in self.hosts:
                raise Problem("bad-host", "host.unknown", host=host)
        await self.app(scope, receive, send)


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets; empty when it is not one."""
    try:
        return (urlsplit(f"//{host}").hostname or "") if not set(host) & set("/?#@\\ ") else ""
    except ValueError:
        return ""
