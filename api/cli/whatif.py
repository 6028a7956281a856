"""`emprise what-if`: which single step would bring a parcel, or a territory, nearest to use, and at what cost."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from geo.match.need.places import Place


class Milestone(StrEnum):
    """What to bring nearer."""

    START = "start"
    START_CLEARED = "start_cleared"
    POWER = "power"
    PRODUCTION = "production"


def what_if(
    parcel: Annotated[int | None, typer.Argument()] = None,
    commune: Annotated[list[str] | None, typer.Option()] = None,
    place: Annotated[list[str] | None, typer.Option()] = None,
    need: Annotated[Path | None, typer.Option()] = None,
    milestone: Annotated[Milestone, typer.Option()] = Milestone.START,
    as_of: Annotated[str | None, typer.Option(metavar="DAY")] = None,
    known_at: Annotated[str | None, typer.Option(metavar="INSTANT")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Say what each step, done or begun now, would gain by itself."""
    from api.catalogues import sentence
    from api.cli.bad_file import BadFile
    from api.cli.gains import print_gains
    from api.cli.language import terminal_language
    from api.cli.moment import moment_of
    from api.cli.reading import read_need_file
    from api.cli.session import opened
    from api.settings import load_settings
    from geo.derive.known_then import Moment
    from geo.match.readiness.what_if import Asked, milestones_of, of_parcel, of_territory
    from geo.store.database import Role

    settings, lang = load_settings(), terminal_language()
    if (parcel is None) == (commune is None and place is None):
        raise BadFile(sentence("what_if.one_or_place", lang))
    for_need = None if need is None else read_need_file(need, settings)
    if milestone.value not in milestones_of(for_need):
        raise BadFile(sentence("what_if.milestone_of_need", lang))
    asked = Asked(milestone.value, for_need, Moment(*moment_of(as_of, known_at, settings, lang)))
    where = None if parcel is not None else _place(commune or [], place or [])
    with opened(settings) as database:
        if parcel is not None:
            document = of_parcel(database, Role.ADMIN, None, parcel, asked)
        else:
            document = of_territory(database, Role.ADMIN, None, asked, where, None)
    if document is None:
        raise BadFile(sentence("readiness.no_parcel", lang, id=parcel))
    if as_json:
        import orjson

        typer.echo(orjson.dumps(document).decode())
    else:
        print_gains(document, lang)


def _place(communes: list[str], names: list[str]) -> "Place":
    """The place that options name, checked as in a need."""
    from api.cli.bad_file import BadFile
    from api.cli.language import terminal_language
    from api.cli.reading import told
    from api.matching.needs import need_of
    from api.problems import Problem

    try:
        found = need_of({"land_m2": 1, "place": {"communes": communes, "named": names}}).place
    except Problem as problem:
        raise BadFile(told(problem, terminal_language())) from None
    assert found is not None  # noqa: S101 - given above
    return found
