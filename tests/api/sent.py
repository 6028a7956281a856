"""What is sent to the database, whichever way it goes there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from geo.store.line import Line

SETTINGS = ("set_config", "set plan_cache_mode")


@contextmanager
def sent_meanwhile() -> Iterator[list[str]]:
    """The statements sent from this process meanwhile, settings of the session left out."""
    sent: list[str] = []
    execute, asked = psycopg.Cursor.execute, Line.one

    def noted(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        if not any(setting in str(query) for setting in SETTINGS):
            sent.append(str(query))
        return execute(cursor, query, *args, **kwargs)

    async def on_a_line(line: Line, question: Any) -> Any:
        sent.append(question.statement)
        return await asked(line, question)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Line, "one", on_a_line)
        patch.setattr(psycopg.Cursor, "execute", noted)
        yield sent
