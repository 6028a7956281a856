"""`emprise db role`: PostgreSQL logins of desktop programs."""

import re
from pathlib import Path
from typing import Annotated

import typer

from api.cli.help import App
from api.cli.usage import Misuse

app = App(no_args_is_help=True)

NAME = re.compile(r"(?!emprise|pg_)[a-z][a-z0-9_]{2,40}")


@app.command()
def create(
    name: Annotated[str, typer.Argument()],
    organisation: Annotated[str, typer.Option()],
    project: Annotated[Path | None, typer.Option()] = None,
) -> None:
    """Make a login on an organisation's land, and show its password, this once."""
    from api.catalogues import sentence
    from api.cli.bad_file import BadFile
    from api.cli.desktop_project import write_project
    from api.cli.desktop_server import administrator, desktop_values, organisation_of
    from api.cli.language import terminal_language
    from geo.store.access import desktop_roles
    from geo.store.access.desktop_roles import LoginTaken

    lang = terminal_language()
    if not NAME.fullmatch(name):
        raise Misuse("role_name", value=name)
    if project is not None and project.suffix.lower() != ".qgz":
        raise Misuse("role_project", value=project.name)
    settings, admin = administrator()
    owner = organisation_of(settings, organisation, lang)
    with desktop_roles.administering(admin) as connection:
        try:
            password = desktop_roles.create(connection, name, owner, desktop_values())
        except LoginTaken:
            raise BadFile(sentence("role.taken", lang, name=name)) from None
    typer.echo(sentence("role.made", lang, name=name, host=admin.host or "localhost", port=admin.port or 5432))
    typer.echo(password)
    if project is not None:
        style = write_project(project, admin, name, settings.srid, lang)
        typer.echo(sentence("role.project", lang, project=project.name, style=style.name))


@app.command(name="list")
def list_() -> None:
    """List every desktop login, without its password."""
    from api.cli.desktop_server import administrator
    from api.cli.language import terminal_language
    from api.wording import day
    from geo.store.access import desktop_roles

    lang = terminal_language()
    _, admin = administrator()
    with desktop_roles.administering(admin) as connection:
        for login in desktop_roles.logins(connection):
            typer.echo(f"{login.login}  {login.organisation}  {day(f'{login.created_at:%Y-%m-%d}', lang)}")


@app.command()
def drop(name: Annotated[str, typer.Argument()]) -> None:
    """End a desktop login and its sessions."""
    from api.catalogues import sentence
    from api.cli.bad_file import BadFile
    from api.cli.desktop_server import administrator
    from api.cli.language import terminal_language
    from geo.store.access import desktop_roles

    lang = terminal_language()
    _, admin = administrator()
    with desktop_roles.administering(admin) as connection:
        if not desktop_roles.drop(connection, name):
            raise BadFile(sentence("role.none", lang, name=name))
    typer.echo(sentence("role.dropped", lang, name=name))
