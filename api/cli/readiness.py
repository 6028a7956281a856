"""`emprise readiness ID`: when works can start on one parcel, and what decides it."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.language import Language


def readiness(
    parcel: Annotated[int, typer.Argument(help="The parcel's id.")],
    need: Annotated[Path | None, typer.Option(help="For this need; else what belongs to the parcel alone.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    lang: Annotated[Language | None, typer.Option(help="Language of sentences.")] = None,
) -> None:
    """Say when works can lawfully and physically start on a parcel, step by step."""
    from api.cli.reading import BadFile, read_need_file, terminal_language
    from api.cli.session import opened
    from api.cli.table import print_readiness
    from api.clock import today
    from api.settings import load_settings
    from geo.match.one import readiness_of
    from geo.store.database import Role

    settings = load_settings()
    asked = None if need is None else read_need_file(need, settings, lang)
    with opened(settings) as database:
        document = readiness_of(database, Role.ADMIN, None, parcel, asked, today(settings))
    if document is None:
        raise BadFile(f"there is no parcel {parcel}")
    if as_json:
        import orjson

        typer.echo(orjson.dumps(document).decode())
    else:
        print_readiness(parcel, document, lang or terminal_language())
