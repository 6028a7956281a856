"""The outbox in a terminal, and a message to try the mail server with."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4
from zoneinfo import ZoneInfo

import typer

from api.catalogues import sentence
from api.cli.bad_file import BadFile
from api.cli.language import terminal_language
from api.cli.session import opened
from api.mail.delivering import NotDelivered, Unsure, connected, deliver
from api.mail.server import server_of
from api.mail.writing import written
from api.pages.values import told
from api.settings import load_settings
from geo.desk.addresses import UnusableAddress, checked_address
from geo.store.database import Role
from geo.store.desk import sending


def list_messages(*, everything: bool, limit: int, as_json: bool) -> None:
    """Print messages, the newest first."""
    lang, settings = terminal_language(), load_settings()
    zone = ZoneInfo(settings.timezone)
    with opened(settings) as database, database.connection(Role.WORKER) as connection:
        rows = [dict(row._mapping) for row in sending.listed(connection, everything=everything, limit=limit)]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, default=str))
        return
    for row in rows:
        state = sentence(f"mail.state.{row['state']}", lang)
        at = told((row["sent_at"] or row["created_at"]).astimezone(zone).isoformat(timespec="seconds"), lang)
        typer.echo(f"{row['id']}  {state}  {at}  {row['to_address'] or '-'}  {row['subject']}")
        if row["last_error"]:
            typer.echo(f"    {row['last_error']}")
    if not rows:
        typer.echo(sentence("mail.none", lang))


def decide(number: int, *, again: bool) -> None:
    """Release a message or settle it. Raises BadFile: it was sent, or decided before."""
    lang = terminal_language()
    with opened(load_settings()) as database, database.connection(Role.WORKER) as connection:
        if not (sending.release if again else sending.settle)(connection, number):
            raise BadFile(sentence("mail.not_open", lang, number=number))
    typer.echo(sentence("mail.released" if again else "mail.settled", lang, number=number))


def send_test(to: str) -> None:
    """Send a message now, without the outbox. Raises BadFile: no server is set, or it did not take the message."""
    settings, lang = load_settings(), terminal_language()
    if settings.smtp_url is None or settings.mail_from is None:
        raise BadFile(sentence("mail.no_server", lang))
    server = server_of(settings.smtp_url.get_secret_value())
    row = SimpleNamespace(
        key=f"test:{uuid4()}",
        to_address=_address(to, lang),
        language=lang,
        subject=sentence("mail.test.subject", lang),
        body=sentence("mail.test.body", lang),
        html=None,
        headers={},
        claimed_at=datetime.now(UTC),
    )
    try:
        with connected(server) as session:
            deliver(session, settings.mail_from, row.to_address, written(row, settings.mail_from))
    except (NotDelivered, Unsure) as error:
        raise BadFile(sentence("mail.test.refused", lang, host=server.host, port=server.port, why=error.why)) from None
    typer.echo(sentence("mail.test.taken", lang, host=server.host, port=server.port, to=row.to_address))


def _address(given: str, lang: str) -> str:
    try:
        return checked_address(given)
    except UnusableAddress:
        raise BadFile(sentence("mail.address", lang, given=given)) from None
