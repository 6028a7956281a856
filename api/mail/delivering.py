"""Handing mails to a server over SMTP: what was refused, put off, or never answered is told apart."""

import re
import smtplib
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr

from api.mail.server import MailServer

PATIENCE_S = 30.0
"""Longest wait for any one answer of the server."""


class NotDelivered(Exception):  # noqa: N818 - the server's answer, not a fault
    """The server did not take a mail; ``forever``: and will not. ``why``: its answer."""

    def __init__(self, why: str, *, forever: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.forever = forever


class NoServer(NotDelivered):
    """The server cannot be reached, lets us not in, or went away before it was given the mail."""


class Unsure(Exception):  # noqa: N818 - nobody's fault
    """The mail was handed over and no answer came: it may be on its way."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@contextmanager
def connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """An open session with the server, encrypted where it can be, signed in where a user is given.

    Raises:
        NoServer: there is none; also when a password would go out unencrypted to another machine.
    """
    try:
        session = _opened(server)
    except (OSError, smtplib.SMTPException) as error:
        raise NoServer(_told(error)) from error
    try:
        yield session
    finally:
        with suppress(OSError, smtplib.SMTPException):
            session.quit()
        session.close()


def deliver(session: smtplib.SMTP, sender: str, to: str, content: bytes) -> None:
    """Hand one mail over; returns when the server took it.

    Raises:
        NoServer: the session ended before the mail was given: it was not taken.
        NotDelivered: the server refused it.
        Unsure: the session ended after the mail was given.
    """
    try:
        _check(session.mail(parseaddr(sender)[1]), ours=True)
        _check(session.rcpt(to))
        _check(session.docmd("DATA"), wanted=3)
    except (OSError, smtplib.SMTPException) as error:
        raise NoServer(_told(error)) from error
    except NotDelivered:
        with suppress(OSError, smtplib.SMTPException):
            session.rset()
        raise
    try:
        session.send(re.sub(rb"(?m)^\.", b"..", content.rstrip(b"\r\n")) + b"\r\n.\r\n")
        answer = session.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise Unsure(_told(error)) from error
    _check(answer)


def _opened(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.encrypted:
        session: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE_S, context=context)
    else:
        session = smtplib.SMTP(server.host, server.port, timeout=PATIENCE_S)
    try:
        session.ehlo_or_helo_if_needed()
        encrypted = server.encrypted
        if not encrypted and session.has_extn("starttls"):
            session.starttls(context=context)
            session.ehlo_or_helo_if_needed()
            encrypted = True
        if server.user is not None and server.password is not None:
            if not (encrypted or server.is_here):
                raise smtplib.SMTPNotSupportedError("STARTTLS is not offered: the password is not sent")
            _sign_in(session, server.user, server.password)
    except BaseException:
        session.close()
        raise
    return session


def _sign_in(session: smtplib.SMTP, user: str, password: str) -> None:
    """The library encodes both in ASCII; AUTH PLAIN takes UTF-8 (RFC 4616)."""
    if (user + password).isascii():
        session.login(user, password)
        return
    given = f"\0{user}\0{password}"
    code, said = session.docmd("AUTH", f"PLAIN {b64encode(given.encode()).decode()}")
    if code // 100 != 2:
        raise smtplib.SMTPAuthenticationError(code, said)


def _check(answer: tuple[int, bytes], *, wanted: int = 2, ours: bool = False) -> None:
    """``ours``: what is refused concerns us and not the mail, so that it is tried again."""
    code, said = answer
    if code // 100 == wanted:
        return
    told = f"{code} {said.decode('utf-8', 'replace')}"
    if code in (-1, 421):
        raise NoServer(told)
    raise NotDelivered(told, forever=code // 100 == 5 and not ours)


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    return " ".join(str(error).split()) or type(error).__name__
