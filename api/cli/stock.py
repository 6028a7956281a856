"""`emprise stock`: how much land there is, by market and by class, on any day."""

from typing import Annotated

import typer


def stock(
    epci: Annotated[str | None, typer.Option()] = None,
    department: Annotated[str | None, typer.Option()] = None,
    commune: Annotated[str | None, typer.Option()] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DAY")] = None,
    known_at: Annotated[str | None, typer.Option(metavar="INSTANT")] = None,
    organisation: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    csv: Annotated[bool, typer.Option("--csv")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Count the land of a place, in number and hectares."""
    from api.cli.stocktaking import Form, take_stock

    form = Form.JSON if as_json else Form.CSV if csv else Form.LINES
    take_stock((epci, department, commune), (as_of, known_at), organisation, form)
