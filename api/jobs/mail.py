"""Sending what is in the outbox: each mail claimed, handed over, marked; never twice."""

import re
import smtplib
import time
from typing import Any

import structlog
from sqlalchemy import Row

from api.mail.delivering import NoServer, NotDelivered, Unsure, connected, deliver
from api.mail.server import server_of
from api.mail.writing import written
from api.settings import Settings
from geo.store.database import Database, Role
from geo.store.desk import sending

log = structlog.get_logger("emprise.mail")

PAUSES_MIN = (1, 5, 15, 30, 60, 120, 240, *(480,) * 7)
"""What is refused for now is tried again after these, in all for about three days; then it is given up."""
TOLD = 500
"""Characters that are kept of a server's answer."""
ADDRESS = re.compile(r"[^\s<>(),;:]+@[^\s<>(),;:]+")


def send_due(database: Database, settings: Settings, *, budget_s: float = 50.0) -> int:
    """Send what is due, for at most ``budget_s`` and the mail begun by then; how many the server took.

    Without a mail server nothing is claimed: mails wait, and `emprise doctor` says so.
    """
    if settings.smtp_url is None or settings.mail_from is None or not _is_due(database):
        return 0
    until, count = time.monotonic() + budget_s, 0
    try:
        with connected(server_of(settings.smtp_url.get_secret_value())) as session:
            while time.monotonic() < until:
                ended = _send_one(database, session, settings.mail_from)
                if ended is None:
                    break
                count += ended
    except NoServer as error:
        log.warning("mail server out of reach", why=_logged(error))
    return count


def _send_one(database: Database, session: smtplib.SMTP, sender: str) -> bool | None:
    """Whether the server took the next mail; None when none is due. Raises NoServer when the session is over."""
    with database.connection(Role.WORKER) as connection:
        row = sending.claim(connection)
    if row is None:
        return None
    try:
        deliver(session, sender, row.to_address, written(row, sender))
    except NoServer as error:
        _refused(database, row, error)
        raise
    except NotDelivered as error:
        _refused(database, row, error)
        return False
    except Unsure as error:
        with database.connection(Role.WORKER) as connection:
            sending.mark_unsure(connection, row.id, error.why[:TOLD])
        raise NoServer(error.why) from error
    with database.connection(Role.WORKER) as connection:
        sending.mark_sent(connection, row.id)
    return True


def _refused(database: Database, row: Row[Any], error: NotDelivered) -> None:
    tries = len(PAUSES_MIN)
    forever = error.forever or row.attempts > tries
    log.warning("mail refused", message=row.id, attempts=row.attempts, given_up=forever, why=_logged(error))
    with database.connection(Role.WORKER) as connection:
        if forever:
            sending.give_up(connection, row.id, error.why[:TOLD])
        else:
            sending.put_off(connection, row.id, PAUSES_MIN[row.attempts - 1], error.why[:TOLD])


def _is_due(database: Database) -> bool:
    with database.connection(Role.WORKER) as connection:
        return sending.is_due(connection)


def _logged(error: NotDelivered) -> str:
    """Why, for a log: servers repeat the address they refuse, and nobody erases a person there."""
    return ADDRESS.sub("[…]", error.why)[:TOLD]
