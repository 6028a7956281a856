"""`emprise doctor`: what is wrong, one sentence each."""

import typer


def doctor() -> None:
    """Check database, schema, rights and derivation; exit 1 when something is wrong."""
    from itertools import chain

    from api.catalogues import sentence
    from api.cli.bad_file import BadFile
    from api.cli.language import terminal_language
    from api.cli.session import opened
    from api.desk.dossier.pdf import is_possible
    from api.settings import load_settings
    from geo.cluster import State, status
    from geo.store.checkup import examine
    from geo.store.desk.mail_checkup import examine_mail

    settings, lang = load_settings(), terminal_language()
    if settings.database_url is None and status(settings.data_dir).state is State.ABSENT:
        raise BadFile(sentence("doctor.absent", lang, folder=settings.data_dir))
    well = True
    with opened(settings) as database:
        mail = examine_mail(database, server=settings.smtp_url is not None)
        for finding in chain(examine(database), mail):
            well = well and finding.well
            told = sentence(f"doctor.{finding.code}.{'well' if finding.well else 'bad'}", lang, found=finding.found)
            typer.echo(f"{'ok ' if finding.well else '!! '} {told}")
    # for documents alone: a machine without it is well
    kind = "well" if is_possible() else "bad"
    typer.echo(f"{'ok ' if kind == 'well' else '-- '} {sentence(f'doctor.pdf.{kind}', lang)}")
    if not well:
        raise typer.Exit(1)
