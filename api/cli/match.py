"""`emprise match NEED.json`: ranked, explained sites for a need."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Sort(StrEnum):
    """The order of the answer."""

    SCORE = "score"
    START = "start"
    START_CLEARED = "start_cleared"
    POWER = "power"
    PRODUCTION = "production"


def match(
    need: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    limit: Annotated[int | None, typer.Option(min=1, max=1000)] = None,
    sort: Annotated[Sort, typer.Option()] = Sort.SCORE,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Say which land takes the need, in order, with reasons, dates and what must still be checked."""
    from api.cli.language import terminal_language
    from api.cli.reading import read_need_file
    from api.cli.session import opened
    from api.cli.table import print_answer
    from api.clock import today
    from api.settings import load_settings
    from geo.match.search import search
    from geo.store.database import Role

    settings = load_settings()
    asked = read_need_file(need, settings)
    if limit is not None:
        asked = asked.model_copy(update={"limit": limit})
    with opened(settings) as database:
        document = search(database, Role.ADMIN, None, asked, today(settings), sort.value)
    if as_json:
        import orjson

        typer.echo(orjson.dumps(document).decode())
    else:
        print_answer(document, terminal_language(), name=asked.name)
