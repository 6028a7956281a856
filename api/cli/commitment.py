"""`emprise commitment`: options, council votes, promesses and deeds, which the market follows."""

from typing import Annotated, Any

import typer

from api.cli.help import App
from geo.desk.market import Kind, Outcome

app = App(no_args_is_help=True)

Number = Annotated[int, typer.Argument(min=1)]
Day = Annotated[str | None, typer.Option(metavar="DAY")]
Text = Annotated[str | None, typer.Option()]
Count = Annotated[int | None, typer.Option(min=1)]
Reason = Annotated[str, typer.Option()]
Organisation = Annotated[str | None, typer.Option(metavar="NAME")]
AsJson = Annotated[bool, typer.Option("--json")]


@app.command()
def record(
    kind: Annotated[Kind, typer.Argument()],
    parcels: Annotated[list[int], typer.Argument()],
    on: Annotated[str, typer.Option(metavar="DAY")],
    reason: Reason,
    until: Day = None,
    project: Count = None,
    buyer: Text = None,
    rank: Count = None,
    conditions: Text = None,
    evidence: Text = None,
    follows: Count = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Record a commitment on one or several parcels."""
    from api.cli.committing import record_commitment

    said: dict[str, Any] = {"project": project, "buyer": buyer, "rank": rank, "conditions": conditions}
    said |= {"evidence": evidence, "follows": follows}
    record_commitment(kind, parcels, (on, until), said, reason, organisation, as_json=as_json)


@app.command(name="list")
def list_(
    within: Annotated[int | None, typer.Option(min=0)] = None,
    project: Count = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """List the open commitments."""
    from api.cli.committing import list_commitments

    list_commitments(within, project, organisation, as_json=as_json)


@app.command()
def show(number: Number, organisation: Organisation = None, as_json: AsJson = False) -> None:
    """Show a commitment and all that was recorded of it."""
    from api.cli.committing import show_commitment

    show_commitment(number, organisation, as_json=as_json)


@app.command()
def change(
    number: Number,
    reason: Reason,
    until: Day = None,
    project: Count = None,
    buyer: Text = None,
    conditions: Text = None,
    evidence: Text = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Prolong or correct a commitment."""
    from api.cli.committing import change_commitment

    said = {"project": project, "buyer": buyer, "conditions": conditions, "evidence": evidence}
    change_commitment(number, until, said, reason, organisation, as_json=as_json)


@app.command()
def close(
    number: Number,
    outcome: Annotated[Outcome, typer.Argument()],
    reason: Reason,
    on: Day = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Say how a commitment ended."""
    from api.cli.committing import close_commitment

    close_commitment(number, outcome, on, reason, organisation, as_json=as_json)


@app.command()
def promote(
    number: Number,
    reason: Reason,
    rank: Annotated[int, typer.Option(min=1)] = 1,
    on: Day = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Give a waiting commitment a better rank."""
    from api.cli.committing import promote_commitment

    promote_commitment(number, rank, on, reason, organisation, as_json=as_json)
