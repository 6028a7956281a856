"""What everybody may know: how accessible the service is, what becomes of what one says, and whom to write to."""

from collections.abc import Iterator

import pytest

from api.app import create_app
from geo.store.database import Database
from tests.api.conftest import NOWHERE, quick_settings
from tests.api.serving import Served, serving


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """A service whose contact's name is markup, its database out of reach."""
    settings = quick_settings(contact="https://example.org/<b>contact</b>", contact_years=2)
    with serving(create_app(settings, Database(NOWHERE)), settings) as made:
        yield made


def test_the_statement_says_what_was_tested_and_what_was_not(served: Served) -> None:
    french, english = (served.client.get("/accessibility", params={"lang": lang}) for lang in ("fr", "en"))
    assert (french.status_code, french.headers["content-language"]) == (200, "fr")
    for told in ("Non conforme au sens du RGAA 4.1.2", "Pas encore vérifié", "Défenseur des droits", "23/11/2026"):
        assert told in french.text
    assert "Not checked yet" in english.text
    assert "https://example.org/&lt;b&gt;contact&lt;/b&gt;" in french.text


def test_privacy_tells_how_long_people_are_kept(served: Served) -> None:
    assert "L&#39;effacement vient 2 ans après" in served.client.get("/privacy?lang=fr").text
    assert "/accessibility" in served.client.get("/privacy").text, "in the foot of every page"


@pytest.mark.parametrize(("given", "href"), [("terres@example.org", "mailto:terres@example.org"), (None, None)])
def test_whom_to_write_to(given: str | None, href: str | None) -> None:
    settings = quick_settings(contact=given)
    with serving(create_app(settings, Database(NOWHERE)), settings) as made:
        text = made.client.get("/accessibility?lang=fr").text
    assert (f'href="{href}"' in text) is (href is not None)
    assert ("Écrivez à l&#39;organisme" in text) is (href is None)


def test_a_contact_that_nobody_can_write_to_is_refused() -> None:
    with pytest.raises(ValueError, match="must be an address"):
        quick_settings(contact="nulle part")
