"""`emprise db`: the embedded database and the schema of any."""

import typer

from api.cli import role
from api.cli.help import App

app = App(no_args_is_help=True)
app.add_typer(role.app, name="role")


@app.command()
def upgrade() -> None:
    """Bring the schema to this version: the embedded database's, or with DATABASE_ADMIN_URL a server's."""
    from api.catalogues import sentence
    from api.cli.bad_file import BadFile
    from api.cli.language import terminal_language
    from api.cli.session import opened, psycopg_url
    from api.settings import load_settings
    from geo.store import upgrade as schema

    settings, lang = load_settings(), terminal_language()
    if settings.database_url is None:
        with opened(settings):
            typer.echo(sentence("db.at", lang, revision=schema.head_revision()))
        return
    if settings.database_admin_url is None:
        raise BadFile(sentence("db.no_admin", lang))
    password = psycopg_url(settings.database_url.get_secret_value()).password
    admin = psycopg_url(settings.database_admin_url.get_secret_value(), "DATABASE_ADMIN_URL")
    schema.see_database(admin)
    schema.upgrade(admin, srid=settings.srid, password=password)
    server = f"{admin.host or admin.query.get('host', 'localhost')}/{admin.database}"
    typer.echo(sentence("db.server_at", lang, server=server, revision=schema.head_revision()))


@app.command()
def status() -> None:
    """Say how the embedded database stands, without starting it."""
    from api.catalogues import sentence
    from api.cli.language import terminal_language
    from api.settings import load_settings
    from api.system_sentences import told_note
    from geo.cluster import status as ask

    found, lang = ask(load_settings().data_dir), terminal_language()
    state = sentence(f"db.state.{found.state}", lang)
    used = sentence("db.in_use" if found.in_use else "db.not_in_use", lang)
    version = f"PostgreSQL {found.major}" if found.major else sentence("db.no_postgresql", lang)
    place = {"folder": found.folder, "account": found.account}
    typer.echo(sentence("db.status", lang, state=state, version=version, used=used, **place))
    for note in found.notes:
        typer.echo(told_note(note, lang))


@app.command()
def stop(force: bool = typer.Option(False)) -> None:
    """Stop the embedded database; refused while a process uses it, unless forced."""
    from api.catalogues import sentence
    from api.cli.bad_file import BadFile
    from api.cli.language import terminal_language
    from api.settings import load_settings
    from geo.cluster import Stopped
    from geo.cluster import stop as end

    lang = terminal_language()
    outcome = end(load_settings().data_dir, even_if_used=force)
    if outcome is Stopped.IN_USE:
        raise BadFile(sentence("db.busy", lang))
    typer.echo(sentence("db.stopped" if outcome is Stopped.STOPPED else "db.was_not_running", lang))
