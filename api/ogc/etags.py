"""Tags of answers, by which a client that has one already is spared it (RFC 9110, 13)."""

import hashlib

import xxhash
from fastapi import Request, Response

from geo.store.items.page import Item


def tag(*content: bytes, weak: bool = False) -> str:
    """The tag of these parts; ``weak``: the bytes sent may differ in what says nothing, as the moment they were."""
    digest = xxhash.xxh3_128() if weak else hashlib.sha256()  # a page is a megabyte: half a millisecond by SHA-256
    for part in content:  # not copied for its tag
        digest.update(part)
    opaque = f'"{digest.hexdigest()[:32]}"'
    return f"W/{opaque}" if weak else opaque


def tag_of(item: Item) -> str:
    """The tag of one feature: its version, by which an edit says what it knew, and what was made of it since."""
    if item.version is None:
        return tag(item.feature)
    return f'"v{item.version}.d{hashlib.sha256(item.feature).hexdigest()[:16]}"'


def unless_known(request: Request, response: Response, entity_tag: str) -> Response:
    """The response with its tag; 304 without content when the client says it has it (If-None-Match).

    What is to be shown on a page has no tag of its own, and none is compared.
    """
    if getattr(request.state, "page", False):
        return response
    response.headers["ETag"] = entity_tag
    given = ",".join(request.headers.getlist("if-none-match"))
    known = {entry.strip().removeprefix("W/") for entry in given.split(",")}
    if known.isdisjoint({"*", entity_tag.removeprefix("W/")}):
        return response
    kept = {name: value for name, value in response.headers.items() if name not in ("content-length", "content-type")}
    return Response(status_code=304, headers=kept)
