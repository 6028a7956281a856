"""Every sentence users read, in French and in English, by code."""

import json
from functools import cache
from pathlib import Path

LANGUAGES = ("fr", "en")
DEFAULT_LANGUAGE = LANGUAGES[0]
SUBJECTS = ("http", "ogc", "match", "need", "cli", "intake")


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
    return code if template is None else template.format_map(_Shown(params))


class _Shown(dict[str, object]):
    """Parameters of a sentence; a missing one is shown by its name."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


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
