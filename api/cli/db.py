"""`emprise db`: the embedded database and the schema of any."""

import typer

app = typer.Typer(help="The database: its schema, and the embedded cluster.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Bring the schema to this version: the embedded database's, or with DATABASE_ADMIN_URL a server's."""
    from sqlalchemy import make_url

    from api.cli.session import opened, psycopg_url
    from api.settings import load_settings
    from geo.store import upgrade as schema
    from geo.store.upgrade import NotReady

    settings = load_settings()
    if settings.database_url is None:
        with opened(settings):
            typer.echo(f"The embedded database is at revision {schema.head_revision()}.")
        return
    if settings.database_admin_url is None:
        raise NotReady("Set DATABASE_ADMIN_URL to the database's administrator: the service's role changes no schema.")
    password = make_url(settings.database_url.get_secret_value()).password
    admin = psycopg_url(settings.database_admin_url.get_secret_value())
    schema.upgrade(admin, srid=settings.srid, password=password)
    typer.echo(f"{admin.host}/{admin.database} is at revision {schema.head_revision()}.")


@app.command()
def status() -> None:
    """Say how the embedded database stands, without starting it."""
    from api.settings import load_settings
    from geo.cluster import status as ask

    found = ask(load_settings().data_dir)
    used = "in use" if found.in_use else "not in use"
    version = f"PostgreSQL {found.major}" if found.major else "no PostgreSQL yet"
    typer.echo(f"{found.state}: {version}, {used}, in {found.folder} as user {found.account}")
    for note in found.notes:
        typer.echo(note)


@app.command()
def stop(force: bool = typer.Option(False, help="Stop it even while a process uses it.")) -> None:
    """Stop the embedded database; refused while a process uses it, unless forced."""
    from api.settings import load_settings
    from geo.cluster import Stopped
    from geo.cluster import stop as end

    outcome = end(load_settings().data_dir, even_if_used=force)
    if outcome is Stopped.IN_USE:
        typer.echo("The database is in use: end the other commands first, or give --force.", err=True)
        raise typer.Exit(1)
    typer.echo("Stopped." if outcome is Stopped.STOPPED else "It was not running.")
