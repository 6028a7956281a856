"""Facts as people write them: days, numbers and listed values in words of the reader's language."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.catalogues import catalogue, number, sentence
from api.wording import DAY, day

INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}.*")
FAMILIES = {"market": "market", "industry": "industry", "ready_class": "class", "visibility": "visibility"}
"""The sentences that tell the values of a closed list, by property."""


def told(value: Any, lang: str, name: str | None = None) -> str:
    """The value of the property ``name`` in words; what is not known says so, it is never left blank."""
    if value is None or value in ([], {}):
        return sentence("page.unknown", lang)
    if isinstance(value, bool):
        return sentence("page.yes" if value else "page.no", lang)
    if isinstance(value, int | float):
        return _number(value, lang)
    if isinstance(value, Mapping):
        return " ; ".join(f"{_kind(key, lang)} {told(one, lang)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(told(one, lang) for one in value)
    return _text(str(value), lang, name)


def _text(value: str, lang: str, name: str | None) -> str:
    family = f"{FAMILIES.get(name or '')}.{value}"
    if family in catalogue(lang):
        return sentence(family, lang)
    if DAY.fullmatch(value):
        return day(value, lang)
    if INSTANT.fullmatch(value):
        return _instant(value, lang)
    return value


def _number(value: float, lang: str) -> str:
    """With the decimals that tell."""
    if isinstance(value, int) or value.is_integer():
        return number(int(value), lang)
    return number(round(value, 0 if abs(value) >= 1_000 else 2 if abs(value) >= 1 else 4), lang)


def _kind(key: str, lang: str) -> str:
    return sentence(f"kind.{key}", lang) if f"kind.{key}" in catalogue(lang) else key


def _instant(value: str, lang: str) -> str:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return f"{day(value[:10], lang)} {at:%H:%M} {at:%Z}".rstrip()


def facts_told(properties: Mapping[str, Any], lang: str) -> str:
    """Properties on one line, each under its name: what somebody corrects or proposes of a parcel."""
    return ", ".join(f"{title_of(name, lang)} : {told(value, lang, name)}" for name, value in properties.items())


def title_of(name: str, lang: str) -> str:
    """A property as users read it; one without words by its name."""
    key = f"property.{name}"
    return sentence(key, lang) if key in catalogue(lang) else name
