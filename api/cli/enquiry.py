"""`emprise enquiry`: enquiries of companies, from the mail to the reply."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.help import App

app = App(no_args_is_help=True)

Number = Annotated[int, typer.Argument(min=1)]
Organisation = Annotated[str, typer.Option(metavar="NAME")]
AsJson = Annotated[bool, typer.Option("--json")]


@app.command()
def add(
    mail: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    organisation: Organisation,
    source: Annotated[str, typer.Option()] = "direct",
    received: Annotated[str | None, typer.Option(metavar="INSTANT")] = None,
    subject: Annotated[str | None, typer.Option()] = None,
    company: Annotated[str | None, typer.Option()] = None,
    siren: Annotated[str | None, typer.Option()] = None,
    sender: Annotated[str | None, typer.Option("--from", metavar="ADDRESS")] = None,
    as_json: AsJson = False,
) -> None:
    """Log a mail as it came: what it says, by when it is due, who else may follow it."""
    from api.cli.enquiring import add_enquiry

    said = {"source": source, "received_at": received, "subject": subject, "company": company, "siren": siren}
    add_enquiry(mail, organisation, said | {"contact": sender and {"mail": sender}}, as_json=as_json)


@app.command(name="list")
def list_(
    organisation: Organisation, status: Annotated[str | None, typer.Option()] = None, as_json: AsJson = False
) -> None:
    """List the enquiries an organisation follows, what is due first at the head."""
    from api.cli.enquiring import list_enquiries

    list_enquiries(organisation, status, as_json=as_json)


@app.command()
def show(number: Number, organisation: Organisation, as_json: AsJson = False) -> None:
    """Show an enquiry: what it says with the words that say it, and what was assumed."""
    from api.cli.enquiring import show_enquiry

    show_enquiry(number, organisation, as_json=as_json)


@app.command()
def confirm(
    number: Number,
    organisation: Organisation,
    need: Annotated[Path | None, typer.Option(metavar="FILE", exists=True, dir_okay=False)] = None,
) -> None:
    """Confirm the need: as it was read, or as a file says it."""
    from api.cli.enquiring import confirm_need

    confirm_need(number, organisation, need)


@app.command()
def reply(number: Number, organisation: Organisation, as_json: AsJson = False) -> None:
    """Draft the reply: what was understood, what the land has, three questions."""
    from api.cli.enquiring import draft_reply

    draft_reply(number, organisation, as_json=as_json)


@app.command()
def close(number: Number, why: Annotated[str, typer.Argument()], organisation: Organisation) -> None:
    """Close an enquiry and say why."""
    from api.cli.enquiring import close_enquiry

    close_enquiry(number, why, organisation)
