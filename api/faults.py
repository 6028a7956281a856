"""From any exception to the problem that is answered: no request ends without one."""

import re
from collections.abc import Callable, Mapping

import psycopg
import structlog
from fastapi.exceptions import RequestValidationError
from pydantic_core import ErrorDetails
from sqlalchemy import exc as database
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.catalogues import DEFAULT_LANGUAGE, catalogue
from api.problems import KINDS, Problem, Refusal, problem_response
from geo.export.errand import FailedError

log = structlog.get_logger("emprise.faults")

OF_STATUS = {
    400: "bad-request",
    401: "credentials-needed",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "conflict",
    410: "gone",
    412: "precondition-failed",
    413: "too-large",
    415: "media-type",
    416: "range",
    422: "invalid",
    428: "precondition-required",
    429: "too-many-requests",
    503: "busy",
}
"""The problem that an HTTPException of the framework becomes."""

OF_SQLSTATE: dict[str, tuple[str, str]] = {
    "57014": ("query-too-slow", "database.slow"),
    "55P03": ("busy", "database.lock"),
    "40001": ("busy", "database.lock"),
    "40P01": ("busy", "database.lock"),
    "23505": ("conflict", "database.unique"),
    "23503": ("conflict", "database.reference"),
    "42501": ("forbidden", "rights.refused"),
    "23": ("invalid", "database.value"),
    "22": ("invalid", "database.value"),
    "08": ("database-away", "database.away"),
    "53": ("database-away", "database.away"),
    "57": ("database-away", "database.away"),
}
"""PostgreSQL's error codes, the whole code before its class of two characters."""


class Faults:
    """ASGI middleware: what comes out of the application as an exception goes out as a problem.

    The exception ends here, so the connection is kept and the client's next request is answered.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, whatever happens below."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if started:  # half an answer is out: only a broken connection tells the client
                raise
            await problem_response(problem_of(error), scope)(scope, receive, send)


async def answer_problem(request: Request, error: Exception) -> Response:
    """The framework's handler for its own exceptions."""
    return problem_response(problem_of(error), request.scope)


def problem_of(error: Exception) -> Problem:
    """The problem an exception is told as; unexpected ones are logged with their trace."""
    for kind, told in TOLD:
        if isinstance(error, kind):
            return told(error)
    log.error("unexpected", exc_info=error)
    return Problem("fault", "fault.unexpected")


def _as_is(error: Exception) -> Problem:
    assert isinstance(error, Problem)  # noqa: S101 - by TOLD
    return error


def _of_http(error: Exception) -> Problem:
    assert isinstance(error, HTTPException)  # noqa: S101 - by TOLD
    headers = dict(error.headers or {})
    kind = OF_STATUS.get(error.status_code, "bad-request" if error.status_code < 500 else "fault")
    if kind == "not-found":
        return Problem(kind, "path.unknown", headers=headers)
    return Problem(kind, "status.other", headers=headers, status=error.status_code)


def _of_parameters(error: Exception) -> Problem:
    """Query, path and header values that do not fit: 400, as OGC API Features wants."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - by TOLD
    # one parameter may be declared by several dependencies: its mistake is told once
    found = {(entry["loc"], entry["type"]): entry for entry in error.errors()}
    refusals = [refusal(entry, entry["loc"][1:], str(entry["loc"][0])) for entry in found.values()]
    if any(entry["loc"][0] == "path" for entry in error.errors()):
        return Problem("not-found", "path.unknown", errors=refusals)
    return Problem("bad-parameter", "parameter.refused", errors=refusals)


def _of_disconnect(_error: Exception) -> Problem:
    return Problem("bad-request", "body.cut")


def _of_pool(_error: Exception) -> Problem:
    return Problem("busy", "database.pool")


def _of_database(error: Exception) -> Problem:
    cause = getattr(error, "orig", None) or error
    state = str(getattr(cause, "sqlstate", None) or "")
    told = OF_SQLSTATE.get(state) or OF_SQLSTATE.get(state[:2])
    if told is None and INTERRUPTED in str(cause):
        told = OF_SQLSTATE["57014"]
    if told is None and isinstance(error, LOST):
        told = OF_SQLSTATE["08"]
    if told is None:
        log.error("unexpected", exc_info=error)
        return Problem("fault", "fault.unexpected")
    level = log.warning if KINDS[told[0]] >= 500 or told[1] == "database.value" else log.info
    level("database", sqlstate=state, problem=told[0], detail=str(cause))
    return Problem(*told)


INTERRUPTED = "InterruptedException"
"""What GEOS says, under the code of an internal error, when a time-out ends one of its computations."""

LOST = (database.OperationalError, database.InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)

TOLD: tuple[tuple[type[Exception], Callable[[Exception], Problem]], ...] = (
    (Problem, _as_is),
    (HTTPException, _of_http),
    (RequestValidationError, _of_parameters),
    (ClientDisconnect, _of_disconnect),
    (database.TimeoutError, _of_pool),
    (database.SQLAlchemyError, _of_database),
    (psycopg.Error, _of_database),
    (FailedError, _of_database),
)


def refusal(
    entry: ErrorDetails | Mapping[str, object], path: tuple[object, ...], where: str, example: object = None
) -> Refusal:
    """One validation error as an entry of ``errors``, with the catalogue's sentence when there is one."""
    code = f"field.{entry['type']}"
    context = entry.get("ctx")
    params = dict(context.items()) if isinstance(context, Mapping) else {}
    if "expected" in params:
        params["expected"] = str(params["expected"]).replace("'", "").replace(" or ", ", ")
    if code not in catalogue(DEFAULT_LANGUAGE):
        code, params = "field.refused", {"message": _first_line(str(entry["msg"]))}
    return Refusal(field=dotted(path), code=code, params=params, example=example, where=where)


def dotted(path: tuple[object, ...]) -> str:
    """A path of keys and positions as users write it: ``buildings[0].length_m``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _first_line(message: str) -> str:
    return re.sub(r"^(Value|Assertion) error, ", "", message.partition("\n")[0]).rstrip(".")
