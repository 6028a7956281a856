"""Opaque cursors: where the next page begins, bound to the filter and the audience they were made for."""

import base64
import hashlib
import json

from api.problems import Problem


def cursor(after: int, *question: object) -> str:
    """The cursor of the page after the id ``after`` of the answer to ``question``."""
    text = json.dumps([after, _digest(question)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place(given: str | None, *question: object) -> int:
    """The id after which the page of a cursor begins; 0 without one.

    Raises:
        Problem: 400, the cursor was not made here or for another question.
    """
    if given is None:
        return 0
    try:
        padded = given + "=" * (-len(given) % 4)
        after, digest = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError):
        raise Problem("bad-parameter", "cursor.malformed") from None
    if type(after) is not int or not 0 <= after < 2**63 or digest != _digest(question):
        raise Problem("bad-parameter", "cursor.other")
    return after


def _digest(question: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(question).encode()).hexdigest()[:16]
