"""`emprise key`: the keys of GIS tools and scripts."""

from typing import Annotated

import typer

from api.cli.help import App
from api.cli.usage import Misuse

app = App(no_args_is_help=True)


@app.command()
def create(
    label: Annotated[str, typer.Argument()],
    audience: Annotated[str | None, typer.Option()] = None,
    organisation: Annotated[str | None, typer.Option()] = None,
    kind: Annotated[str, typer.Option()] = "agency",
    project: Annotated[int | None, typer.Option(min=1, metavar="NUMBER")] = None,
    lenient: Annotated[bool, typer.Option()] = False,
    days: Annotated[int | None, typer.Option(min=1)] = None,
) -> None:
    """Make a key and show it, this once."""
    from api.cli.making_key import Wanted, make_key

    if audience not in (None, "company", "planner", "admin"):
        raise Misuse("audience", value=audience)
    if kind not in ("territory", "agency", "company"):
        raise Misuse("kind", value=kind)
    typer.echo(make_key(Wanted(label, audience, organisation, kind, project, lenient=lenient, days=days)))


@app.command(name="list")
def list_() -> None:
    """List every key, without its secret."""
    from api.catalogues import sentence
    from api.cli.language import terminal_language
    from api.cli.session import opened
    from api.settings import load_settings
    from api.wording import day
    from geo.store.access.keys import list_keys
    from geo.store.database import Role

    lang = terminal_language()
    with opened(load_settings()) as database, database.connection(Role.GATE) as connection:
        for key in list_keys(connection):
            state = "revoked" if key.revoked_at else "until" if key.expires_at else "valid"
            said = sentence(
                f"key.state.{state}", lang, day=day(f"{key.expires_at:%Y-%m-%d}", lang) if key.expires_at else ""
            )
            lenient = f", {sentence('key.state.lenient', lang)}" if key.lenient else ""
            project = key.admitted.project
            of = "" if project is None else f", {sentence('key.of_project', lang, project=project)}"
            typer.echo(f"emp_{key.prefix}  {key.admitted.audience}{of}{lenient}  {said}  {key.label}")


@app.command()
def revoke(prefix: Annotated[str, typer.Argument()]) -> None:
    """End a key."""
    from datetime import UTC, datetime

    from api.catalogues import sentence
    from api.cli.bad_file import BadFile
    from api.cli.language import terminal_language
    from api.cli.session import opened
    from api.settings import load_settings
    from geo.store.access.keys import revoke_key
    from geo.store.database import Role

    lang = terminal_language()
    bare = prefix.removeprefix("emp_").split("_")[0]
    with opened(load_settings()) as database, database.connection(Role.GATE) as connection:
        if not revoke_key(connection, bare, datetime.now(UTC)):
            raise BadFile(sentence("key.none", lang, prefix=f"emp_{bare}"))
    typer.echo(sentence("key.revoked", lang))
