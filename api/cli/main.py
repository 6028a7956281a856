"""The command `emprise`. Nothing heavy is imported before a command runs: help must come at once."""

import os
import sys

import click
import typer

from api.cli import db, derive, doctor, fit, generate, key, load, match, readiness, run, serve, worker

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
    derive.derive,
    match.match,
    fit.fit,
    readiness.readiness,
    doctor.doctor,
):
    app.command()(command)
app.add_typer(db.app, name="db")
app.add_typer(key.app, name="key")
app.add_typer(generate.app, name="generate")


def main() -> None:
    """Run a command: one sentence and exit 1 for what the user can mend, 2 for wrong use, 130 on Ctrl-C."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader (head, less) has gone: no more output, and no complaint from the interpreter's last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        from api.cli.session import is_expected

        if not is_expected(error):
            raise
        sys.stderr.write(f"emprise: {error}\n")
        sys.exit(1)
