"""Handing a mail to a real server: what it takes, refuses, puts off, and what nobody knows."""

from pathlib import Path

import pytest

from api.mail.delivering import NoServer, NotDelivered, Unsure, connected, deliver
from api.mail.server import MailServer, server_of
from tests.mail.servers import certificate, mail_server

SENDER = "Emprise <emprise@exemple.fr>"
MAIL = b"Subject: essai\r\n\r\n.point\r\nfin\r\n"
SIGNED_IN = "emprise:mot%20de%20passe%20%C3%A9@"


def hand_over(address: str, *to: str) -> None:
    with connected(server_of(address)) as session:
        for one in to or ("claire@exemple.fr",):
            deliver(session, SENDER, one, MAIL)


def test_a_mail_arrives_as_it_was_written() -> None:
    with mail_server() as taken:
        hand_over(f"smtp://127.0.0.1:{taken.port}")
    assert taken.mails == [MAIL]
    assert taken.envelopes == [("emprise@exemple.fr", ["claire@exemple.fr"])]


def test_one_refused_address_does_not_stop_the_next() -> None:
    with mail_server() as taken:
        taken.rcpt = lambda address: "550 no such user" if address.startswith("nobody") else "250 OK"
        with connected(server_of(f"smtp://127.0.0.1:{taken.port}")) as session:
            with pytest.raises(NotDelivered) as refused:
                deliver(session, SENDER, "nobody@exemple.fr", MAIL)
            deliver(session, SENDER, "claire@exemple.fr", MAIL)
    assert refused.value.forever
    assert refused.value.why == "550 no such user"
    assert len(taken.mails) == 1


@pytest.mark.parametrize(("answer", "forever"), [("451 later", False), ("554 spam", True)])
def test_a_server_that_refuses_the_mail(answer: str, forever: bool) -> None:
    with mail_server() as taken:
        taken.data = lambda _address: answer
        with pytest.raises(NotDelivered) as refused:
            hand_over(f"smtp://127.0.0.1:{taken.port}")
    assert (refused.value.forever, refused.value.why) == (forever, answer)


def test_a_server_that_goes_away_after_it_was_given_the_mail() -> None:
    with mail_server() as taken:
        taken.data = lambda _address: "gone"
        with pytest.raises(Unsure):
            hand_over(f"smtp://127.0.0.1:{taken.port}")
    assert len(taken.mails) == 1


def test_no_server(unused: int) -> None:
    with pytest.raises(NoServer):
        hand_over(f"smtp://127.0.0.1:{unused}")


def test_encrypted_and_signed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = certificate(tmp_path)
    with mail_server(tls_context=context, require_starttls=True, auth_required=True) as taken:
        with pytest.raises(NoServer, match="certificate"):
            hand_over(f"smtp://{SIGNED_IN}localhost:{taken.port}")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        hand_over(f"smtp://{SIGNED_IN}localhost:{taken.port}")
        with pytest.raises(NoServer, match="535"):
            hand_over(f"smtp://emprise:wrong@localhost:{taken.port}")
        with pytest.raises(NoServer, match="535"):
            hand_over(f"smtp://emprise:%C3%A9@localhost:{taken.port}")
    assert (taken.encrypted, taken.signed_in) == ([True], [b"emprise"])
    with mail_server(ssl_context=context) as taken:
        hand_over(f"smtps://localhost:{taken.port}")
    assert len(taken.mails) == 1


def test_no_password_goes_out_unencrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(auth_require_tls=False) as taken:
        here = f"smtp://{SIGNED_IN}127.0.0.1:{taken.port}"
        hand_over(here)
        monkeypatch.setattr(MailServer, "is_here", property(lambda _server: False))
        with pytest.raises(NoServer, match="STARTTLS"):
            hand_over(here)
    assert len(taken.signed_in) == len(taken.mails) == 1


@pytest.fixture
def unused() -> int:
    with mail_server() as taken:
        port: int = taken.port
    return port
