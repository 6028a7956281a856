"""`emprise consult`: asking territories what they have for a need that tells nothing of whose it is."""

from typing import Annotated

import typer

from api.cli.help import App
from api.cli.usage import Misuse

app = App(no_args_is_help=True)

Number = Annotated[int, typer.Argument(min=1)]
Organisation = Annotated[str, typer.Option(metavar="NAME")]
AsJson = Annotated[bool, typer.Option("--json")]


@app.command()
def ask(
    territory: Annotated[list[str], typer.Argument()],
    until: Annotated[str, typer.Option(metavar="DAY")],
    organisation: Organisation,
    enquiry: Annotated[int | None, typer.Option(min=1, metavar="NUMBER")] = None,
    project: Annotated[int | None, typer.Option(min=1, metavar="NUMBER")] = None,
    field: Annotated[list[str] | None, typer.Option()] = None,
    message: Annotated[str | None, typer.Option()] = None,
    as_json: AsJson = False,
) -> None:
    """Ask territories: each gets a link of its own, by mail where an address is known."""
    from api.cli.asking import ask_territories

    if (enquiry is None) == (project is None):
        raise Misuse("consult_about")
    said = {"enquiry": enquiry, "project": project, "deadline": until, "fields": field, "message": message}
    ask_territories(territory, said, organisation, as_json=as_json)


@app.command()
def show(number: Number, organisation: Organisation, as_json: AsJson = False) -> None:
    """Show who answered what, and who has not."""
    from api.cli.asking import show_consultation

    show_consultation(number, organisation, as_json=as_json)


@app.command()
def remind(number: Number, organisation: Organisation, send: Annotated[bool, typer.Option("--send")] = False) -> None:
    """Draft reminders to those who have not answered; or send them."""
    from api.cli.asking import remind_territories

    remind_territories(number, organisation, send=send)


@app.command()
def decide(
    number: Number,
    answer: Annotated[int, typer.Argument(min=1)],
    state: Annotated[str, typer.Argument()],
    organisation: Organisation,
    reason: Annotated[str | None, typer.Option()] = None,
    visibility: Annotated[str, typer.Option()] = "agency",
) -> None:
    """Accept an answer or refuse it."""
    from api.cli.asking import decide_answer

    decide_answer(number, answer, {"state": state, "reason": reason, "visibility": visibility}, organisation)


@app.command()
def close(number: Number, organisation: Organisation) -> None:
    """End a consultation: its links open nothing any more."""
    from api.cli.asking import close_consultation

    close_consultation(number, organisation)
