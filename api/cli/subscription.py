"""`emprise subscription`: saved searches, who is told of what changes in them, and feeds."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.help import App
from api.cli.usage import Misuse

app = App(no_args_is_help=True)

Organisation = Annotated[str, typer.Option(metavar="NAME")]
Search = Annotated[int | None, typer.Option(min=1, metavar="NUMBER")]
Project = Annotated[int | None, typer.Option(min=1, metavar="NUMBER")]


@app.command()
def save(
    name: Annotated[str, typer.Argument()],
    organisation: Organisation,
    filter_: Annotated[str | None, typer.Option("--filter", metavar="CQL2")] = None,
    need: Annotated[Path | None, typer.Option(metavar="FILE")] = None,
    audience: Annotated[str, typer.Option()] = "planner",
) -> None:
    """Save a search under a name."""
    from api.cli.subscribing import save_search

    if (filter_ is None) == (need is None):
        raise Misuse("search_of")
    if audience not in ("public", "company", "planner"):
        raise Misuse("audience", value=audience)
    save_search(organisation, name, audience, filter_, need)


@app.command()
def add(
    mail: Annotated[str, typer.Argument()],
    organisation: Organisation,
    search: Search = None,
    project: Project = None,
) -> None:
    """Have a person told each day of what changed in a search or a project."""
    from api.cli.subscribing import add_subscription

    add_subscription(organisation, mail, *_one_of(search, project))


@app.command()
def feed(organisation: Organisation, search: Search = None, project: Project = None) -> None:
    """Open the feed of a search or a project, and show its secret address, this once."""
    from api.cli.subscribing import show_feed

    show_feed(organisation, *_one_of(search, project))


@app.command(name="list")
def list_(organisation: Organisation) -> None:
    """List the searches of an organisation, and who is told of what."""
    from api.cli.subscribing import list_subscriptions

    list_subscriptions(organisation)


@app.command()
def end(number: Annotated[int, typer.Argument(min=1)], organisation: Organisation) -> None:
    """Stop telling a person."""
    from api.cli.subscribing import end_subscription

    end_subscription(organisation, number)


def _one_of(search: int | None, project: int | None) -> tuple[int | None, int | None]:
    if (search is None) == (project is None):
        raise Misuse("search_or_project")
    return search, project
