"""A real mail server on loopback that takes, refuses, falls silent or goes away as a test wants it."""

import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

Answer = Callable[[str], str]


@dataclass
class Received:
    """What a server took, as bytes and read; ``rcpt`` and ``data`` say what it answers to each."""

    mails: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    signed_in: list[bytes] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    rcpt: Answer = lambda address: "250 OK"
    data: Answer = lambda address: "250 OK"
    arrived: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def read(self) -> list[EmailMessage]:
        return [message_from_bytes(mail, policy=policy.default) for mail in self.mails]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.rcpt(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.data(envelope.rcpt_tos[0])
        if answer == "gone":  # took it, and is cut off before it can say so
            self._take(session, envelope)
            server.transport.abort()
            return "250 OK"
        if answer.startswith("250"):
            self._take(session, envelope)
        return answer

    def _take(self, session: Any, envelope: Any) -> None:
        self.mails.append(envelope.original_content)
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        self.encrypted.append(session.ssl is not None)
        self.arrived.set()


class OnFreePort(Controller):
    """A controller that asks for any port and then speaks to the one it got."""

    def _trigger_server(self) -> None:
        made: Any = self.server
        self.port = made.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server(**how: Any) -> Iterator[Received]:
    """A server on a free port of loopback; ``how`` as aiosmtpd's controller takes it."""
    received = Received()

    def authenticator(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        right = (data.login, data.password) == (b"emprise", "mot de passe é".encode())
        if right:
            received.signed_in.append(data.login)
        return AuthResult(success=right, handled=False)

    controller = OnFreePort(received, hostname="127.0.0.1", port=0, authenticator=authenticator, **how)
    controller.start()
    received.port = controller.port
    try:
        yield received
    finally:
        controller.stop()


def certificate(folder: Path) -> ssl.SSLContext:
    """A context with a certificate for localhost, signed by itself: ``folder/certificate.pem``."""
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost "
        f"-keyout {folder}/key.pem -out {folder}/certificate.pem".split(),
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context
