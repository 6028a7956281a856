"""`emprise contact`: people one writes to; what is held about one, and to erase it."""

from typing import Annotated

import typer

from api.cli.help import App

app = App(no_args_is_help=True)

Organisation = Annotated[str, typer.Option(metavar="NAME")]
Address = Annotated[str, typer.Argument()]


@app.command()
def keep(
    mail: Address,
    name: Annotated[str, typer.Argument()],
    organisation: Organisation,
    works_for: Annotated[str | None, typer.Option("--for", metavar="NAME")] = None,
    language: Annotated[str, typer.Option()] = "fr",
    phone: Annotated[str | None, typer.Option()] = None,
    role: Annotated[str | None, typer.Option()] = None,
) -> None:
    """Keep a person an organisation writes to."""
    from api.cli.contacting import keep_contact

    said = {"mail": mail, "name": name, "works_for": works_for, "language": language, "phone": phone, "role": role}
    keep_contact(organisation, said)


@app.command(name="list")
def list_(organisation: Organisation) -> None:
    """List the people an organisation keeps."""
    from api.cli.contacting import list_contacts

    list_contacts(organisation)


@app.command()
def export(mail: Address) -> None:
    """Write everything held about a mail address, as JSON."""
    from api.cli.contacting import export_person

    export_person(mail)


@app.command()
def erase(mail: Address) -> None:
    """Erase the person of a mail address everywhere, and say what stays."""
    from api.cli.contacting import erase_person

    erase_person(mail)
