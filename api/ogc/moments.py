"""The ``datetime`` of a list (OGC API Features Part 1, 7.15.4): an instant, or an interval that may be open."""

import re
from collections.abc import Callable, Coroutine
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Query

from api.deps import CurrentSettings
from api.ogc.durations import DURATION, ended
from api.problems import Problem
from geo.store.cql2.compiler import Clause
from geo.store.items.collection import Collection
from geo.store.items.during import during

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
DAY_OF_GDAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T", re.ASCII)
"""GDAL writes a day so, of whatever property ``-where`` compares with it: what it would find is not what was asked."""
OPEN = ("", "..")
BEFORE_ALL = "0000"
"""A year that only means the beginning: QGIS writes it where an interval has no start."""

Asked = Callable[..., Coroutine[Any, Any, Clause | None]]


@cache
def time_of(collection: Collection) -> Asked:
    """The dependency that reads the parameter for a collection."""

    async def asked(
        settings: CurrentSettings,
        datetime_: Annotated[
            str | None,
            Query(alias="datetime", description="A day or an instant; or start/end, .. where open", max_length=100),
        ] = None,
    ) -> Clause | None:
        if datetime_ is None:
            return None
        return during(collection, *days(datetime_, ZoneInfo(settings.timezone)))

    return asked


def days(said: str, zone: ZoneInfo) -> tuple[date | None, date | None]:
    """The first and the last day that a ``datetime`` touches where the territory lies; None where it is open.

    Raises:
        Problem: 400, with an example of right.
    """
    ends = said.split("/")
    if len(ends) > 2 or said in OPEN:
        raise Problem("bad-parameter", "datetime.form", given=said)
    since = _day(ends[0], said, zone, may_be_open=len(ends) == 2)
    if since is not None and DURATION.fullmatch(ends[-1]):
        return since, ended(since, ends[-1])
    until = _day(ends[-1], said, zone, may_be_open=len(ends) == 2)
    if since is not None and until is not None and since > until:
        raise Problem("bad-parameter", "datetime.order", given=said)
    return since, until


def _day(end: str, said: str, zone: ZoneInfo, *, may_be_open: bool) -> date | None:
    if end in OPEN and may_be_open:
        return None
    if DAY_OF_GDAL.fullmatch(end):
        raise Problem("bad-parameter", "datetime.of_gdal", given=said)
    if not (DAY.fullmatch(end) or INSTANT.fullmatch(end)):
        raise Problem("bad-parameter", "datetime.form", given=said)
    if end.startswith(BEFORE_ALL):
        return None if may_be_open else date.min
    try:
        return date.fromisoformat(end) if len(end) == 10 else _local(end.upper(), zone)
    except ValueError:
        raise Problem("bad-parameter", "datetime.form", given=said) from None


def _local(instant: str, zone: ZoneInfo) -> date:
    """The day of an instant where the territory lies; of a leap second, that of the second before."""
    seconds, _, rest = instant[:19], instant[19], re.sub(r"^\.[0-9]+", "", instant[19:])
    if seconds.endswith(":60"):
        seconds = f"{seconds[:-2]}59"
    at = datetime.fromisoformat(seconds + rest)
    try:
        return at.astimezone(zone).date()
    except OverflowError:  # on the first day there is, or the last
        return at.date()
