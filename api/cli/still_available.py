"""`emprise still-available`: asking owners and territories whether land is still available."""

from typing import Annotated

import typer

from api.cli.help import App
from api.cli.usage import Misuse

app = App(no_args_is_help=True)

Organisation = Annotated[str, typer.Option(metavar="NAME")]
AsJson = Annotated[bool, typer.Option("--json")]


@app.command()
def send(
    organisation: Organisation,
    parcels: Annotated[list[int] | None, typer.Argument()] = None,
    chosen: Annotated[str | None, typer.Option("--filter")] = None,
    contact: Annotated[int | None, typer.Option(min=1)] = None,
    as_json: AsJson = False,
) -> None:
    """Write to whoever is known of the parcels, a link for each."""
    from api.cli.asking_owners import ask_owners

    if bool(parcels) == (chosen is not None):
        raise Misuse("parcels_or_filter")
    ask_owners(parcels or [], chosen, contact, organisation, as_json=as_json)


@app.command(name="list")
def list_(
    organisation: Organisation,
    missing: Annotated[bool, typer.Option("--missing")] = False,
    as_json: AsJson = False,
) -> None:
    """List who was asked, and what they answered."""
    from api.cli.asking_owners import list_answers

    list_answers(organisation, missing=missing, as_json=as_json)
