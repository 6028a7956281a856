"""Logs as JSON lines on stderr, one line a request: who, which route, how it ended, how long it took."""

import logging
import sys
import time
from collections.abc import Sequence
from typing import TextIO

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict, Processor, WrappedLogger

access = structlog.get_logger("emprise.access")


def configure_logs(level: str, stream: TextIO = sys.stderr) -> None:
    """Send everything that is logged in this process to ``stream``, one JSON object a line."""
    shared: Sequence[Processor] = (
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        one_line,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    uvicorn_access = logging.getLogger("uvicorn.access")  # it would write whole addresses, with the keys in them
    uvicorn_access.handlers, uvicorn_access.propagate = [], False
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # It tells at every look at the schema, /readyz among them, which database it is on
    logging.getLogger("alembic").setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take line ends out of short texts, so that no client can write a log line of its own."""
    return {
        name: value.replace("\r", " ").replace("\n", " ") if isinstance(value, str) and name != "exception" else value
        for name, value in event.items()
    }


class AccessLog:
    """ASGI middleware: one line a request.

    The route is its template (``/parcels/{id}/history``), so neither query, key nor body is ever in it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and log its end."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 0
        began = time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            state = scope.get("state", {})
            access.info(
                "request",
                actor=state.get("actor", "-"),
                method=scope["method"],
                route=state.get("route", "-"),
                status=status,
                ms=round((time.perf_counter() - began) * 1000, 1),
            )
