"""The only place that reads the clock: what day it is where the territory lies."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from api.settings import Settings


def today(settings: Settings) -> date:
    """Today in the territory's time zone."""
    return datetime.now(ZoneInfo(settings.timezone)).date()
