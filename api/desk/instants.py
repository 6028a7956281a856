"""Instants as people read them where the territory lies."""

from datetime import datetime
from zoneinfo import ZoneInfo

from api.catalogues import sentence
from api.wording import day


def moment(at: datetime, lang: str, timezone: str) -> str:
    """A weekday, a day and a time: "mardi 24/11/2026 à 16 h 40"."""
    here = at.astimezone(ZoneInfo(timezone))
    weekday = sentence(f"desk.weekday.{here.weekday()}", lang)
    on = day(here.date().isoformat(), lang)
    return sentence("desk.moment", lang, weekday=weekday, on=on, hour=f"{here:%H}", minute=f"{here:%M}")


def told_instant(at: datetime | None, timezone: str) -> str | None:
    """An instant in ISO 8601 with the offset of the territory; None where there is none."""
    return None if at is None else at.astimezone(ZoneInfo(timezone)).isoformat(timespec="seconds")
