"""`emprise doctor`: what is wrong, one sentence each."""

import typer


def doctor() -> None:
    """Check database, schema, rights and derivation; exit 1 when something is wrong."""
    from api.catalogues import sentence
    from api.cli.reading import BadFile, terminal_language
    from api.cli.session import opened
    from api.settings import load_settings
    from geo.cluster import State, status
    from geo.store.checkup import examine

    settings = load_settings()
    if settings.database_url is None and status(settings.data_dir).state is State.ABSENT:
        raise BadFile(f"there is no database in {settings.data_dir} yet: `emprise load FILE` or `make run` makes one")
    lang = terminal_language()
    well = True
    with opened(settings) as database:
        for finding in examine(database):
            well = well and finding.well
            told = sentence(f"doctor.{finding.code}.{'well' if finding.well else 'bad'}", lang, found=finding.found)
            typer.echo(f"{'ok ' if finding.well else '!! '} {told}")
    if not well:
        raise typer.Exit(1)
