"""JSON from strangers: one meaning or none. No duplicate keys, no NaN, no number that overflows, no deep nesting."""

import json
import math
import re
from itertools import accumulate
from typing import Any

from api.problems import Problem, Refusal

NUMBER_CHARACTERS = 40
STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
"""Turns brackets into +1 and -1, read as signed bytes."""

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Characters that no text of ours may hold: controls but tab and line ends, and halves of surrogate pairs."""

Json = dict[str, Any] | list[Any] | str | int | float | bool | None


def read_json(raw: bytes, max_depth: int) -> Json:
    """The value of a JSON text in UTF-8 (a byte order mark is accepted).

    Raises:
        Problem: the text is empty, malformed or ambiguous (400), or a string in it cannot be stored (422).
    """
    text = decoded(raw)
    if not text.strip():
        raise Problem("bad-json", "body.empty")
    if nesting(raw) > max_depth:
        raise Problem("bad-json", "json.depth", limit=max_depth)
    try:
        value: Json = READER.decode(text)
    except json.JSONDecodeError as error:
        raise Problem("bad-json", "json.syntax", line=error.lineno, column=error.colno) from None
    if "\\" in text or "\x7f" in text:
        refuse_strings(value)
    return value


def decoded(raw: bytes) -> str:
    """The text of UTF-8 bytes without byte order mark.

    Raises:
        Problem: the bytes are not UTF-8 (400).
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem("bad-json", "json.utf8", position=error.start) from None


def nesting(raw: bytes) -> int:
    """How deep the brackets outside strings are nested; needs no parsing, so depth cannot hurt it."""
    brackets = STRING.sub(b"", raw).translate(STEPS, NOT_BRACKETS)
    return max(accumulate(memoryview(brackets).cast("b")), default=0)


def refuse_strings(value: Json) -> None:
    """Refuse strings and keys that hold a NUL, a control character or half a surrogate pair.

    Raises:
        Problem: there is one; the error names its field (422).
    """
    waiting: list[tuple[str, Json]] = [("", value)]
    while waiting:
        path, part = waiting.pop()
        if isinstance(part, str) and FORBIDDEN.search(part):
            raise Problem("invalid", "body.invalid", errors=[Refusal(path, "field.string_unicode")])
        if isinstance(part, dict):
            waiting += [(path, key) for key in part]
            waiting += [(f"{path}.{key}" if path else key, entry) for key, entry in part.items()]
        elif isinstance(part, list):
            waiting += [(f"{path}[{place}]", entry) for place, entry in enumerate(part)]


def count_vertices(value: Json, inside: bool = False) -> int:
    """How many positions stand under the ``coordinates`` of a JSON value, however they are nested.

    It goes as deep as the value: give it what ``read_json`` returned.
    """
    if isinstance(value, dict):
        return sum(
            count_vertices(part, key == "coordinates") for key, part in value.items() if isinstance(part, dict | list)
        )
    if not isinstance(value, list):
        return 0
    if inside and value and not isinstance(value[0], list):
        return 1
    return sum(count_vertices(part, inside) for part in value if part and isinstance(part, dict | list))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Problem("bad-json", "json.duplicate", key=name)
        found[name] = value
    return found


def _whole(literal: str) -> int:
    if len(literal) > NUMBER_CHARACTERS:
        raise Problem("bad-json", "json.number", literal=literal)
    return int(literal)


def _decimal(literal: str) -> float:
    number = float(literal)
    if len(literal) > NUMBER_CHARACTERS or not math.isfinite(number):
        raise Problem("bad-json", "json.number", literal=literal)
    return number


def _constant(literal: str) -> float:
    raise Problem("bad-json", "json.constant", literal=literal)


READER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_whole, parse_float=_decimal, parse_constant=_constant)
