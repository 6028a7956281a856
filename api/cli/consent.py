"""`emprise consent`: a hidden parcel opened to one project until a day."""

from typing import Annotated

import typer

from api.cli.help import App

app = App(no_args_is_help=True)

Parcel = Annotated[int, typer.Argument(min=1)]
Project = Annotated[int, typer.Argument(min=1)]
Organisation = Annotated[str | None, typer.Option(metavar="NAME")]
AsJson = Annotated[bool, typer.Option("--json")]


@app.command()
def grant(
    parcel: Parcel,
    project: Project,
    until: Annotated[str, typer.Option(metavar="DAY")],
    reason: Annotated[str, typer.Option()],
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Open a parcel to one project, and to it alone, through a day."""
    from api.cli.consenting import grant_consent

    grant_consent(parcel, project, until, reason, organisation, as_json=as_json)


@app.command()
def end(
    parcel: Parcel,
    project: Project,
    reason: Annotated[str, typer.Option()],
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Close a parcel to a project from today on."""
    from api.cli.consenting import end_consent

    end_consent(parcel, project, reason, organisation, as_json=as_json)


@app.command(name="list")
def list_(parcel: Parcel, organisation: Organisation = None, as_json: AsJson = False) -> None:
    """List the projects that see a parcel, and until when."""
    from api.cli.consenting import list_consents

    list_consents(parcel, organisation, as_json=as_json)
