"""`emprise derive`: compute what changed facts made stale."""

from typing import Annotated

import typer


def derive(
    everything: Annotated[bool, typer.Option("--all")] = False,
) -> None:
    """Compute surface, zoning, buildable area, readiness and what is served, for parcels whose facts changed."""
    from api.catalogues import number, sentence
    from api.cli.language import terminal_language
    from api.cli.progress import counting
    from api.cli.session import opened
    from api.clock import today
    from api.settings import load_settings
    from geo.derive import work

    settings = load_settings()
    with opened(settings) as database, counting("emprise derive") as progress:
        done = work.derive(database, as_of=today(settings), everything=everything, progress=progress)
    lang = terminal_language()
    typer.echo(sentence("derive.done", lang, count=number(done, lang)))
