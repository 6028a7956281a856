"""A message of the outbox as the bytes that go over the wire."""

from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from typing import Any


class _Lines(EmailPolicy):
    """Addresses of a list header stay whole: the library would break a long one up into encoded words."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower().startswith("list-"):
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


WIRE = _Lines(linesep="\r\n", cte_type="7bit")


def written(row: Any, sender: str) -> bytes:
    """The mail of a row of the outbox: text, and HTML beside it where there is one.

    Its ``Message-ID`` is made of its key, so that a mail released by hand is the same mail to its reader.
    """
    mail = EmailMessage(policy=WIRE)
    mail["From"] = sender
    mail["To"] = row.to_address
    mail["Subject"] = row.subject
    mail["Date"] = format_datetime(row.claimed_at)
    mail["Message-ID"] = message_id(row.key, sender)
    mail["Auto-Submitted"] = "auto-generated"
    for name, value in row.headers.items():
        mail[name] = value
    mail.set_content(row.body, charset="utf-8", cte="quoted-printable")
    if row.html is not None:
        mail.add_alternative(row.html, subtype="html", charset="utf-8", cte="quoted-printable")
    mail["Content-Language"] = row.language
    return mail.as_bytes(policy=WIRE)


def message_id(key: str, sender: str) -> str:
    """The one Message-ID of what a key tells."""
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{parseaddr(sender)[1].rpartition('@')[2]}>"
