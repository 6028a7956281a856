"""`emprise rule ID [RULE VALUE]`: what the plan asks of buildings on a parcel: read, entered, taken back."""

from typing import Annotated

import typer

from api.cli.usage import Misuse
from geo.land.building_limits import BuildingRule


def rule(
    parcel: Annotated[int, typer.Argument()],
    name: Annotated[BuildingRule | None, typer.Argument(metavar="RULE")] = None,
    value: Annotated[str | None, typer.Argument()] = None,
    source: Annotated[str | None, typer.Option()] = None,
    reason: Annotated[str | None, typer.Option()] = None,
    zone: Annotated[bool, typer.Option("--zone")] = False,
    withdraw: Annotated[int | None, typer.Option(min=1, metavar="NUMBER")] = None,
    organisation: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List what the plan asks of buildings on a parcel, enter a figure, or take one back."""
    from api.cli.ruling import Asked, keep_rule

    says = name is not None or withdraw is not None
    whole = (name is None) == (value is None) and not (name is not None and withdraw is not None)
    if not whole or (says and not (reason or "").strip()) or (name is not None and not (source or "").strip()):
        raise Misuse("rule_asked")
    keep_rule(Asked(parcel, name, value, source or "", reason or "", zone, withdraw, organisation, as_json))
