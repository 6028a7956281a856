"""The language a command speaks: what ``--lang`` says anywhere on its line, else the terminal's, else French."""

import os
from collections.abc import Sequence

from api.catalogues import DEFAULT_LANGUAGE, LANGUAGES

OPTION = "--lang"
_asked: list[str] = []


class NoLanguage(ValueError):  # noqa: N818 - read as a sentence
    """``--lang`` names no language of ours; ``said`` is what it names."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def terminal_language() -> str:
    """The language asked for, else that of the terminal when it is one of ours, else French."""
    if _asked:
        return _asked[-1]
    told = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return told[:2] if told[:2] in LANGUAGES else DEFAULT_LANGUAGE


def without_language(arguments: Sequence[str]) -> list[str]:
    """The arguments of the command without ``--lang``, which is heeded from now on.

    Raises:
        NoLanguage: it names none of ours.
    """
    _asked.clear()
    kept: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            return [*kept, argument, *rest]
        name, given, value = argument.partition("=")
        if name != OPTION:
            kept.append(argument)
            continue
        said = value if given else next(rest, "")
        if said not in LANGUAGES:
            raise NoLanguage(said)
        _asked.append(said)
    return kept
