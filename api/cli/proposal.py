"""`emprise proposal`: what others propose of land, decided by whoever answers for it."""

from enum import StrEnum
from typing import Annotated

import typer

from api.cli.help import App

app = App(no_args_is_help=True)

Number = Annotated[int, typer.Argument(min=1)]
Organisation = Annotated[str | None, typer.Option(metavar="NAME")]
AsJson = Annotated[bool, typer.Option("--json")]


class State(StrEnum):
    """Which proposals."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ANY = "any"


@app.command()
def file(
    parcel: Annotated[int, typer.Argument(min=1)],
    facts: Annotated[list[str], typer.Argument()],
    reason: Annotated[str, typer.Option()],
    organisation: Annotated[str, typer.Option(metavar="NAME")],
    as_json: AsJson = False,
) -> None:
    """Propose facts of land that another organisation answers for."""
    from api.cli.judging import file_proposal

    file_proposal(parcel, facts, reason, organisation, as_json=as_json)


@app.command(name="list")
def list_(
    state: Annotated[State, typer.Option()] = State.OPEN, organisation: Organisation = None, as_json: AsJson = False
) -> None:
    """List proposals to decide, and one's own."""
    from api.cli.judging import list_proposals

    list_proposals(state.value, organisation, as_json=as_json)


@app.command()
def accept(
    number: Number,
    force: Annotated[bool, typer.Option("--force")] = False,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Accept a proposal: it is written as one's own."""
    from api.cli.judging import accept_proposal

    accept_proposal(number, organisation, force=force, as_json=as_json)


@app.command()
def refuse(
    number: Number,
    reason: Annotated[str, typer.Option()],
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Refuse a proposal: its author is told why."""
    from api.cli.judging import refuse_proposal

    refuse_proposal(number, reason, organisation, as_json=as_json)
