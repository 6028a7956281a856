"""`emprise doctor`: what is wrong, one sentence each."""

import typer


def doctor() -> None:
    """Check database, schema, rights and derivation; exit 1 when something is wrong."""
    from api.catalogues import sentence
    from api.cli.reading import terminal_language
    from api.cli.session import opened
    from api.settings import load_settings
    from geo.store.checkup import examine

    settings = load_settings()
    lang = terminal_language()
    well = True
    with opened(settings) as database:
        for finding in examine(database):
            well = well and finding.well
            told = sentence(f"doctor.{finding.code}.{'well' if finding.well else 'bad'}", lang, found=finding.found)
            typer.echo(f"{'ok ' if finding.well else '!! '} {told}")
    if not well:
        raise typer.Exit(1)
