"""Logs as JSON lines on stderr, one line a request: who, which route, how it ended, how long it took."""

import logging
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TextIO

import orjson
import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict, Processor, WrappedLogger

from api.metrics import Metrics

access = logging.getLogger("emprise.access")


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
        Lines(
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


class Lines(structlog.stdlib.ProcessorFormatter):
    """Each record as its line; what is said of a request is one already."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        return record.msg if record.name == access.name else super().format(record)


class AccessLog:
    """ASGI middleware: one line a request, which is counted as well.

    The route is its template (``/parcels/{id}/history``), so neither query, key nor body is ever in it.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, log and count its end."""
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
            self.metrics.count(state.get("route", "-"), scope["method"], status, began)
            if access.isEnabledFor(logging.INFO):
                access.handle(_record(scope["method"], state, status, time.perf_counter() - began))


def _record(method: str, state: Mapping[str, str], status: int, seconds: float) -> logging.LogRecord:
    """The line of a request, without the steps by which other events become one: those take as long as an answer."""
    line = {
        "actor": state.get("actor", "-"),
        "method": method,
        "route": state.get("route", "-"),
        "status": status,
        "ms": round(seconds * 1000, 1),
        "event": "request",
        "request_id": state.get("request_id", "-"),
        "level": "info",
        "logger": access.name,
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    }
    return logging.LogRecord(access.name, logging.INFO, __file__, 0, orjson.dumps(line).decode(), None, None)
