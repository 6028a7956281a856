"""`emprise project`: what one company looks for, under a code name."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.help import App

app = App(no_args_is_help=True)

Number = Annotated[int, typer.Argument(min=1)]
Organisation = Annotated[str, typer.Option(metavar="NAME")]
AsJson = Annotated[bool, typer.Option("--json")]


@app.command()
def start(
    code_name: Annotated[str, typer.Argument()],
    organisation: Organisation,
    enquiry: Annotated[int | None, typer.Option(min=1, metavar="NUMBER")] = None,
    need: Annotated[Path | None, typer.Option(metavar="FILE", exists=True, dir_okay=False)] = None,
) -> None:
    """Start a project, from an enquiry or from a need."""
    from api.cli.project_following import start_project

    start_project(code_name, organisation, enquiry, need)


@app.command(name="list")
def list_(organisation: Organisation, as_json: AsJson = False) -> None:
    """List the projects of an organisation."""
    from api.cli.project_following import list_projects

    list_projects(organisation, as_json=as_json)


@app.command()
def show(number: Number, organisation: Organisation, as_json: AsJson = False) -> None:
    """Show where a project stands, its sites in their order, who was proposed what."""
    from api.cli.project_following import show_project

    show_project(number, organisation, as_json=as_json)


@app.command()
def status(
    number: Number,
    to: Annotated[str, typer.Argument()],
    organisation: Organisation,
    reason: Annotated[str | None, typer.Option()] = None,
) -> None:
    """Say where a project stands now; when it is lost or comes back, why."""
    from api.cli.project_following import change_status

    change_status(number, to, reason, organisation)


@app.command()
def need(
    number: Number,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    organisation: Organisation,
    why: Annotated[str | None, typer.Option()] = None,
) -> None:
    """Append a version of the need."""
    from api.cli.project_following import append_need

    append_need(number, file, why, organisation)


@app.command()
def shortlist(
    number: Number,
    site: Annotated[list[str], typer.Option(metavar="IDS=REASON")],
    organisation: Organisation,
    removed: Annotated[str | None, typer.Option(metavar="REASON")] = None,
) -> None:
    """Put the sites of a project into an order, each with a reason."""
    from api.cli.project_following import order_sites

    order_sites(number, site, removed, organisation)


@app.command()
def propose(
    number: Number,
    parcels: Annotated[list[int], typer.Argument(min=1)],
    organisation: Organisation,
    means: Annotated[str, typer.Option()] = "mail",
    to: Annotated[str | None, typer.Option()] = None,
    on: Annotated[str | None, typer.Option(metavar="DAY")] = None,
) -> None:
    """Note that a site was proposed: to whom, when and how."""
    from api.cli.project_following import note_proposal

    note_proposal(number, parcels, {"means": means, "told_whom": to, "proposed_on": on}, organisation)


@app.command()
def compare(
    number: Number,
    organisation: Organisation,
    parcels: Annotated[list[int] | None, typer.Argument(min=1)] = None,
    as_json: AsJson = False,
) -> None:
    """Compare two to eight sites on the same criteria."""
    from api.cli.project_following import compare_sites

    compare_sites(number, parcels or [], organisation, as_json=as_json)


@app.command()
def answer(number: Number, organisation: Organisation) -> None:
    """Answer the need and keep the answer, to compare later ones with."""
    from api.cli.project_following import keep_answer

    keep_answer(number, organisation)


@app.command()
def changes(
    number: Number,
    organisation: Organisation,
    since: Annotated[str | None, typer.Option(metavar="DAY")] = None,
    as_json: AsJson = False,
) -> None:
    """Say which sites are new, lost or moved since an answer was kept, and why."""
    from api.cli.project_following import tell_changes

    tell_changes(number, since, organisation, as_json=as_json)
