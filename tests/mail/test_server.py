"""Which server an address names."""

import pytest

from api.mail.server import MailServer, server_of


def test_parts_of_an_address() -> None:
    named = server_of("smtps://emprise%40x:p%3A%2Fw@mail.example.org")
    assert named == MailServer("mail.example.org", 465, True, "emprise@x", "p:/w")
    assert server_of("smtp://relay:2525") == MailServer("relay", 2525, False)
    assert server_of("smtp://relay").port == 587
    assert "p:/w" not in repr(named)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "relay",
        "http://relay",
        "smtp://",
        "smtp://relay/path",
        "smtp://user@relay",
        "smtp://relay:x",
        "smtp://r?x=1",
    ],
)
def test_what_names_none(address: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the reason
        server_of(address)


@pytest.mark.parametrize(
    ("host", "here"), [("localhost", True), ("127.0.0.1", True), ("[::1]", True), ("relay", False)]
)
def test_a_server_on_this_machine(host: str, here: bool) -> None:
    assert server_of(f"smtp://{host}:25").is_here is here
