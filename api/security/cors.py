"""Pages of other sites: any may read, those that are named may write, none may use a user's session."""

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

READING = frozenset({"GET", "HEAD", "OPTIONS"})
EXPOSED = (
    "Content-Crs, ETag, Idempotency-Replayed, Link, Location, OGC-NumberMatched, OGC-NumberReturned, "
    "Retry-After, X-Request-Id"
)
ACCEPTED = (
    "Accept, Accept-Language, Authorization, Change-Reason, Content-Crs, Content-Type, Idempotency-Key, If-Match, "
    "If-None-Match, X-API-Key, X-Request-Id"
)


class Cors:
    """ASGI middleware: Access-Control headers; never Allow-Credentials, so cookies stay home."""

    def __init__(self, app: ASGIApp, writers: Collection[str]) -> None:
        self.app = app
        self.writers = frozenset(origin.rstrip("/") for origin in writers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight, or pass the request on and mark its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        asked = headers.get("access-control-request-method")
        if origin is None:
            await self.app(scope, receive, send)
        elif scope["method"] == "OPTIONS" and asked is not None:
            await self._preflight(origin, asked)(scope, receive, send)
        else:
            await self.app(scope, receive, self._marked(send, self._allowed(origin, scope["method"])))

    def _allowed(self, origin: str, method: str) -> str | None:
        """The Access-Control-Allow-Origin for this request; None when its page may not read the answer."""
        if origin in self.writers:
            return origin
        return "*" if method in READING else None

    def _preflight(self, origin: str, method: str) -> Response:
        allowed = self._allowed(origin, method.upper())
        if allowed is None:
            return Response(status_code=204, headers={"Vary": "Origin"})
        methods = "GET, HEAD" if allowed == "*" else "GET, HEAD, POST, PUT, PATCH, DELETE"
        headers = {
            "Access-Control-Allow-Origin": allowed,
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": ACCEPTED,
            "Access-Control-Max-Age": "600",
            "Vary": "Origin",
        }
        return Response(status_code=204, headers=headers)

    @staticmethod
    def _marked(send: Send, allowed: str | None) -> Send:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start" and allowed is not None:
                headers = MutableHeaders(scope=message)
                headers["Access-Control-Allow-Origin"] = allowed
                headers["Access-Control-Expose-Headers"] = EXPOSED
                headers.add_vary_header("Origin")
            await send(message)

        return marked
