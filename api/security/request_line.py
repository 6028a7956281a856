"""What an address may be made of: whole percent escapes, valid UTF-8, no control characters, no name twice."""

import re
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import Problem

BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class RequestLine:
    """ASGI middleware: refuses malformed addresses; leaves the names of the parameters in the request's state."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on.

        Raises:
            Problem: the path or a parameter is malformed, or a parameter is given twice (400).
        """
        if scope["type"] == "http":
            path = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0]
            readable(path)
            scope.setdefault("state", {})["parameters"] = parameter_names(scope["query_string"])
        await self.app(scope, receive, send)


def parameter_names(query: bytes) -> frozenset[str]:
    """The names in a query string.

    Raises:
        Problem: a name or a value is malformed, or a name stands twice (400).
    """
    names: set[str] = set()
    for part in query.split(b"&"):
        if not part:
            continue
        name = readable(part.partition(b"=")[0].replace(b"+", b" "))
        readable(part)
        if name in names:
            raise Problem("bad-parameter", "parameter.twice", name=name)
        names.add(name)
    return frozenset(names)


def readable(part: bytes) -> str:
    """The text of a percent-encoded part of an address.

    Raises:
        Problem: it has a broken escape, is not UTF-8, or holds a control character other than tab and line ends (400).
    """
    if part.isalnum():
        return part.decode()
    if BROKEN_ESCAPE.search(part):
        raise Problem("bad-parameter", "text.escape", part=part.decode("latin-1"))
    try:
        text = unquote_to_bytes(part).decode()
    except UnicodeDecodeError:
        raise Problem("bad-parameter", "text.utf8", part=part.decode("latin-1")) from None
    if CONTROL.search(text):
        raise Problem("bad-parameter", "text.nul", part=part.decode("latin-1"))
    return text
