"""`emprise market`: the market of a parcel on any day, what opened, and the turn of the day."""

from typing import Annotated

import typer

from api.cli.help import App

app = App(no_args_is_help=True)

Organisation = Annotated[str | None, typer.Option(metavar="NAME")]
AsJson = Annotated[bool, typer.Option("--json")]


@app.command()
def show(
    parcel: Annotated[int, typer.Argument(min=1)],
    as_of: Annotated[str | None, typer.Option(metavar="DAY")] = None,
    known_at: Annotated[str | None, typer.Option(metavar="INSTANT")] = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Show the market of a parcel, and what holds it."""
    from api.cli.marketing import show_market

    show_market(parcel, (as_of, known_at), organisation, as_json=as_json)


@app.command()
def openings(
    since: Annotated[str | None, typer.Option(metavar="DAY")] = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """List land that became available again, who waits, and projects it would suit."""
    from api.cli.marketing import list_openings

    list_openings(since, organisation, as_json=as_json)


@app.command()
def turn() -> None:
    """Have the market follow the commitments in force today, and write to whom it concerns."""
    from api.cli.marketing import turn_market

    turn_market()
