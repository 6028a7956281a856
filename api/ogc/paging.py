"""Opaque cursors: where the next page begins, bound to the question, the form and the audience they were made for."""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from api.problems import Problem
from geo.store.cql2.terms import Kind
from geo.store.items.hits import After
from geo.store.items.question import Order


def cursor(after: After, identity: tuple[object, ...]) -> str:
    """The cursor of the page after the row ``after`` of the answer to ``identity``."""
    written = json.dumps([_digest(identity), after.id, *after.keys], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def place(given: str, orders: Sequence[Order], identity: tuple[object, ...], ids: Kind = Kind.NUMBER) -> After:
    """The row after which the page of a cursor begins; ``ids``: what the ids of its rows are.

    Raises:
        Problem: 400, the cursor was not made here or for another question.
    """
    try:
        padded = given + "=" * (-len(given) % 4)
        digest, row, *keys = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, RecursionError):
        raise Problem("bad-parameter", "cursor.malformed") from None
    if digest != _digest(identity):
        raise Problem("bad-parameter", "cursor.other")
    readable = len(keys) == len(orders) and all(
        key is None or _reads(key, order) for key, order in zip(keys, orders, strict=True)
    )
    if not _is_id(row, ids) or not readable:
        raise Problem("bad-parameter", "cursor.malformed")
    return After(row, tuple(keys))


def _is_id(row: object, ids: Kind) -> bool:
    if ids is Kind.TEXT:
        return isinstance(row, str) and "\0" not in row
    return type(row) is int and 0 <= row < 2**63


def _reads(key: object, order: Order) -> bool:
    """Whether the database will read the text as a value of this order."""
    try:
        return isinstance(key, str) and "\0" not in key and _READ[order.kind](key)
    except (ValueError, InvalidOperation):
        return False


_READ: dict[Kind, Callable[[str], bool]] = {
    Kind.TEXT: lambda key: True,
    Kind.NUMBER: lambda key: Decimal(key).is_finite(),
    Kind.TRUTH: lambda key: key in ("true", "false"),
    Kind.DAY: lambda key: bool(date.fromisoformat(key)),
    Kind.INSTANT: lambda key: bool(datetime.fromisoformat(key)),
}


def _digest(identity: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(identity).encode()).hexdigest()[:16]
