"""One thing that a mail says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

QUOTE = 160
"""Characters shown of the words that say a thing."""
SENTENCE = re.compile(r"[.!?;:][ \t\n]|\n")


@dataclass(frozen=True, slots=True)
class Assumption:
    """What was taken for granted to read words as a field: a code, and what fills its sentence."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """A field of a need (``jobs``: of none) with its value, the words, where they stand, and what was assumed.

    ``used``: whether the proposed need says it.
    """

    field: str
    value: Any
    quote: str
    at: int
    assumed: tuple[Assumption, ...] = ()
    used: bool = True

    def left_out(self, code: str, **params: Any) -> "Said":
        """The same, told but not in the proposed need, and why."""
        return replace(self, used=False, assumed=(*self.assumed, Assumption(code, params)))


def quoted(text: str, start: int, end: int) -> str:
    """The words from ``start`` to ``end`` on one line, shortened where they are long."""
    words = " ".join(text[start:end].split())
    return words if len(words) <= QUOTE else words[: QUOTE - 1] + "…"


def clause(text: str, start: int, end: int, before: int = 60, after: int = 40) -> tuple[str, str]:
    """What stands before and after a span in its own sentence, at most so many characters of each."""
    left, right = text[max(0, start - before) : start], text[end : end + after]
    ends = [found.end() for found in SENTENCE.finditer(left)]
    stop = SENTENCE.search(right)
    return left[ends[-1] if ends else 0 :], right[: stop.start() if stop else None]


def nearest(pattern: "re.Pattern[str]", before: str, after: str) -> int | None:
    """Characters from a span to the nearest words of a pattern around it; None where there are none."""
    behind = [len(before) - found.end() for found in pattern.finditer(before)]
    ahead = pattern.search(after)
    return min([*behind, *([ahead.start()] if ahead else [])], default=None)
