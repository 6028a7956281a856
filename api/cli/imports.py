"""`emprise imports`: the files that came in, the newest first."""

from typing import Annotated

import typer

_FILE, _STATE = 2, 3
"""Columns: the name of a file folds where the terminal is narrow, counts stand after the state."""


def imports(
    limit: Annotated[int, typer.Option(min=1)] = 20,
) -> None:
    """List the files that were sent or loaded, with what became of each."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from api.catalogues import sentence
    from api.cli.language import terminal_language
    from api.cli.session import opened
    from api.intake_sentences import written
    from api.planning.import_told import status_of
    from api.settings import load_settings
    from api.wording import day
    from geo.store.database import Role
    from geo.store.merging import uploads

    lang = terminal_language()
    with opened(load_settings()) as database, database.connection(Role.ADMIN) as connection:
        rows = uploads.history(connection, before=0, limit=limit)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for place, name in enumerate(sentence("imports.columns", lang).split("|")):
        table.add_column(name, overflow="fold", no_wrap=place != _FILE, justify="right" if place > _STATE else "left")
    for row in rows:
        counts = (written((row.counts or {}).get(name), lang) for name in ("read", "new", "changed", "rejected"))
        state = sentence(f"imports.{status_of(row)}", lang)
        at = row.created_at.astimezone()
        sent = f"{day(f'{at:%Y-%m-%d}', lang)} {at:%H:%M}"
        table.add_row(str(row.id), sent, row.file_name, state, *("-" if one == "null" else one for one in counts))
    Console().print(table)
