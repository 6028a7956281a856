"""Signing in on the page: a key is exchanged once for a session, which says who it is and ends with the key."""

from datetime import UTC, datetime, timedelta

import pytest

from api.security.sessions import sign_in_link
from geo.store.access.keys import Admitted, create_key, revoke_key
from geo.store.access.organisations import make_organisation
from geo.store.database import Database, Role
from tests.api.serving import Served

OWN = {"Sec-Fetch-Site": "same-origin"}


def new_key(standing: Database, audience: str = "planner", **more: datetime) -> tuple[str, str]:
    """A key of a new agency: its text, and the agency's name."""
    name = f"Agence {datetime.now(UTC).timestamp()}"
    with standing.connection(Role.GATE) as connection:
        agency = make_organisation(connection, name, "agency")
        return create_key(connection, "page", Admitted(audience, agency), expires_at=more.get("expires_at"))[1], name


def test_nobody_is_the_public(served: Served) -> None:
    answer = served.client.get("/session")
    told = answer.json()
    assert (told["audience"], told["organisation"], told["expires_at"]) == ("public", None, None)
    assert datetime.fromisoformat(told["today"])
    assert answer.headers["cache-control"] == "no-store"


def test_a_key_opens_a_session_that_says_who_it_is_and_no_secret(served: Served, standing: Database) -> None:
    key, name = new_key(standing)
    answer = served.client.post("/session", json={"key": f" {key} "}, headers=OWN)
    assert (answer.status_code, answer.content) == (204, b"")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(answer.headers["set-cookie"].split("; "))
    told = served.client.get("/session")
    assert (told.json()["audience"], told.json()["organisation"]["name"]) == ("planner", name)
    secrets = (key, key.rpartition("_")[2], served.client.cookies["emprise"])
    assert not any(secret in told.text for secret in secrets)


@pytest.mark.parametrize("key", ["", "emp", "emp_a_b", "emp_0123456789_" + "A" * 43, "clé", "emp_\0_x"])
def test_what_is_no_key_opens_nothing(served: Served, key: str) -> None:
    answer = served.client.post("/session", json={"key": key}, headers=OWN)
    assert answer.status_code in (401, 422)
    assert "set-cookie" not in answer.headers
    if len(key) > 3:
        assert key not in answer.text


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_another_site_signs_nobody_in(served: Served, standing: Database, headers: dict[str, str]) -> None:
    key, _ = new_key(standing)
    answer = served.client.post("/session", json={"key": key}, headers=headers)
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


def test_a_session_ends_with_its_key(served: Served, standing: Database) -> None:
    key, _ = new_key(standing)
    served.client.post("/session", json={"key": key}, headers=OWN)
    assert served.client.get("/me").json()["audience"] == "planner"
    with standing.connection(Role.GATE) as connection:
        assert revoke_key(connection, key.split("_")[1], datetime.now(UTC))
    assert served.client.get("/me").status_code == 401


def test_a_session_ends_when_its_key_expires(served: Served, standing: Database) -> None:
    soon = datetime.now(UTC) + timedelta(milliseconds=400)
    key, _ = new_key(standing, expires_at=soon)
    assert served.client.post("/session", json={"key": key}, headers=OWN).status_code == 204
    while datetime.now(UTC) <= soon:
        pass
    assert served.client.get("/me").status_code == 401


def test_a_link_signs_in_whatever_cookie_is_left(served: Served, standing: Database) -> None:
    link = sign_in_link(standing, str(served.client.base_url), Admitted("planner"), datetime.now(UTC))
    answer = served.client.get(link, headers={"Cookie": "emprise=of-an-older-session"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/app/")


def test_the_page_itself_is_given_to_a_session_that_is_over(served: Served) -> None:
    assert served.client.get("/app/", headers={"Cookie": "emprise=of-an-older-session"}).status_code in (200, 503)
