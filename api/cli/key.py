"""`emprise key`: the keys of GIS tools and scripts."""

from typing import Annotated

import typer

app = typer.Typer(help="API keys: shown once, kept as a digest.", no_args_is_help=True)


@app.command()
def create(
    label: Annotated[str, typer.Argument(help="What the key is for: a tool, a script; not a person's name.")],
    audience: Annotated[str, typer.Option(help="company, planner or admin.")] = "planner",
    organisation: Annotated[str | None, typer.Option(help="Name or SIREN; made when new.")] = None,
    kind: Annotated[str, typer.Option(help="Of a new organisation: territory, agency or company.")] = "agency",
    lenient: Annotated[bool, typer.Option(help="Writes need no If-Match (QGIS).")] = False,
    days: Annotated[int | None, typer.Option(min=1, help="Days it is valid.")] = None,
) -> None:
    """Make a key and show it, this once."""
    from datetime import UTC, datetime, timedelta

    from api.cli.session import opened
    from api.settings import load_settings
    from geo.store.database import Role
    from geo.store.keys import Admitted, create_key, find_organisation
    from geo.store.organisations import make_organisation

    if audience not in ("company", "planner", "admin"):
        raise typer.BadParameter("company, planner or admin", param_hint="--audience")
    expires = None if days is None else datetime.now(UTC) + timedelta(days=days)
    with opened(load_settings()) as database, database.connection(Role.GATE) as connection:
        owner = None
        if organisation is not None:
            owner = find_organisation(connection, organisation) or make_organisation(connection, organisation, kind)
        _, text = create_key(connection, label, Admitted(audience, owner), lenient=lenient, expires_at=expires)
    typer.echo(text)


@app.command(name="list")
def list_() -> None:
    """List every key, without its secret."""
    from api.cli.session import opened
    from api.settings import load_settings
    from geo.store.database import Role
    from geo.store.keys import list_keys

    with opened(load_settings()) as database, database.connection(Role.GATE) as connection:
        for key in list_keys(connection):
            state = "revoked" if key.revoked_at else f"until {key.expires_at:%Y-%m-%d}" if key.expires_at else "valid"
            lenient = " lenient" if key.lenient else ""
            typer.echo(f"emp_{key.prefix}  {key.admitted.audience}{lenient}  {state}  {key.label}")


@app.command()
def revoke(prefix: Annotated[str, typer.Argument(help="As listed: emp_1a2b3c4d5e.")]) -> None:
    """End a key."""
    from datetime import UTC, datetime

    from api.cli.session import opened
    from api.settings import load_settings
    from geo.store.database import Role
    from geo.store.keys import revoke_key

    bare = prefix.removeprefix("emp_").split("_")[0]
    with opened(load_settings()) as database, database.connection(Role.GATE) as connection:
        if not revoke_key(connection, bare, datetime.now(UTC)):
            typer.echo(f"No valid key begins with emp_{bare}.", err=True)
            raise typer.Exit(1)
    typer.echo("Revoked.")
