"""`emprise match NEED.json`: ranked, explained sites for a need."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.cli.usage import Misuse


class Sort(StrEnum):
    """The order of the answer."""

    SCORE = "score"
    START = "start"
    START_CLEARED = "start_cleared"
    POWER = "power"
    PRODUCTION = "production"


def match(
    need: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False)] = None,
    preset: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    limit: Annotated[int | None, typer.Option(min=1, max=1000)] = None,
    offset: Annotated[int, typer.Option(min=0, max=999)] = 0,
    sort: Annotated[Sort, typer.Option()] = Sort.SCORE,
    out: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    requests: Annotated[Path | None, typer.Option(metavar="DIR", file_okay=False)] = None,
    explain: Annotated[list[int] | None, typer.Option(metavar="ID", min=1)] = None,
    questions: Annotated[bool, typer.Option("--questions")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Say which land takes the need, in order, with reasons, dates and what must still be checked."""
    if need is None and preset is None:
        raise Misuse("need_or_preset")
    from api.cli.matching import Matching, run

    asked = Matching(need, preset, limit, offset, sort.value, out, requests, as_json, tuple(explain or ()), questions)
    run(asked)
