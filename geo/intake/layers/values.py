"""Reading one value as files write it: numbers, dates, yes or no, codes, lists of the standards.

A reader takes any value a file may hold and gives ``(value, code)``: the value to keep (None when there is none or
it cannot be read) and, when something had to be mended or given up, the code under which that is reported.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from geo.land.mojibake import mended
from geo.land.text import fold

Value = tuple[object, str | None]
Reader = Callable[[object], Value]

MAX_TEXT = 4_000
NOTHING: Final[Value] = (None, None)
GIVEN_UP = frozenset(
    {"value.not_text", "value.too_long", "value.not_a_number", "value.out_of_range", "value.not_a_date"}
    | {"value.not_yes_or_no", "value.not_an_insee_code", "value.not_a_siren", "value.not_a_siret", "value.not_known"}
    | {"value.not_a_year"}
)
"""Codes under which the value is lost (becomes unknown); the other codes mend it."""
UNLISTED = "value.not_in_list"
"""Code of a value its official list does not have: unknown to us, kept among the published facts; a remark."""

LONGEST = 64
"""No number, day or flag is spelt with more characters."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_INSEE = re.compile(r"(?:\d\d|2[AB])\d{3}", re.ASCII)
_YES, _NO = frozenset({"oui", "o", "true", "t", "vrai", "1"}), frozenset({"non", "n", "false", "f", "faux", "0"})
UNSAID = frozenset({"inconnu", "inconnue", "autre", "sans objet", "null", "none"})
"""How files spell that nobody said anything."""


def text(raw: object) -> Value:
    """Text without blanks around it or control characters; numbers are written out; empty is None."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return str(raw), None
    if not isinstance(raw, str):
        return NOTHING if raw is None else (None, "value.not_text")
    if raw.isascii() and raw.isprintable() and len(raw) <= MAX_TEXT:
        return raw.strip() or None, None
    return _text_with_care(raw)


def _text_with_care(raw: str) -> Value:
    if len(raw) > 4 * MAX_TEXT:
        return None, "value.too_long"
    value, code = mended(raw), None
    if value != raw:
        code = "text.mojibake"
    if _CONTROL.search(value):
        value, code = _CONTROL.sub("", value), "text.control_characters"
    if len(value) > MAX_TEXT:
        return None, "value.too_long"
    return value.strip() or None, code


def quantity(*, scale: float = 1.0, low: float = 0.0, high: float = 1e12) -> Reader:
    """A reader of finite numbers within bounds, times ``scale`` (10 000 for hectares read as m2)."""

    def read(raw: object) -> Value:
        number, code = _number(raw)
        if number is None:
            return None, code
        # hectares come and go as decimals: without rounding, 35.53 ha written out and read again would be other land
        scaled = number if scale == 1.0 else round(number * scale, 4)
        return (scaled, code) if low <= scaled <= high else (None, "value.out_of_range")

    return read


def _number(raw: object) -> tuple[float | None, str | None]:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return (float(raw), None) if math.isfinite(raw) else (None, "value.not_a_number")
    if raw is None:
        return None, None
    if not isinstance(raw, str) or len(raw) > LONGEST:
        return None, "value.not_a_number"
    spelt = _SPACES.sub("", raw)
    if not spelt or fold(raw) in UNSAID:
        return None, None
    code = None
    if "," in spelt and "." not in spelt:
        spelt, code = spelt.replace(",", "."), "value.decimal_comma"
    if not _NUMBER.fullmatch(spelt):
        return None, "value.not_a_number"
    return float(spelt), code


def whole(raw: object) -> Value:
    """A whole number, zero or more."""
    number, code = _number(raw)
    if number is None:
        return None, code
    if not 0 <= number < 2**31 or number != int(number):
        return None, "value.out_of_range"
    return int(number), code


def flag(raw: object) -> Value:
    """Yes or no; the standards' unknowns are None."""
    if isinstance(raw, bool) or raw is None:
        return raw, None
    word = fold(str(raw)[:LONGEST]) if isinstance(raw, str | int) else ""
    if word in _YES or word in _NO:
        return word in _YES, None
    return NOTHING if word in UNSAID or raw == "" else (None, "value.not_yes_or_no")


EATEN = "value.leading_zero"
"""A spreadsheet took a code for a number."""


def insee(raw: object) -> Value:
    """A commune's INSEE code, five characters; a leading zero eaten by a spreadsheet is given back."""
    value, code = text(raw)
    if value is None:
        return None, code
    spelt = str(value).upper()
    if len(spelt) == 4 and spelt.isascii() and spelt.isdecimal() and spelt[0] != "0":
        return f"0{spelt}", EATEN
    return (spelt, None) if _INSEE.fullmatch(spelt) else (None, "value.not_an_insee_code")


def siren(raw: object) -> Value:
    """A SIREN: nine digits whose Luhn sum is right."""
    value, code = text(raw)
    if value is None or fold(str(value)) in UNSAID:
        return None, code if value is None else None
    spelt = _SPACES.sub("", str(value))
    if not (len(spelt) == 9 and spelt.isascii() and spelt.isdecimal()):
        return None, "value.not_a_siren"
    return (spelt, None) if luhn(spelt) % 10 == 0 else (None, "value.not_a_siren")


def luhn(digits: str) -> int:
    """The Luhn sum: every second digit from the right doubled, the digits of all added up."""
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled)


def listed(values: Iterable[str], synonyms: Mapping[str, str] | None = None) -> Reader:
    """A reader of an official list: case, accents, punctuation and known other wordings are put right.

    ``inconnu`` is how the lists spell "nobody said": None. What is off the list is unknown too, and reported.
    """
    official = {fold(value): value for value in values}
    known = {said: value for said, value in (synonyms or {}).items() if fold(value) in official}

    def read(raw: object) -> Value:
        value, code = text(raw)
        if value is None:
            return None, code
        said = fold(str(value))
        if said == "inconnu":
            return NOTHING
        found = official.get(said)
        if found is None:
            found = known.get(said)
            return (None, UNLISTED) if found is None else (found, "value.synonym")
        return found, code or (None if found == value else "value.respelt")

    return read


def one_of(values: Iterable[str]) -> Reader:
    """A reader of our own words; anything else is unknown and reported."""
    known = {fold(value): value for value in values}

    def read(raw: object) -> Value:
        value, code = text(raw)
        if value is None:
            return None, code
        found = known.get(fold(str(value)))
        return (found, code) if found is not None else (None, "value.not_known")

    return read
