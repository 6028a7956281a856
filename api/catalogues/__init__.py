"""Every sentence users read, in French and in English, by code.

``{name}`` is filled with the parameter of that name. ``{name:ligne|lignes}`` takes the one word or the other as the
amount of that name wants it, and ``{way:--crs EPSG:2154|crs=EPSG:2154}`` as the reader came in: by the command line
or over HTTP.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

LANGUAGES = ("fr", "en")
DEFAULT_LANGUAGE = LANGUAGES[0]
SUBJECTS = (
    *("http", "ogc", "pages", "match", "explain", "need", "help"),
    *("cli", "words", "intake", "steps", "readiness", "service", "desktop", "market", "dossier", "mail", "desk"),
)
WAYS = COMMAND, HTTP = ("command", "http")
"""The ways in: who reads a sentence gives options to a command, or fields with a request."""


class Amount(str):
    """A number as people write it, which still knows how much it is."""

    __slots__ = ("number",)
    number: float

    def __new__(cls, text: str, number: float) -> "Amount":
        """The text of a number."""
        amount = super().__new__(cls, text)
        amount.number = number
        return amount


@cache
def catalogue(lang: str) -> dict[str, str]:
    """The sentences of one language by code.

    Raises:
        FileNotFoundError: the language is not one of ``LANGUAGES``.
    """
    entries: dict[str, str] = {}
    for subject in SUBJECTS:
        text = (Path(__file__).parent / f"{subject}.{lang}.json").read_text(encoding="utf-8")
        entries |= json.loads(text)
    return entries


def sentence(code: str, lang: str, /, **params: object) -> str:
    """The sentence of ``code`` in ``lang`` with its parameters filled in.

    A code without a sentence comes back as it is: an answer is never lost for want of words.
    """
    template = catalogue(lang).get(code)
    return code if template is None else _Sentence(lang).vformat(template, (), params)


def number(value: float, lang: str, digits: str = ",.10g") -> Amount:
    """A number in the manner of the language; whole ones with all their digits."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:{digits}}"
    return Amount(marked(text, lang), value)


def marked(text: str, lang: str) -> str:
    """Digits written in the English manner, with the marks of the language."""
    return text.replace(",", "\u202f").replace(".", ",") if lang == "fr" else text


def is_one(value: object, lang: str) -> bool:
    """Whether a word beside the amount stands in the singular: French says 0 ligne and 1,5 ligne, English 1 row."""
    amount = value.number if isinstance(value, Amount) else value
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return False
    return abs(amount) < 2 if lang == "fr" else amount == 1


class _Sentence(Formatter):
    """Fills a sentence: words are chosen by amount or way, a parameter that is missing is shown by its name."""

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return COMMAND if key == "way" and "way" not in kwargs else kwargs.get(str(key), "{" + str(key) + "}")

    def format_field(self, value: Any, format_spec: str) -> str:
        first, choice, second = format_spec.partition("|")
        if not choice:
            return format(value, format_spec)
        if value in WAYS:
            return first if value == COMMAND else second
        return first if is_one(value, self._lang) else second


def chosen_language(asked: str | None, accept: str | None) -> str:
    """The language of an answer: ``lang`` when it is one of ours, else the best of Accept-Language, else French."""
    if asked in LANGUAGES:
        return asked
    best, weight = DEFAULT_LANGUAGE, 0.0
    for entry in (accept or "").split(","):
        tag, _, quality = entry.strip().partition(";q=")
        lang = tag.partition("-")[0].lower()
        if lang in LANGUAGES and _weight(quality) > weight:
            best, weight = lang, _weight(quality)
    return best


def _weight(quality: str) -> float:
    try:
        return float(quality or 1)
    except ValueError:
        return 0.0
