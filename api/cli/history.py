"""`emprise history ID`: what was recorded of a parcel's procedures."""

from typing import Annotated

import typer


def history(
    parcel: Annotated[int, typer.Argument()],
    organisation: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """What was recorded of a parcel's procedures, the newest first."""
    from api.cli.remembering import tell_history

    tell_history(parcel, organisation, as_json=as_json)
