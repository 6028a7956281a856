"""A mail as a file (RFC 5322): its text, who sent it, when. The raw bytes are kept by whoever asks, not here."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser

NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Controls but tab and line ends, and halves of surrogate pairs: no text of ours holds them."""
BLOCKS = frozenset({"br", "p", "div", "li", "tr", "table", "h1", "h2", "h3", "h4", "ul", "ol", "blockquote"})
UNSEEN = frozenset({"script", "style", "head", "title", "template"})


@dataclass(frozen=True, slots=True)
class Message:
    """What a mail is: its text, subject, the sender's address and name, and the instant it says it was sent."""

    text: str
    subject: str | None
    sender: str | None
    name: str | None
    sent_at: datetime | None


def message_of(raw: bytes) -> Message:
    """The mail of a file; what cannot be read of it is left out, never refused."""
    mail = message_from_bytes(raw, policy=default)
    if not isinstance(mail, EmailMessage):
        return Message(clean(raw.decode("utf-8", "replace")), None, None, None, None)
    name, address = parseaddr(_header(mail, "from") or "")
    return Message(_text(mail), _header(mail, "subject"), address.lower() or None, name or None, _sent(mail))


def clean(text: str) -> str:
    """The text with what no text may hold replaced by a visible sign, and one kind of line end."""
    return NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def _header(mail: EmailMessage, name: str) -> str | None:
    try:
        value = mail.get(name)
    except (ValueError, IndexError, TypeError, AttributeError):  # the standard parser stumbles over some forged heads
        return None
    return " ".join(clean(str(value)).split())[:500] if value else None


def _sent(mail: EmailMessage) -> datetime | None:
    try:
        sent = parsedate_to_datetime(_header(mail, "date") or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return sent if sent.tzinfo is not None else None


def _text(mail: EmailMessage) -> str:
    """The plain text of the mail, else its HTML without the marks."""
    for kind in ("plain", "html"):
        try:
            part = mail.get_body((kind,))
            content = part.get_content() if part is not None else None
        except (LookupError, ValueError, AttributeError, TypeError):  # an unknown charset, a broken part
            content = _undecoded(mail)
        if isinstance(content, str):
            return clean(bare(content) if kind == "html" else content)
    return ""


def _undecoded(mail: EmailMessage) -> str | None:
    payload = mail.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else None


class _Bare(HTMLParser):
    """Gathers what a reader of the page would read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in UNSEEN
        self.parts.extend("\n" if tag in BLOCKS else "")

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(0, self.unseen - (tag in UNSEEN))
        self.parts.extend("\n" if tag in BLOCKS else "")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(data)


def bare(html: str) -> str:
    """The words of an HTML page, without marks, scripts and styles."""
    reader = _Bare()
    reader.feed(html)
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
