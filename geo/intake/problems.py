"""What intake has to say about a file or a row: refusals, repairs and remarks, each with a stable code.

A code and its parameters are all that is kept: the sentence of each code stands in api/catalogues/intake.*.json,
where ``{name}`` is filled with the parameter of that name.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as _field
from datetime import date
from math import isfinite

_LONGEST = 80
_MOST = 40
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


class Unreadable(ValueError):  # noqa: N818 - read as a sentence
    """The whole file is refused. ``code`` is stable, ``params`` are what its sentence is filled with."""

    def __init__(self, code: str, /, **params: object) -> None:
        self.code = code
        self.params = bounded(params)
        super().__init__(f"{code} {self.params}")


@dataclass(frozen=True, slots=True)
class Repair:
    """One value or geometry changed on its way in. ``row`` counts from 1 over the whole file."""

    row: int
    field: str
    before: object
    after: object
    code: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """One row that cannot be taken; its sentence says what would have been right."""

    row: int
    field: str
    value: object
    code: str
    params: Mapping[str, object] = _field(default_factory=dict)

    def __post_init__(self) -> None:
        """Bound the parameters."""
        object.__setattr__(self, "params", bounded(self.params))


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know that changed nothing. ``row`` 0 speaks of the whole file."""

    row: int
    field: str
    value: object
    code: str
    params: Mapping[str, object] = _field(default_factory=dict)

    def __post_init__(self) -> None:
        """Bound the parameters."""
        object.__setattr__(self, "params", bounded(self.params))


def bounded(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters as a report may hold them: JSON values, texts on one line of at most 80 characters, short lists."""
    return {name: _bounded(value) for name, value in params.items()}


def _bounded(value: object) -> object:
    if isinstance(value, str):
        return _line(value)
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_bounded(part) for part in value[:_MOST]]
    return value.isoformat() if isinstance(value, date) else shown(value)


def _line(text: str) -> str:
    """A text on one line, without characters that act on a terminal, cut when it is long."""
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 1]}…"
    return text if text.isprintable() else _CONTROL.sub("\ufffd", text)


def shown(value: object, limit: int = _LONGEST) -> str:
    """A value as it may appear in a message: as JSON writes it, with its accents, on one line of at most ``limit``."""
    if isinstance(value, bytes | bytearray):
        value = bytes(value[: 4 * limit]).decode("utf-8", "replace")
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        text = str(type(value).__name__)  # keys that are no texts, what holds itself, nests of thousands
    text = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return text if text.isprintable() else _CONTROL.sub("\ufffd", text)
