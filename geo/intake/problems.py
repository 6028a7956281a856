"""What intake has to say about a file or a row: refusals, repairs and remarks, each with a stable code."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as _field


class Unreadable(ValueError):  # noqa: N818 - read as a sentence
    """The whole file is refused. ``code`` is stable, ``params`` are what its sentence is filled with."""

    def __init__(self, code: str, message: str = "", /, **params: object) -> None:
        super().__init__(message or f"{code} {params}")
        self.code = code
        self.message = message
        self.params = params


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
    """One row that cannot be taken, with what would have been right."""

    row: int
    field: str
    value: object
    code: str
    message: str = ""
    params: Mapping[str, object] = _field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know that changed nothing. ``row`` 0 speaks of the whole file."""

    row: int
    field: str
    value: object
    code: str
    message: str = ""
    params: Mapping[str, object] = _field(default_factory=dict)


def shown(value: object, limit: int = 80) -> str:
    """A value as it may appear in a message: quoted, on one line, never longer than ``limit``."""
    text = ascii(value) if not isinstance(value, str) else repr(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
