"""Days and instants as people write them in addresses and on command lines: ISO 8601, nothing guessed."""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

FIRST, LAST = date(1950, 1, 1), date(2150, 12, 31)
"""Days an answer can be of: before the first no procedure of today began, after the last no plan reaches."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+ -]\d{2}:\d{2})", re.ASCII)


def day_of(said: object) -> date:
    """The day of ``2026-11-22``.

    Raises:
        PydanticCustomError: it is written otherwise, does not exist, or is not between FIRST and LAST.
    """
    if isinstance(said, str) and _DAY.fullmatch(said):
        try:
            day = date.fromisoformat(said)
        except ValueError:
            day = date.max
        if FIRST <= day <= LAST:
            return day
    raise PydanticCustomError("iso_day", "Input should be a day, as 2026-11-22", {"first": FIRST, "last": LAST})


def known_at_of(said: object) -> datetime | date:
    """The instant of ``2026-11-22T10:00:00+01:00``, or the day of ``2026-11-22`` (its end: see :func:`instant`).

    A plus sign that an address turned into a space is put back. Raises PydanticCustomError otherwise.
    """
    if isinstance(said, str) and _INSTANT.fullmatch(said):
        clean = said[:10] + "T" + said[11:].replace(" ", "+")
        try:
            found = datetime.fromisoformat(clean)
        except ValueError:
            found = None
        if found is not None and FIRST <= found.date() <= LAST:
            return found
    elif isinstance(said, str) and _DAY.fullmatch(said):
        return day_of(said)
    raise PydanticCustomError("iso_instant", "Input should be an instant, as 2026-11-22T10:00:00+01:00", {})


def instant(said: datetime | date | None, timezone: str) -> datetime | None:
    """What ``known_at`` stands for: an instant is itself, a day means all that was recorded until it ended there."""
    if said is None or isinstance(said, datetime):
        return said
    return datetime.combine(said + timedelta(days=1), time(), ZoneInfo(timezone)) - timedelta(microseconds=1)


def day_in(at: datetime, timezone: str) -> date:
    """The day of an instant where the territory lies."""
    return at.astimezone(ZoneInfo(timezone)).date()


IsoDay = Annotated[date, BeforeValidator(day_of), WithJsonSchema({"type": "string", "format": "date"})]
KnownAt = Annotated[
    datetime | date, BeforeValidator(known_at_of), WithJsonSchema({"type": "string", "format": "date-time"})
]
