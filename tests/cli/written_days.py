"""A page of the documentation names days; whenever it is tried, they lie as far from today as when it was written."""

import re
from datetime import date, datetime

from api.clock import today
from tests.api.conftest import quick_settings

WRITTEN = date(2026, 11, 23)
DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b|\b\d\d/\d\d/\d{4}\b")
"""How the pages write a day, in commands and in what these answer."""


def of_today(page: str) -> str:
    """The page with every day moved by as many days as have passed since it was written."""
    passed = today(quick_settings()) - WRITTEN

    def moved(day: re.Match[str]) -> str:
        form = "%Y-%m-%d" if "-" in day[0] else "%d/%m/%Y"
        return (datetime.strptime(day[0], form).date() + passed).strftime(form)

    return DAY.sub(moved, page)
