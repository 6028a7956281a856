"""Answers in the coding that a client takes (zstd, br, gzip), each with a tag of its own (RFC 9110, 8.8.3)."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type

from api.ogc.links import CSV, GEOJSON_SEQ, OPENAPI, SCHEMA_JSON, STYLE
from api.problems import MEDIA_TYPE

TEXTS = (CSV, GEOJSON_SEQ, OPENAPI.partition(";")[0], SCHEMA_JSON, STYLE, MEDIA_TYPE)
"""What the library does not know to be text."""
SMALLEST_BYTES = 1_000
"""Fits into one packet as it is."""

CODED = re.compile(rb'-(?:zstd|br|gzip)"')
COMPARED = (b"if-match", b"if-none-match")


def compressed(app: ASGIApp) -> ASGIApp:
    """The application with its answers compressed where the client takes it; streams as they come."""
    for media_type in TEXTS:
        add_compress_type(media_type)
    return CodedTags(CompressMiddleware(app, minimum_size=SMALLEST_BYTES))


class CodedTags:
    """ASGI middleware: the same content in another coding has another strong tag, ``"v7.d31-gzip"``.

    A tag that comes back is compared without its coding: what it stands for is the same state. A 304 and its
    answer before have the same tag.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on without codings in its tags, and name the coding in the tag of its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = {name: value for name, value in scope["headers"] if name in COMPARED}
        if any(CODED.search(value) for value in given.values()):
            bare = [(name, CODED.sub(b'"', value) if name in COMPARED else value) for name, value in scope["headers"]]
            scope = {**scope, "headers": bare}

        async def tagged(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _tagged(message, given.get(b"if-none-match", b""))}
            await send(message)

        await self.app(scope, receive, tagged)


def _tagged(message: Message, known: bytes) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with the coding in its strong tag; of a 304, with the tag that the client has."""
    headers = [(name.lower(), value) for name, value in message.get("headers", ())]
    coding = dict(headers).get(b"content-encoding", b"")
    not_modified = message["status"] == 304
    if not coding and not not_modified:
        return headers
    tagged = []
    for name, value in headers:
        if name == b"etag" and not value.startswith(b"W/"):
            value = _known(value, known) if not_modified else value[:-1] + b"-" + coding + b'"'
        elif name == b"vary" and not_modified:
            value += b", Accept-Encoding"
        tagged.append((name, value))
    return tagged


def _known(tag: bytes, known: bytes) -> bytes:
    """The tag as the client named it, with the coding it has it in."""
    found = re.search(re.escape(tag[:-1]) + CODED.pattern, known)
    return found.group() if found else tag
