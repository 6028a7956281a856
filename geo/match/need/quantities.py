"""The quantities a need is written in: surfaces, lengths, megawatts, days."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from geo.match.need.written import Written, parse

MAX_LENGTH_M = 5_000.0
MAX_SURFACE_M2 = 100_000_000.0
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

SURFACE = Written(
    {"": 1, "m2": 1, "m²": 1, "ha": 10_000, "hectare": 10_000, "hectares": 10_000}, "80000", "8 ha, 80 000 m²"
)
LENGTH = Written(
    {"m": 1, "mètre": 1, "mètres": 1, "metre": 1, "metres": 1, "meters": 1, "km": 1_000}, "120", "120 m, 1,2 km"
)
DISTANCE = Written({"km": 1, "kilomètres": 1, "kilometres": 1, "m": 0.001}, "10", "10 km, 800 m")
POWER = Written({"mw": 1, "kw": 0.001, "gw": 1_000}, "2.5", "2,5 MW, 800 kW")
HOURLY = Written(dict.fromkeys(("m3/h", "m³/h", "nm3/h", "nm³/h"), 1.0) | dict.fromkeys(("l/s",), 3.6), "20", "20 m³/h")
DAILY = Written(dict.fromkeys(("m3/j", "m³/j", "m3/d", "m³/d", "m3/jour", "m³/jour", "m3/day"), 1.0), "50", "50 m³/j")
PER_CENT = Written({"%": 1}, "4", "4 %")
PRICE = Written(
    dict.fromkeys(("€/m²", "€/m2", "eur/m2", "eur/m²", "€ / m²", "€ ht/m²", "€", "eur"), 1.0), "60", "60 €/m²"
)
MINUTES = Written({"min": 1, "minutes": 1, "mn": 1, "h": 60}, "30", "30 min")
YEARS = Written(dict.fromkeys(("ans", "an", "years", "year"), 1.0), "5", "5 ans")


def parse_surface(text: str) -> float:
    """Square metres of a surface as people write it: "8 ha", "12 000 m²", "80 000", "1,5 ha".

    Raises ValueError("ambiguous" | "unreadable").
    """
    return parse(text, SURFACE.units)


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

Length = Annotated[
    float,
    Field(strict=True, allow_inf_nan=False, gt=0, le=MAX_LENGTH_M),
    LENGTH.reader(),
    LENGTH.schema(exclusiveMinimum=0, maximum=MAX_LENGTH_M),
]
"""Ground metres, above 0; also "35 m"."""

BuildingLength = Annotated[
    float,
    Field(strict=True, allow_inf_nan=False, ge=1, le=MAX_LENGTH_M),
    LENGTH.reader(),
    LENGTH.schema(minimum=1, maximum=MAX_LENGTH_M),
]
"""Side of a building, ground metres: 1 at least."""

Clearance = Annotated[
    float,
    Field(strict=True, allow_inf_nan=False, ge=0, le=MAX_LENGTH_M),
    LENGTH.reader(),
    LENGTH.schema(minimum=0, maximum=MAX_LENGTH_M),
]
"""Ground metres, 0 allowed."""

Kilometres = Annotated[
    float,
    Field(strict=True, allow_inf_nan=False, gt=0, le=2_000),
    DISTANCE.reader(),
    DISTANCE.schema(exclusiveMinimum=0, maximum=2_000),
]
Longitude = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-180, le=180)]
Latitude = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-90, le=90)]

Surface = Annotated[
    float,
    Field(strict=True, allow_inf_nan=False, gt=0, le=MAX_SURFACE_M2),
    SURFACE.reader(),
    SURFACE.schema(exclusiveMinimum=0, maximum=MAX_SURFACE_M2),
]
"""Ground square metres; also "8 ha", "12 000 m²", "80 000"."""

_UP_TO_A_MILLION = Field(strict=True, allow_inf_nan=False, gt=0, le=1_000_000)

Megawatts = Annotated[float, _UP_TO_A_MILLION, POWER.reader(), POWER.schema(exclusiveMinimum=0, maximum=1_000_000)]
HourlyFlow = Annotated[float, _UP_TO_A_MILLION, HOURLY.reader(), HOURLY.schema(exclusiveMinimum=0, maximum=1_000_000)]
DailyFlow = Annotated[float, _UP_TO_A_MILLION, DAILY.reader(), DAILY.schema(exclusiveMinimum=0, maximum=1_000_000)]
PerCent = Annotated[
    float,
    Field(strict=True, allow_inf_nan=False, gt=0, le=100),
    PER_CENT.reader(),
    PER_CENT.schema(exclusiveMinimum=0, maximum=100),
]
PricePerSquareMetre = Annotated[
    float, _UP_TO_A_MILLION, PRICE.reader(), PRICE.schema(exclusiveMinimum=0, maximum=1_000_000)
]
TravelMinutes = Annotated[
    float,
    Field(strict=True, allow_inf_nan=False, gt=0, le=600),
    MINUTES.reader(),
    MINUTES.schema(exclusiveMinimum=0, maximum=600),
]
Years = Annotated[
    float,
    Field(strict=True, allow_inf_nan=False, gt=0, le=50),
    YEARS.reader(),
    YEARS.schema(exclusiveMinimum=0, maximum=50),
]

Day = Annotated[date, BeforeValidator(_read_day), WithJsonSchema({"type": "string", "format": "date"})]
"""A day, YYYY-MM-DD."""
