"""A private parcel with its commitments leaves no trace; a consent opens it to one project, until its last day."""

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from api.clock import today
from geo.derive import work
from geo.store.access.keys import Admitted, create_key
from geo.store.database import Role
from tests import land_rows as rows
from tests.api.conftest import quick_settings
from tests.api.desk.agency_desk import Desk
from tests.api.desk.test_commitments import in_days, option

ITEMS = "/collections/parcels/items"
TILES = "/collections/parcels/tiles/WebMercatorQuad"
PATHS = (
    "/collections/parcels",
    ITEMS,
    f"{ITEMS}?f=html",
    f"{ITEMS}?f=csv",
    f"{ITEMS}?f=geojsonseq",
    f"{ITEMS}?filter=market%20%3D%20%27optioned%27",
    f"{ITEMS}?sortby=-surface_m2&limit=2",
    f"{TILES}/0/0/0",
    f"{TILES}/12/2103/1461",
    "/stock",
    "/stock?epci=240100883",
    f"/stock?as_of={in_days(-3)}",
    f"/stock?known_at={in_days(-1)}",
)
MOMENT = re.compile(r'"timeStamp":"[^"]*"')
READERS = ("company", "neighbour", "project")


def told(desk: Desk, who: str, hidden: int) -> dict[str, Any]:
    """All that one of them is told of land, and of a parcel that is asked for by its number."""
    found: dict[str, Any] = {path: seen(desk.ask(who, "GET", path)) for path in PATHS}
    need = {"land_m2": {"min": 100}, "include": ["prospect"]}
    found["match"] = seen(desk.ask(who, "POST", "/matches?questions=true", json=need))
    for path in ("", "/market", "/commitments", "/readiness", "/history", "/consents"):
        place = f"{ITEMS}/{hidden}" if path == "" else f"/parcels/{hidden}{path}"
        answer = desk.ask(who, "GET", place)
        found[path] = (answer.status_code, answer.json().get("code"), answer.headers.get("ETag"))
    explained = {"need": need, "parcel_ids": [hidden]}
    found["explain"] = desk.ask(who, "POST", "/matches/explain", json=explained).json().get("code")
    proposed = {"properties": {"name": "trouvé"}, "reason": "essai"}
    found["propose"] = desk.ask(who, "POST", f"/parcels/{hidden}/proposals", json=proposed).json().get("code")
    if who == "neighbour":
        found |= {path: seen(desk.ask(who, "GET", path)) for path in ("/market/openings", "/proposals", "/commitments")}
    return found


def seen(answer: httpx.Response) -> tuple[Any, ...]:
    """An answer byte for byte, but for the moment it was given."""
    assert answer.status_code in (200, 204), answer.text
    if "mvt" in answer.headers["content-type"] or answer.status_code == 204:
        return (answer.content, answer.headers.get("ETag"))
    body = MOMENT.sub("", answer.text)
    return (body, answer.headers.get("ETag") if body == answer.text else None, answer.headers.get("OGC-NumberMatched"))


@pytest.fixture(scope="module")
def place(desk: Desk) -> Desk:
    project = desk.post("agency", "/projects", code_name="Ardoise", need={"land_m2": {"min": 100}})["id"]
    organisation = desk.organisations["SA Exemple"]
    with desk.database.connection(Role.GATE) as connection:
        admitted = Admitted("company", organisation, project=project)
        desk.keys["project"] = create_key(connection, "project", admitted)[1]  # type: ignore[index]
        desk.keys["number"] = project  # type: ignore[index]
    return desk


def add(desk: Desk) -> int:
    """A large private parcel of EPCI A, under option, far off and at the edge of what is there."""
    with desk.database.connection(Role.WORKER) as connection:
        facts = {"visibility": "private", "responsible": desk.organisations["EPCI A"], "name": "SECRET"}
        hidden = rows.parcel(connection, "secret", rows.square(-900, -900, 800), **facts)
    option(desk, "EPCI A", hidden, expires_on=in_days(3))
    work.derive(desk.database, as_of=today(quick_settings()))
    return hidden


def test_it_leaves_no_trace_and_is_shown_to_one_project_until_a_day(place: Desk) -> None:
    desk, nothing = place, 999_999
    before = {who: told(desk, who, nothing) for who in READERS}
    hidden = add(desk)

    def same(*readers: str) -> None:
        for who in readers:
            now = told(desk, who, hidden)
            for what, was in before[who].items():
                assert now[what] == was, (who, what)

    same(*READERS)
    assert desk.get("territory", f"/parcels/{hidden}/market")["market"] == "optioned"
    path = f"/parcels/{hidden}/consents"
    said: dict[str, Any] = {"project": desk.keys["number"], "until": in_days(30), "reason": "visite du 3 mars"}
    for who in ("neighbour", "agency"):
        assert desk.ask(who, "POST", path, json=said).status_code == 404
    granted = desk.post("territory", path, **said)
    assert [(one["project"], one["until"]) for one in granted["consents"]] == [(said["project"], in_days(30))]
    same("company", "neighbour")
    assert hidden in [one["id"] for one in desk.get("project", ITEMS)["features"]]
    assert desk.get("project", f"/parcels/{hidden}/market")["market"] == "optioned"
    assert desk.get("project", "/stock")["all"]["parcels"] == desk.get("company", "/stock")["all"]["parcels"] + 1
    with desk.database.connection(Role.WORKER) as connection:  # day 31
        connection.execute(text("update core.consent set until = until - 31 where parcel = :p"), {"p": hidden})
    same(*READERS)
    assert desk.get("territory", path)["consents"] == []


def test_a_consent_is_ended_and_every_change_of_it_kept(place: Desk) -> None:
    desk, parcel = place, place.parcels["EPCI B-private"]
    path, project = f"/parcels/{parcel}/consents", desk.keys["number"]
    desk.post("EPCI B", path, project=project, until=in_days(10), reason="demande écrite")
    assert desk.ask("project", "GET", f"{ITEMS}/{parcel}").status_code == 200
    ended = desk.post("EPCI B", f"{path}/{project}/end", 200, reason="projet abandonné")
    assert ended["consents"] == []
    assert [one["until"] for one in ended["history"]] == [in_days(10), in_days(-1)]
    assert [one["reason"] for one in ended["history"]] == ["demande écrite", "projet abandonné"]
    assert all(one["by"].startswith("key:") for one in ended["history"])
    assert desk.ask("project", "GET", f"{ITEMS}/{parcel}").status_code == 404
    again = desk.ask("EPCI B", "POST", f"{path}/{project}/end", json={"reason": "deux fois"})
    assert (again.status_code, again.json()["code"]) == (404, "consent.none")
    past = desk.post("EPCI B", path, 422, project=project, until=in_days(-1), reason="trop tard")
    assert past["errors"][0]["code"] == "consent.until"
    assert desk.post("EPCI B", path, 404, project=99_999, until=in_days(1), reason="inconnu")["code"]
    shared = desk.ask("EPCI C", "GET", f"/parcels/{desk.parcels['EPCI B']}/consents")
    assert shared.status_code == 403


def test_for_which_project_a_commitment_is_is_told_to_it_alone(place: Desk) -> None:
    desk, parcel = place, place.parcels["EPCI C"]
    made = option(desk, "EPCI C", parcel, project=desk.keys["number"], buyer="SA Exemple")
    for who in (*READERS, "nobody", "agency", "EPCI C"):
        (held,) = desk.get(who, f"/parcels/{parcel}/commitments")["commitments"]
        knows = who in ("project", "agency", "EPCI C")  # the agency follows the project
        assert held["project"] == (desk.keys["number"] if knows else None), who
        assert "buyer" not in held
    interest = option(desk, "EPCI C", parcel, kind="interest", project=desk.keys["number"])["commitment"]
    told = {
        who: desk.get(who, f"/parcels/{parcel}/commitments")["commitments"] for who in ("project", "agency", "EPCI C")
    }
    seen = {who for who, listed in told.items() if interest in [one["commitment"] for one in listed]}
    assert seen == {"project", "EPCI C"}
    assert (
        desk.get("EPCI C", f"/commitments?project={desk.keys['number']}")["commitments"][0]["commitment"]
        == made["commitment"]
    )
