"""HEAD is answered as GET without its body, on every route that has a GET."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ONCE = "/session/"
"""Paths under here do something once when they are read: HEAD must not."""

BODILESS = "emprise.bodiless"
"""Set in the scope of such a request: a long answer need not be made."""


class HeadAsGet:
    """ASGI middleware: runs the GET of a HEAD request and drops the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, as a GET when it is a HEAD."""
        if scope["type"] != "http" or scope["method"] != "HEAD" or scope["path"].startswith(ONCE):
            await self.app(scope, receive, send)
            return

        async def bodiless(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET", BODILESS: True}, receive, bodiless)
