"""`emprise due`: statuses that nobody has said again in their term, and saying them again."""

from typing import Annotated

import typer

from api.cli.usage import Misuse


def due(
    confirm: Annotated[list[int] | None, typer.Option(metavar="NUMBER")] = None,
    reason: Annotated[str | None, typer.Option()] = None,
    organisation: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 50,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List the statuses to say again, of one organisation's land or of all; or say those of some parcels again."""
    from api.cli.due_list import confirm_due, list_due

    if bool(confirm) != bool((reason or "").strip()):
        raise Misuse("due_confirm")
    if confirm:
        confirm_due(confirm, reason or "", organisation)
    else:
        list_due(organisation, limit, as_json=as_json)
