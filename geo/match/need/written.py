"""Quantities as people write them: a number and its unit, in one reading or none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

MOST_LETTERS = 40
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
_NUMBER = re.compile(r"(?P<whole>\d{1,3}(?: \d{3})+|\d+)(?:[.,](?P<decimals>\d+))? ?(?P<unit>[^\d\s].*)?")
NUMBER_PATTERN = r"([0-9]{1,3}(\s[0-9]{3})+|[0-9]+)([.,][0-9]+)?\s*"


def parse(text: str, units: Mapping[str, float]) -> float:
    """The value of a number and its unit: ``units`` gives the factor of each spelling (lower case, "" for none).

    Spaces (also non-breaking) part thousands; comma or point parts decimals. "12,000" and "12.000" are refused: they
    mean twelve to some and twelve thousand to others. Raises ValueError("ambiguous" | "unreadable").
    """
    found = _NUMBER.fullmatch(_SPACES.sub(" ", text).strip())
    factor = None if found is None else units.get(" ".join((found["unit"] or "").lower().split()))
    if found is None or factor is None:
        raise ValueError("unreadable")
    whole, decimals = found["whole"], found["decimals"] or ""
    if len(decimals) == 3 and " " not in whole and len(whole) <= 3 and int(whole) > 0:
        raise ValueError("ambiguous")
    value = float(f"{whole.replace(' ', '')}.{decimals or 0}")
    # rounded, so that "0,29 ha" is 2900 and not 2899.9999999999995
    return value if factor == 1 else round(value * factor, 6)


@dataclass(frozen=True, slots=True)
class Written:
    """How one kind of quantity may be written: its units with their factors, and two ways to write it right."""

    units: Mapping[str, float]
    plain: str
    example: str

    def reader(self) -> BeforeValidator:
        """Reads text; numbers pass as they are, and so does what is neither."""
        return BeforeValidator(self._read)

    def schema(self, **bounds: float) -> WithJsonSchema:
        """What the published schema says: a number within bounds, or text."""
        return WithJsonSchema(
            {
                "anyOf": [
                    {"type": "number", **bounds},
                    {"type": "string", "maxLength": MOST_LETTERS, "pattern": self._pattern()},
                ]
            }
        )

    def _read(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return parse(value[: MOST_LETTERS + 1], self.units) if len(value) <= MOST_LETTERS else self._refuse()
        except ValueError as error:
            if str(error) == "ambiguous":
                raise PydanticCustomError(
                    "quantity_ambiguous",
                    "can mean two amounts; part thousands with a space ({example}) or write a plain number",
                    {"example": self.example},
                ) from error
            return self._refuse()

    def _refuse(self) -> Any:
        raise PydanticCustomError(
            "quantity_unreadable",
            "is not readable; write {plain}, or a text with the number and its unit, like {example}",
            {"plain": self.plain, "example": self.example},
        )

    def _pattern(self) -> str:
        spelled = "|".join(_any_case(unit) for unit in sorted(self.units) if unit)
        optional = "?" if "" in self.units else ""
        return rf"^\s*{NUMBER_PATTERN}({spelled}){optional}\s*$"


def _any_case(unit: str) -> str:
    """A unit in a pattern without flags; JSON Schema has none."""
    return "".join(_letter(letter) for letter in unit)


def _letter(letter: str) -> str:
    if letter == " ":
        return r"\s+"
    upper, lower = letter.upper(), letter.lower()
    return f"[{upper}{lower}]" if upper != lower and len(upper) == 1 else re.escape(letter)
