"""The command `emprise`. Nothing heavy is imported before a command runs: help must come at once."""

import signal
import sys
from types import FrameType

import typer

from api.cli import (
    db,
    derive,
    doctor,
    export,
    generate,
    imports,
    key,
    load,
    match,
    readiness,
    review,
    run,
    serve,
    worker,
)

app = typer.Typer(
    name="emprise",
    help="Foncier industriel : ce que le plan permet, quand bâtir, et si votre usine y tient. / "
    "Industrial land: what the plan allows, when you can build, and whether your plant fits.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (
    run.run,
    serve.serve,
    worker.worker,
    load.load,
    export.export,
    imports.imports,
    derive.derive,
    match.match,
    readiness.readiness,
    review.review,
    doctor.doctor,
):
    app.command()(command)
app.add_typer(db.app, name="db")
app.add_typer(key.app, name="key")
app.add_typer(generate.app, name="generate")


def _end(number: int, _frame: FrameType | None) -> None:
    """Leave by the front door, so that the embedded database is put away."""
    sys.exit(128 + number)


def main() -> None:
    """Run a command: one sentence and exit 1 for what the user can mend, 2 for wrong use, 130 on Ctrl-C."""
    signal.signal(signal.SIGTERM, _end)
    try:
        app(prog_name="emprise")
    except Exception as error:
        from api.cli.session import said_of

        said = said_of(error)
        if said is None:
            raise
        sys.stderr.write(f"emprise: {said}\n")
        sys.exit(1)
