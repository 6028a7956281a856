"""Of which day, and as known at which instant, a command is asked to answer."""

from datetime import date, datetime

from pydantic_core import PydanticCustomError

from api.catalogues import sentence
from api.cli.bad_file import BadFile
from api.clock import today
from api.days import day_in, day_of, instant, known_at_of
from api.settings import Settings


def written_day(option: str, said: str, lang: str) -> date:
    """The day of an option. Raises BadFile when it is none."""
    try:
        return day_of(said)
    except PydanticCustomError as error:
        raise _mistake(option, said, sentence("field.iso_day", lang, **(error.context or {})), lang) from None


def moment_of(as_of: str | None, known_at: str | None, settings: Settings, lang: str) -> tuple[date, datetime | None]:
    """The day and the instant (None: now) of the options; the day is that of the instant where only that is given.

    Raises:
        BadFile: one of them is written otherwise than it should be.
    """
    then = None
    if known_at is not None:
        try:
            then = instant(known_at_of(known_at), settings.timezone)
        except PydanticCustomError:
            raise _mistake("--known-at", known_at, sentence("field.iso_instant", lang), lang) from None
    if as_of is not None:
        return written_day("--as-of", as_of, lang), then
    now = today(settings)
    return (now if then is None else min(day_in(then, settings.timezone), now)), then


def _mistake(option: str, said: str, message: str, lang: str) -> BadFile:
    return BadFile(sentence("option.mistake", lang, name=f"{option} {said}", message=message))
