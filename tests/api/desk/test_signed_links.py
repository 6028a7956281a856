"""Links that mails carry: what is refused, how often, and what is left of them in logs and in the base."""

import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from api.app import create_app
from geo.store.database import Actor, Database, Role
from geo.store.desk import links
from geo.store.desk.links import Purpose, Standing
from tests.api.conftest import quick_settings
from tests.api.desk.agency_desk import Desk
from tests.api.serving import serving

LATER = timedelta(days=30)


def planner(desk: Desk, name: str = "Agence") -> Actor:
    return Actor(desk.organisations[name], "agency", actor="key:1")


def issued(desk: Desk, purpose: str = "unsubscribe", *, lasts: timedelta = LATER, about: int = 1, **said: Any) -> str:
    with desk.database.connection(Role.PLANNER, planner(desk)) as connection:
        expires_at = datetime.now(UTC) + lasts
        return links.issue(connection, purpose, about, organisation=said.get("organisation"), expires_at=expires_at)


def looked_up(database: Database, purpose: str, token: str) -> Standing:
    with database.connection(Role.GATE) as connection:
        return links.look_up(connection, purpose, token, datetime.now(UTC))[0]


def test_a_link_lends_the_rights_of_who_issued_it(desk: Desk) -> None:
    token = issued(desk, about=41)
    with desk.database.connection(Role.GATE) as connection:
        standing, link = links.look_up(connection, "unsubscribe", token, datetime.now(UTC))
    assert link is not None
    assert (standing, link.about, link.organisation) == (Standing.OPEN, 41, desk.organisations["Agence"])
    assert link.organisation_kind == "agency"
    with desk.database.connection(Role.WORKER) as connection:
        row = connection.execute(text("select * from core.signed_link where about = 41")).one()
    assert (row.issued_by, row.uses) == ("key:1", 1)
    assert token not in str(row)


def test_nobody_lends_the_rights_of_another_organisation(desk: Desk) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        issued(desk, organisation=desk.organisations["EPCI A"])
    issued(desk, about=42)
    with desk.database.connection(Role.PLANNER, planner(desk, "Autre agence")) as connection:
        assert connection.scalar(text("select count(*) from signed_link")) == 0
        assert links.revoke(connection, "unsubscribe", 42) == 0


def test_what_each_refused_link_is_answered(desk: Desk) -> None:
    good, expired, revoked = issued(desk), issued(desk, lasts=-LATER), issued(desk, about=43)
    with desk.database.connection(Role.PLANNER, planner(desk)) as connection:
        assert links.revoke(connection, "unsubscribe", 43) == 1
    tampered = good[:-1] + ("A" if good[-1] != "A" else "B")
    other = issued(desk, "dossier")
    refused = {
        expired: (410, "link.expired"),
        revoked: (410, "link.revoked"),
        tampered: (404, "link.unknown"),
        other: (404, "link.unknown"),
        "x": (404, "link.unknown"),
        "é" * 300: (404, "link.unknown"),
    }
    for token, (status, code) in refused.items():
        for method in ("GET", "POST"):
            answer = desk.client.request(method, f"/u/{token}", data={"all": "1"} if method == "POST" else None)
            assert (answer.status_code, answer.json()["code"]) == (status, code), token
    page = desk.client.get(f"/u/{expired}", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert page.status_code == 410
    assert "This link has expired" in page.text
    assert desk.client.get(f"/u/{good}").status_code == 200
    assert desk.client.get(f"/u/{good}?x=1").status_code == 400
    assert desk.client.get(f"/u/{good}%00").status_code == 400


def test_a_link_that_takes_one_answer(desk: Desk) -> None:
    token = issued(desk, "still_available")
    with desk.database.connection(Role.GATE) as connection:
        _, link = links.look_up(connection, "still_available", token, datetime.now(UTC))
    assert link is not None
    assert looked_up(desk.database, "still_available", token) is Standing.OPEN
    with desk.database.connection(Role.PLANNER, planner(desk)) as connection:
        assert links.spend(connection, link.id)
    with desk.database.connection(Role.PLANNER, planner(desk)) as connection:
        assert not links.spend(connection, link.id)
    assert looked_up(desk.database, "still_available", token) is Standing.SPENT


def test_guessing_is_slowed_down_told_in_the_log_and_leaves_no_token(desk: Desk, lines: io.StringIO) -> None:
    settings = quick_settings(sign_in_failures_per_minute=3)
    good = issued(desk)
    with serving(create_app(settings, desk.database), settings) as served:
        guesses = [f"guess-{number}-{'x' * 32}" for number in range(3)]
        answers = [served.client.get(f"/u/{guess}").status_code for guess in guesses]
        blocked = served.client.get(f"/u/{good}", headers={"Referer": "https://mail.example/"})
    assert answers == [404, 404, 404]
    assert blocked.status_code == 429
    assert int(blocked.headers["retry-after"]) > 0
    written = lines.getvalue()
    refused = [one for one in map(json.loads, written.splitlines()) if one["event"] == "link refused"]
    assert [one["standing"] for one in refused] == ["unknown"] * 3
    assert written.count("/u/{token}") == 4
    assert not any(token in written for token in (*guesses, good))


def test_what_a_holder_does_is_done_in_the_name_of_the_link(desk: Desk, lines: io.StringIO) -> None:
    desk.client.get(f"/u/{issued(desk, about=44)}")
    assert re.search(r'"actor":"link:\d+"', lines.getvalue())


def test_no_token_stands_anywhere_in_the_base(desk: Desk) -> None:
    token = issued(desk)
    desk.client.get(f"/u/{token}", headers={"Idempotency-Key": "k"})
    desk.client.post(f"/u/{token}", data={"all": "1"}, headers={"Idempotency-Key": "k"})
    with desk.database.connection(Role.WORKER) as connection:
        names = connection.scalars(text("select tablename from pg_tables where schemaname = 'core'")).all()
    for name in names:
        for role in (Role.WORKER, Role.GATE):
            try:
                with desk.database.connection(role) as connection:
                    found = connection.scalar(
                        text(f'select count(*) from core."{name}" t where t::text like :token'), {"token": f"%{token}%"}
                    )
            except ProgrammingError:
                continue
            assert found == 0, name


def test_a_page_of_a_link_takes_forms_only(desk: Desk) -> None:
    token = issued(desk)
    answer: httpx.Response = desk.client.post(f"/u/{token}", json={"all": 1})
    assert answer.status_code == 415
    assert desk.client.post(f"/u/{token}", data={"subscription": "x"}).status_code == 400
    wide = {f"f{number}": "1" for number in range(300)}
    assert desk.client.post(f"/u/{token}", data=wide).status_code == 413
    raw = {"Content-Type": "application/x-www-form-urlencoded"}
    assert desk.client.post(f"/u/{token}", content=b"a=%ff", headers=raw).status_code == 400


def test_ended_links_are_forgotten_after_a_while(desk: Desk) -> None:
    old, fresh = issued(desk, lasts=-LATER), issued(desk)
    with desk.database.connection(Role.WORKER) as connection:
        links.forget_ended(connection, datetime.now(UTC) - timedelta(days=1))
    assert looked_up(desk.database, Purpose.UNSUBSCRIBE, old) is Standing.UNKNOWN
    assert looked_up(desk.database, Purpose.UNSUBSCRIBE, fresh) is Standing.OPEN


def test_a_holder_who_is_signed_in_as_well_is_known_by_the_link_alone(desk: Desk) -> None:
    """A page that sends no Referer sends ``Origin: null`` with its form; and a session may have ended."""
    token = issued(desk)
    headers = {"Cookie": "emprise=ended", "Origin": "null", "Sec-Fetch-Site": "same-origin", "X-API-Key": "emp_x_y"}
    answer = desk.client.post(f"/u/{token}", data={"all": "1"}, headers=headers)
    assert answer.status_code == 200
