"""A message of the outbox on the wire: what mail programs read of it is what was put in."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from api.mail.writing import message_id, written

SENDER = "Agence Économique <emprise@exemple.fr>"
LONG = f"<https://terrains.metropole-de-tres-longue-dénomination.exemple.fr/u/{'x' * 43}>".replace("é", "e")
PRINTED = st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=80).map(lambda s: " ".join(s.split()))


def row(**changed: Any) -> Any:
    values: dict[str, Any] = {
        "key": "digest:3:2026-11-23",
        "to_address": "claire@exemple.fr",
        "subject": "Trois terrains ont changé : Saint-Étienne, Bourgoin-Jallieu, L'Isle-d'Abeau et Saint-Quentin",
        "body": "Bonjour,\n\n.Une ligne qui commence par un point.\nÀ bientôt\n",
        "html": None,
        "headers": {},
        "language": "fr",
        "claimed_at": datetime(2026, 11, 23, 6, tzinfo=UTC),
    }
    return SimpleNamespace(**(values | changed))


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def test_headers_of_a_mail() -> None:
    mail = read(written(row(), SENDER))
    assert mail["Subject"] == row().subject
    assert mail["From"].addresses[0].display_name == "Agence Économique"
    assert mail["Message-ID"] == message_id("digest:3:2026-11-23", SENDER) != message_id("digest:3:2026-11-24", SENDER)
    assert mail["Date"].datetime == datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "fr")
    assert mail.get_content_type() == "text/plain"


def test_text_and_html_beside_it() -> None:
    mail = read(written(row(html="<p>À bientôt</p>"), SENDER))
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    html = mail.get_body(("html",))
    assert html is not None
    assert html.get_content().strip() == "<p>À bientôt</p>"


def test_a_long_address_of_a_list_header_stays_whole() -> None:
    content = written(
        row(headers={"List-Unsubscribe": LONG, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}), SENDER
    )
    assert f"\r\nList-Unsubscribe: {LONG}\r\n".encode() in content
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in content


def test_every_line_is_plain_and_short_enough_for_any_server() -> None:
    content = written(row(body="é" * 3000, html="<p>" + "à" * 3000), SENDER)
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


@settings(max_examples=25)
@given(PRINTED, st.lists(PRINTED, max_size=5))
def test_whatever_is_written_is_what_is_read(subject: str, lines: list[str]) -> None:
    mail = read(written(row(subject=subject, body="\n".join(lines)), SENDER))
    assert mail["Subject"] == subject
    part = mail.get_body(("plain",))
    assert part is not None
    assert part.get_content().replace("\r\n", "\n").rstrip("\n") == "\n".join(lines).rstrip("\n")
    assert [*mail.keys()].count("Subject") == 1
