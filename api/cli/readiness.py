"""`emprise readiness ID`: when works can start on one parcel, and what decides it."""

from pathlib import Path
from typing import Annotated

import typer


def readiness(
    parcel: Annotated[int, typer.Argument()],
    need: Annotated[Path | None, typer.Option()] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DAY")] = None,
    known_at: Annotated[str | None, typer.Option(metavar="INSTANT")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Say when works can lawfully and physically start on a parcel, step by step."""
    from api.catalogues import sentence
    from api.cli.bad_file import BadFile
    from api.cli.language import terminal_language
    from api.cli.moment import moment_of
    from api.cli.plan_of_work import print_plan
    from api.cli.reading import read_need_file
    from api.cli.session import opened
    from api.planning.telling import told
    from api.settings import load_settings
    from geo.match.readiness.one import readiness_of
    from geo.store.database import Role

    settings, lang = load_settings(), terminal_language()
    when = moment_of(as_of, known_at, settings, lang)
    asked = None if need is None else read_need_file(need, settings)
    with opened(settings) as database:
        document = readiness_of(database, Role.ADMIN, None, parcel, asked, *when)
    if document is None:
        raise BadFile(sentence("readiness.no_parcel", lang, id=parcel))
    if as_json:
        import orjson

        typer.echo(orjson.dumps({"parcel": parcel, **told(document, lang)}).decode())
    else:
        print_plan(parcel, told(document, lang), lang)
