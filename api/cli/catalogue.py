"""`emprise catalogue`: the catalogue of procedures, to copy, edit and check."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.help import App

app = App(no_args_is_help=True)


@app.command()
def copy(file: Annotated[Path, typer.Argument()]) -> None:
    """Write the shipped catalogue into a file, to edit."""
    from api.catalogues import sentence
    from api.cli.bad_file import BadFile
    from api.cli.language import terminal_language
    from geo.readiness.catalogue_file import shipped_text

    lang = terminal_language()
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(shipped_text())
    except FileExistsError:
        raise BadFile(sentence("steps.exists", lang, file=file)) from None
    typer.echo(sentence("steps.copied", lang, file=file))


@app.command()
def check(file: Annotated[Path, typer.Argument()]) -> None:
    """Say whether a catalogue can be computed with, and how it differs from the shipped one."""
    from api.catalogues import sentence
    from api.cli.bad_file import BadFile
    from api.cli.language import terminal_language
    from api.step_catalogue import BadSteps, read_steps, told_changes
    from geo.readiness.catalogue_file import default

    lang = terminal_language()
    try:
        edited = read_steps(file, lang)
    except BadSteps as error:
        raise BadFile(str(error)) from None
    told = {"file": file, "count": len(edited.steps), "version": edited.version, "shipped": default().version}
    typer.echo(sentence("steps.checked", lang, **told))
    for line in told_changes(default(), edited, lang):
        typer.echo(line)
    typer.echo(sentence("steps.use_it", lang, file=file))
