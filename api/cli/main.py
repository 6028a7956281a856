"""The command `emprise`. Nothing heavy is imported before a command runs: help must come at once."""

import signal
import sys
from types import FrameType
from typing import NoReturn

import typer

from api.cli import (
    catalogue,
    commitment,
    consent,
    consult,
    contact,
    db,
    derive,
    doctor,
    dossier,
    due,
    enquiry,
    export,
    fit,
    generate,
    history,
    imports,
    key,
    load,
    mail,
    market,
    match,
    project,
    proposal,
    readiness,
    review,
    rule,
    run,
    serve,
    step,
    still_available,
    stock,
    subscription,
    whatif,
    worker,
)
from api.cli.help import App
from api.cli.language import NoLanguage, without_language
from api.cli.usage import told_language, told_misuse

WRONG_USE = 2

app = App(name="emprise", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
for command in (
    run.run,
    serve.serve,
    worker.worker,
    load.load,
    export.export,
    imports.imports,
    derive.derive,
    fit.fit,
    match.match,
    dossier.dossier,
    readiness.readiness,
    step.step,
    history.history,
    rule.rule,
    due.due,
    stock.stock,
    review.review,
    doctor.doctor,
):
    app.command()(command)
app.command(name="what-if")(whatif.what_if)
app.add_typer(db.app, name="db")
app.add_typer(key.app, name="key")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(generate.app, name="generate")
app.add_typer(enquiry.app, name="enquiry")
app.add_typer(project.app, name="project")
app.add_typer(consult.app, name="consult")
app.add_typer(commitment.app, name="commitment")
app.add_typer(market.app, name="market")
app.add_typer(proposal.app, name="proposal")
app.add_typer(consent.app, name="consent")
app.add_typer(still_available.app, name="still-available")
app.add_typer(mail.app, name="mail")
app.add_typer(contact.app, name="contact")
app.add_typer(subscription.app, name="subscription")


def _end(number: int, _frame: FrameType | None) -> None:
    """Leave by the front door, so that the embedded database is put away."""
    sys.exit(128 + number)


def main() -> None:
    """Run a command: one sentence and exit 1 for what the user can mend, 2 for wrong use, 130 on Ctrl-C."""
    signal.signal(signal.SIGTERM, _end)
    try:
        arguments = without_language(sys.argv[1:])
        ended = app(arguments, prog_name="emprise", standalone_mode=False)
    except NoLanguage as error:
        _wrong_use(told_language(error))
    except typer.Abort:
        sys.exit(1)
    except Exception as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            _wrong_use(str(error), begun="")
        if getattr(error, "exit_code", 1) == WRONG_USE:
            _wrong_use(told_misuse(error, sys.argv[1:]))
        from api.cli.session import said_of

        said = said_of(error)
        if said is None:
            raise
        sys.stderr.write(f"emprise: {said}\n")
        sys.exit(1)
    sys.exit(ended if isinstance(ended, int) else 0)


def _wrong_use(said: str, begun: str = "emprise: ") -> NoReturn:
    sys.stderr.write(f"{begun}{said}\n")
    sys.exit(WRONG_USE)
