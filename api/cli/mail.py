"""`emprise mail`: the messages that wait, that nobody knows of, and whether the mail server takes one."""

from typing import Annotated

import typer

from api.cli.help import App

app = App(no_args_is_help=True)


@app.command(name="list")
def list_(
    everything: Annotated[bool, typer.Option("--all")] = False,
    limit: Annotated[int, typer.Option(min=1)] = 50,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List the messages that were not sent yet, or all."""
    from api.cli.mailing import list_messages

    list_messages(everything=everything, limit=limit, as_json=as_json)


@app.command()
def release(number: Annotated[int, typer.Argument(min=1)]) -> None:
    """Send a message again whose fate is not known, or that was given up."""
    from api.cli.mailing import decide

    decide(number, again=True)


@app.command()
def settle(number: Annotated[int, typer.Argument(min=1)]) -> None:
    """Say that a message went out, or shall not."""
    from api.cli.mailing import decide

    decide(number, again=False)


@app.command(name="test")
def try_(address: Annotated[str, typer.Argument()]) -> None:
    """Send a message by the mail server of the settings, at once."""
    from api.cli.mailing import send_test

    send_test(address)
