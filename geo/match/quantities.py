"""The quantities a need is written in: surfaces, lengths, megawatts, days."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

MAX_LENGTH_M = 5_000.0
MAX_SURFACE_M2 = 100_000_000.0
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)

_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
_SURFACE = re.compile(
    r"(?P<whole>\d{1,3}(?: \d{3})+|\d+)(?:[.,](?P<decimals>\d+))? ?(?P<unit>ha|hectares?|m2|m²)?", re.IGNORECASE
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

SURFACE_PATTERN = (
    r"^\s*([0-9]{1,3}(\s[0-9]{3})+|[0-9]+)([.,][0-9]+)?\s*([hH][aA]|[hH][eE][cC][tT][aA][rR][eE][sS]?|[mM][2²])?\s*$"
)
"""What the published schema says of a surface written as text."""


def parse_surface(text: str) -> float:
    """Square metres of a surface as people write it: "8 ha", "12 000 m²", "80 000", "1,5 ha".

    Spaces (also non-breaking) part thousands; comma or point parts decimals. "12,000" and "12.000" are refused:
    they mean twelve to some and twelve thousand to others. Raises ValueError("ambiguous" | "unreadable").
    """
    found = _SURFACE.fullmatch(_SPACES.sub(" ", text).strip())
    if found is None:
        raise ValueError("unreadable")
    whole, decimals = found["whole"], found["decimals"] or ""
    if len(decimals) == 3 and " " not in whole and len(whole) <= 3 and int(whole) > 0:
        raise ValueError("ambiguous")
    value = float(f"{whole.replace(' ', '')}.{decimals or 0}")
    in_hectares = (found["unit"] or "m2").lower().startswith("h")
    # rounded to a hundredth of a m2, so that "0,29 ha" is 2900 and not 2899.9999999999995
    return round(value * 10_000.0, 2) if in_hectares else value


def _read_surface(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if len(value) > 40:
        raise PydanticCustomError("surface_unreadable", 'is not a surface; write 80000, "8 ha" or "80 000 m²"')
    try:
        return parse_surface(value)
    except ValueError as error:
        if str(error) == "ambiguous":
            raise PydanticCustomError(
                "surface_ambiguous",
                'can mean two surfaces; part thousands with a space ("12 000 m²") or write a plain number',
            ) from error
        raise PydanticCustomError(
            "surface_unreadable", 'is not a surface; write 80000, "8 ha" or "80 000 m²"'
        ) from error


def _read_day(value: Any) -> date:
    if isinstance(value, date):
        day = value
    elif isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise PydanticCustomError("day_unreadable", "is not a day of the calendar; write YYYY-MM-DD") from error
    else:
        raise PydanticCustomError("day_unreadable", "is not a day; write YYYY-MM-DD")
    if not FIRST_DAY <= day <= LAST_DAY:
        raise PydanticCustomError("day_out_of_range", "is not between 2000-01-01 and 2199-12-31")
    return day


Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A plain JSON number: text, true and NaN are refused."""

Positive = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, le=1_000_000)]
Length = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, le=MAX_LENGTH_M)]
"""Ground metres, above 0."""

BuildingLength = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=1, le=MAX_LENGTH_M)]
"""Side of a building, ground metres: 1 at least."""

Clearance = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=MAX_LENGTH_M)]
"""Ground metres, 0 allowed."""

Kilometres = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, le=2_000)]
Longitude = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-180, le=180)]
Latitude = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-90, le=90)]

Surface = Annotated[
    float,
    Field(strict=True, allow_inf_nan=False, gt=0, le=MAX_SURFACE_M2),
    BeforeValidator(_read_surface),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_SURFACE_M2},
                {"type": "string", "maxLength": 40, "pattern": SURFACE_PATTERN},
            ]
        }
    ),
]
"""Ground square metres; also "8 ha", "12 000 m²", "80 000"."""

Day = Annotated[date, BeforeValidator(_read_day), WithJsonSchema({"type": "string", "format": "date"})]
"""A day, YYYY-MM-DD."""
