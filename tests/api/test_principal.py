"""Keys, sessions and links: who gets in, as whom, and who does not."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import URL, create_engine, text

from api.security.sessions import sign_in_link
from geo.store.access.keys import Admitted, create_key, find_organisation, list_keys, revoke_key
from geo.store.database import Database, Role
from tests.api.conftest import quick_settings, with_examples
from tests.api.serving import Served, serving

NOW = datetime.now(UTC)
ADMIN = Admitted("admin")


def new_key(standing: Database, admitted: Admitted = ADMIN, *, lenient: bool = False, days: int | None = None) -> str:
    expires = None if days is None else NOW + timedelta(days=days)
    with standing.connection(Role.GATE) as connection:
        return create_key(connection, "test", admitted, lenient=lenient, expires_at=expires)[1]


def new_organisation(standing_admin: URL, kind: str, name: str = "EPCI de Tarare") -> int:
    engine = create_engine(standing_admin)
    with engine.begin() as connection:
        statement = text("insert into core.organisation (name, kind) values (:name, :kind) returning id")
        number: int = connection.execute(statement, {"name": name, "kind": kind}).scalar_one()
    engine.dispose()
    return number


def get_me(served: Served, key: str, way: str) -> httpx.Response:
    if way == "query":
        return served.client.get("/me", params={"api-key": key})
    headers = {"Authorization": f"Bearer {key}"} if way == "bearer" else {"X-API-Key": key}
    return served.client.get("/me", headers=headers)


@pytest.mark.parametrize("way", ["bearer", "header", "query"])
def test_a_key_is_accepted_three_ways(served: Served, standing: Database, standing_admin: URL, way: str) -> None:
    organisation = new_organisation(standing_admin, "territory")
    key = new_key(standing, Admitted("planner", organisation), lenient=True)
    answer = get_me(served, key, way)
    assert answer.status_code == 200
    me = answer.json()
    assert me.pop("name").startswith("key:")
    assert me == {"audience": "planner", "organisation": organisation, "kind": "territory", "lenient": True}


def test_without_key_one_is_the_public(served: Served) -> None:
    assert served.client.get("/me").json() == {
        "audience": "public", "name": "public", "organisation": None, "kind": None, "lenient": False,
    }  # fmt: skip


@pytest.mark.parametrize("way", ["bearer", "header", "query"])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda key: key[:-1] + ("A" if key[-1] != "A" else "B"), id="row-92-wrong-secret"),
        pytest.param(lambda key: key.replace("emp_", "emp_0", 1), id="row-92-wrong-prefix"),
        pytest.param(lambda _: "emp_0123456789_" + "A" * 43, id="row-92-unknown"),
        pytest.param(lambda _: "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.", id="row-92-alg-none"),
        pytest.param(lambda _: "emp_", id="empty"),
        pytest.param(lambda _: "emp__", id="hollow"),
        pytest.param(lambda key: key.upper(), id="case"),
        pytest.param(lambda _: "emp_a' or '1'='1_x", id="quote"),
    ],
)
def test_row_92_a_wrong_key_is_401(served: Served, standing: Database, way: str, change: object) -> None:
    assert callable(change)
    answer = get_me(served, change(new_key(standing)), way)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"] == "/problems/bad-credentials"


def test_another_scheme_than_bearer_or_no_key_at_all_is_401(served: Served) -> None:
    assert served.client.get("/me", params={"api-key": ""}).status_code == 401
    assert served.client.get("/me", headers={"Authorization": "Bearer"}).status_code == 401
    assert served.client.get("/me", auth=("admin", "admin")).status_code == 401


def test_two_different_keys_are_401_and_the_same_twice_is_fine(served: Served, standing: Database) -> None:
    one, two = new_key(standing), new_key(standing)
    assert served.client.get("/me", headers={"Authorization": f"Bearer {one}", "X-API-Key": two}).status_code == 401
    assert served.client.get("/me", headers={"Authorization": f"bearer {one}", "X-API-Key": one}).status_code == 200


def test_row_96_a_revoked_key_is_401_at_once(served: Served, standing: Database) -> None:
    key = new_key(standing)
    assert get_me(served, key, "bearer").status_code == 200
    with standing.connection(Role.GATE) as connection:
        assert revoke_key(connection, key.split("_")[1], NOW)
        assert not revoke_key(connection, key.split("_")[1], NOW)
    assert get_me(served, key, "bearer").json()["code"] == "credentials.unknown"


def test_row_96_an_expired_key_is_401(served: Served, standing: Database) -> None:
    assert get_me(served, new_key(standing, days=1), "bearer").status_code == 200
    assert get_me(served, new_key(standing, days=-1), "bearer").status_code == 401


def test_a_bad_key_is_401_on_any_route_even_a_public_one(served: Served) -> None:
    for path in ("/things", "/api", "/problems/fault"):
        assert served.client.get(path, headers={"X-API-Key": "emp_no_no"}).status_code == 401


def test_keys_are_stored_as_hashes_and_listed_without_secret(standing: Database, standing_admin: URL) -> None:
    key = new_key(standing, Admitted("company", new_organisation(standing_admin, "company", "Tôlerie")), days=3)
    secret = key.split("_", 2)[2]
    engine = create_engine(standing_admin)
    with engine.connect() as connection:
        statement = text("select * from core.api_key where prefix = :prefix")
        stored = connection.execute(statement, {"prefix": key.split("_")[1]}).one()
    engine.dispose()
    assert secret not in str(stored)
    assert len(stored.secret_sha256) == 32
    with standing.connection(Role.GATE) as connection:
        listed = list_keys(connection)[0]
    assert (listed.prefix, listed.admitted.organisation_kind) == (key.split("_")[1], "company")
    assert secret not in str(listed)


def test_an_organisation_is_found_by_name(standing: Database, standing_admin: URL) -> None:
    number = new_organisation(standing_admin, "territory", "CC du Pays Mornantais")
    with standing.connection(Role.GATE) as connection:
        assert find_organisation(connection, "cc du pays mornantais") == number
        assert find_organisation(connection, "nobody") is None


def test_the_day_of_last_use_is_noted_once(served: Served, standing: Database, standing_admin: URL) -> None:
    key = new_key(standing)
    engine = create_engine(standing_admin)
    statement = text("select last_used_on, xmin::text from core.api_key order by id desc limit 1")
    seen = []
    for _ in range(3):
        with engine.connect() as connection:
            seen.append(tuple(connection.execute(statement).one()))
        get_me(served, key, "bearer")
    engine.dispose()
    assert seen[0][0] is None
    assert seen[1][0] == datetime.now(UTC).date()
    assert seen[2] == seen[1]


def test_a_route_for_planners_asks_for_credentials_then_for_rights(served: Served, standing: Database) -> None:
    assert served.client.get("/planners").status_code == 401
    company = served.client.get("/planners", headers={"X-API-Key": new_key(standing, Admitted("company"))})
    assert (company.status_code, company.json()["code"]) == (403, "rights.audience")
    assert company.json()["detail"] == "Cette action est réservée à : chargés de foncier, administrateurs."
    assert served.client.get("/planners", headers={"X-API-Key": new_key(standing)}).status_code == 200


def sign_in(served: Served, standing: Database, admitted: Admitted = ADMIN, now: datetime = NOW) -> httpx.Response:
    link = sign_in_link(standing, str(served.client.base_url), admitted, now)
    return served.client.get(link)


def test_a_link_signs_in_once(served: Served, standing: Database) -> None:
    link = sign_in_link(standing, str(served.client.base_url), Admitted("planner"), NOW)
    head = served.client.head(link)
    assert head.status_code == 405, "looking at the link does not use it up"
    first = served.client.get(link)
    assert (first.status_code, first.headers["location"]) == (303, "/app/")
    cookie = first.headers["set-cookie"]
    assert cookie.startswith("emprise=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    me = served.client.get("/me").json()
    assert (me["audience"], me["name"].partition(":")[0]) == ("planner", "session")
    served.client.cookies.clear()
    again = served.client.get(link)
    assert (again.status_code, again.json()["code"]) == (401, "credentials.link")
    assert "set-cookie" not in again.headers


def test_an_expired_or_invented_link_is_401(served: Served, standing: Database) -> None:
    assert sign_in(served, standing, now=NOW - timedelta(hours=2)).status_code == 401
    assert served.client.get("/session/" + "A" * 43).status_code == 401
    assert served.client.get("/session/" + "A" * 300).status_code == 404


def test_a_session_that_is_unknown_is_401_and_its_cookie_forgotten(served: Served) -> None:
    answer = served.client.get("/me", headers={"Cookie": "emprise=invented"})
    assert answer.status_code == 401
    assert answer.headers["set-cookie"] == "emprise=; Max-Age=0; Path=/"


def test_signing_out_ends_the_session(served: Served, standing: Database) -> None:
    sign_in(served, standing)
    token = served.client.cookies["emprise"]
    out = served.client.delete("/session", headers={"Sec-Fetch-Site": "same-origin"})
    assert out.status_code == 204
    assert "emprise" not in served.client.cookies
    assert served.client.get("/me", headers={"Cookie": f"emprise={token}"}).status_code == 401
    assert served.client.delete("/session").status_code == 204


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 200, id="own-page"),
        pytest.param({"Origin": "OWN"}, 200, id="own-origin"),
        pytest.param({"Origin": "OWN", "Sec-Fetch-Site": "same-origin"}, 200, id="both"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="row-97-cross-site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="row-97-same-site"),
        pytest.param({"Origin": "https://evil.example"}, 403, id="row-97-origin"),
        pytest.param({"Origin": "null"}, 403, id="row-97-null"),
        pytest.param({"Origin": "https://writer.example"}, 403, id="row-97-cors-writer"),
        pytest.param({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403, id="contradiction"),
        pytest.param({}, 403, id="row-97-silent"),
        pytest.param({"Content-Type": "application/x-www-form-urlencoded"}, 403, id="row-97-form"),
    ],
)
def test_row_97_a_session_writes_from_our_pages_only(
    served: Served, standing: Database, headers: dict[str, str], status: int
) -> None:
    sign_in(served, standing)
    own = str(served.client.base_url).rstrip("/")
    answer = served.client.post(
        "/me", headers={name: own if value == "OWN" else value for name, value in headers.items()}
    )
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["type"] == "/problems/cross-site"
    assert served.client.get("/me", headers={"Origin": "https://evil.example"}).status_code == 200, "reading is free"


def test_a_key_needs_no_page(served: Served, standing: Database) -> None:
    sign_in(served, standing)
    headers = {"X-API-Key": new_key(standing), "Origin": "https://writer.example"}
    assert served.client.post("/me", headers=headers).json()["name"].startswith("key:")


def test_behind_https_the_cookie_is_bound_to_the_host(standing: Database) -> None:
    settings = quick_settings(public_url="https://terrains.example.org")
    with serving(with_examples(settings, standing), settings) as served:
        answer = sign_in(served, standing)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-emprise=")
        assert {"Secure", "Path=/", "HttpOnly"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
        token = cookie.partition("=")[2].partition(";")[0]
        own = {"Cookie": f"__Host-emprise={token}", "Origin": "https://terrains.example.org"}
        assert served.client.post("/me", headers=own).status_code == 200
        assert served.client.get("/me", headers={"Cookie": f"emprise={token}"}).json()["name"] == "public"
        forgotten = served.client.get("/me", headers={"Cookie": "__Host-emprise=invented"}).headers["set-cookie"]
        assert forgotten == "__Host-emprise=; Max-Age=0; Path=/; Secure", "browsers ignore it without Secure"
