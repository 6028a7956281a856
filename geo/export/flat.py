"""Values of several parts as one text, for formats that have no lists or objects."""

from collections.abc import Sequence
from typing import Any

import orjson

BETWEEN = "|"
"""Between the entries of a list, as in the official land files."""


def flat_list(values: Sequence[str]) -> str:
    """A list."""
    return BETWEEN.join(values)


def flat_object(value: Any) -> str:
    """An object, as JSON."""
    return orjson.dumps(value).decode()
