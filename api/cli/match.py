"""`emprise match NEED.json`: ranked, explained sites for a need."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.language import Language


def match(
    need: Annotated[Path, typer.Argument(help="The need, as JSON (docs/needs.md).", exists=True, dir_okay=False)],
    limit: Annotated[int | None, typer.Option(min=1, max=1000, help="How many matches; else the need's own.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole answer as JSON.")] = False,
    lang: Annotated[Language | None, typer.Option(help="Language of sentences.")] = None,
) -> None:
    """Say which land takes the need, in order, with reasons, dates and what must still be checked."""
    from api.cli.reading import read_need_file, terminal_language
    from api.cli.session import opened
    from api.cli.table import print_answer
    from api.clock import today
    from api.settings import load_settings
    from geo.match.search import search
    from geo.store.database import Role

    settings = load_settings()
    asked = read_need_file(need, settings, lang)
    if limit is not None:
        asked = asked.model_copy(update={"limit": limit})
    with opened(settings) as database:
        document = search(database, Role.ADMIN, None, asked, today(settings))
    if as_json:
        import orjson

        typer.echo(orjson.dumps(document).decode())
    else:
        print_answer(document, lang or terminal_language(), name=asked.name)
