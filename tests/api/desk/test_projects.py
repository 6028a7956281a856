"""Projects: needs by versions, a shortlist ordered by hand, what changed since, who was proposed what."""

from typing import Any

import pytest
from sqlalchemy import text

from api.clock import today
from api.jobs.project_answers import keep_of_today
from geo.derive import work
from geo.store.access.keys import Admitted, create_key
from geo.store.database import Role
from tests.api.conftest import quick_settings
from tests.api.desk.agency_desk import MAIL, Desk

NEED = {"land_m2": {"min": 50_000, "max": 80_000}, "use": "industrie", "place": {"named": ["scot/nord_isere"]}}


@pytest.fixture(scope="module")
def project(desk: Desk) -> dict[str, Any]:
    enquiry = desk.post("agency", "/enquiries", mail=MAIL)
    made = desk.post("agency", "/projects", code_name="Ardoise", enquiry=enquiry["id"])
    assert (made["status"], made["confidential"], made["need_version"]) == ("detected", True, 1)
    assert made["need"] == enquiry["reading"]["document"]
    assert made["enquiries"] == [enquiry["id"]]
    return made


def path(project: dict[str, Any], more: str = "") -> str:
    return f"/projects/{project['id']}{more}"


def test_needs_are_appended(desk: Desk, project: dict[str, Any]) -> None:
    changed = desk.post("agency", path(project, "/needs"), need=NEED, why="un seul secteur")
    assert (changed["need_version"], changed["need"]) == (2, NEED)
    listed = desk.get("agency", path(project, "/needs"))["needs"]
    assert [(one["version"], one["why"]) for one in listed] == [(2, "un seul secteur"), (1, None)]
    wrong = desk.ask("agency", "POST", path(project, "/needs"), json={"need": {"use": "industrie"}})
    assert wrong.status_code == 422


def test_a_status_follows_the_one_before(desk: Desk) -> None:
    project = desk.post("agency", "/projects", code_name="Basalte", need=NEED)
    tag = f'"v{project["version"]}"'
    refused = desk.ask("agency", "PATCH", path(project), tag=tag, json={"status": "sited"})
    assert refused.status_code == 409
    assert "qualifié, perdu" in refused.json()["detail"]
    unreasoned = desk.ask("agency", "PATCH", path(project), tag=tag, json={"status": "lost"})
    assert (unreasoned.status_code, unreasoned.json()["errors"][0]["field"]) == (422, "reason")
    for status in ("qualified", "proposed", "visited"):
        assert desk.change("agency", "PATCH", path(project), status=status)["status"] == status
    lost = desk.change("agency", "PATCH", path(project), status="lost", reason="site choisi en Espagne")
    assert (lost["lost_why"], lost["next"]) == ("site choisi en Espagne", ["qualified"])
    back = desk.change("agency", "PATCH", path(project), status="qualified", reason="le groupe revient")
    assert [one["status"] for one in back["history"]] == [
        "detected", "qualified", "proposed", "visited", "lost", "qualified",
    ]  # fmt: skip
    assert [one["reason"] for one in back["history"]][-2:] == ["site choisi en Espagne", "le groupe revient"]
    assert desk.ask("agency", "PATCH", path(project), json={"code_name": "X"}).status_code == 428


def test_the_shortlist_is_in_the_order_set_by_hand(desk: Desk, project: dict[str, Any]) -> None:
    a, b, c = (desk.parcels[f"EPCI {letter}"] for letter in "ABC")
    first = [{"parcels": [number], "reason": "premier tri"} for number in (a, b, c)]
    desk.change("agency", "PUT", path(project, "/shortlist"), sites=first)
    turned = [{"parcels": [c], "reason": "plus proche de la gare"}, first[0]]
    tag = desk.ask("agency", "GET", path(project)).headers["ETag"]
    without = desk.ask("agency", "PUT", path(project, "/shortlist"), tag=tag, json={"sites": turned})
    assert (without.status_code, without.json()["errors"][0]["field"]) == (422, "removed_why")
    found = desk.change("agency", "PUT", path(project, "/shortlist"), sites=turned, removed_why="trop pentu")
    assert [(one["rank"], one["parcels"], one["reason"]) for one in found["sites"]] == [
        (1, [c], "plus proche de la gare"),
        (2, [a], "premier tri"),
    ]
    assert found["sites"][0]["land"][0]["name"] == "Lot C"
    stale = desk.ask("agency", "PUT", path(project, "/shortlist"), tag=tag, json={"sites": []})
    assert stale.status_code == 412
    hidden = [{"parcels": [desk.parcels["EPCI A-private"]], "reason": "deviné"}]
    tag = desk.ask("agency", "GET", path(project)).headers["ETag"]
    unseen = desk.ask(
        "agency", "PUT", path(project, "/shortlist"), tag=tag, json={"sites": hidden, "removed_why": "non"}
    )
    assert unseen.status_code == 422
    twice = desk.ask("agency", "PUT", path(project, "/shortlist"), tag=tag, json={"sites": [*turned, turned[0]]})
    assert twice.status_code == 422


def test_sites_are_compared_on_the_same_criteria(desk: Desk, project: dict[str, Any]) -> None:
    table = desk.get("agency", path(project, "/comparison"))
    assert len(table["sites"]) == 2
    assert {len(row["cells"]) for row in table["criteria"]} == {2}
    assert "land_m2" in [row["name"] for row in table["criteria"]]
    asked = desk.get("agency", path(project, f"/comparison?parcels={desk.parcels['EPCI A']},{desk.parcels['EPCI B']}"))
    assert [one["name"] for one in asked["sites"]] == ["Lot A", "Lot B"]
    assert desk.ask("agency", "GET", path(project, f"/comparison?parcels={desk.parcels['EPCI A']}")).status_code == 422
    hidden = f"/comparison?parcels={desk.parcels['EPCI A']},{desk.parcels['EPCI A-private']}"
    assert desk.ask("agency", "GET", path(project, hidden)).status_code == 404


def test_what_changed_since(desk: Desk, project: dict[str, Any]) -> None:
    assert desk.ask("agency", "GET", path(project, "/changes")).status_code == 409
    kept = desk.post("agency", path(project, "/answers"))
    assert kept["need_version"] == 2
    still = desk.get("agency", path(project, "/changes"))
    assert (still["new"], still["lost"], still["moved"]) == ([], [], [])
    sold, freed = desk.parcels["EPCI A"], desk.parcels["EPCI B-private"]
    with desk.database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel set market = 'sold' where id = :p"), {"p": sold})
        connection.execute(text("update core.parcel set visibility = 'agency' where id = :p"), {"p": freed})
    work.derive(desk.database, as_of=today(quick_settings()))
    found = desk.get("agency", path(project, "/changes"))
    assert [(one["parcels"], one["failing"]) for one in found["lost"]] == [([sold], "market")]
    assert [one["parcels"] for one in found["new"]] == [[freed]]
    assert "visibility" not in str(found["new"])
    english = desk.get("agency", path(project, "/changes?lang=en"))
    assert english["new"][0]["says"].startswith("Meets the need now")
    with desk.database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel set market = 'for_sale' where id = :p"), {"p": sold})
        connection.execute(text("update core.parcel set visibility = 'private' where id = :p"), {"p": freed})
    work.derive(desk.database, as_of=today(quick_settings()))


def test_the_worker_keeps_an_answer_a_day_for_each_open_project(desk: Desk) -> None:
    now = today(quick_settings())
    project = desk.post("agency", "/projects", code_name="Dolomie", need=NEED)
    assert desk.ask("agency", "GET", path(project, "/changes")).status_code == 409
    assert keep_of_today(desk.database, now) >= 1
    assert keep_of_today(desk.database, now) == 0
    found = desk.get("agency", path(project, f"/changes?since={now}"))
    assert (found["since"]["as_of"], found["new"], found["lost"]) == (now.isoformat(), [], [])
    with desk.database.connection(Role.WORKER) as connection:
        kept = text("select actor from core.need_answer order by id desc limit 1")
        assert connection.scalar(kept) == "worker:answers"


def test_who_was_proposed_what_stays(desk: Desk, project: dict[str, Any]) -> None:
    site = desk.parcels["EPCI C"]
    body: dict[str, Any] = {
        "parcels": [site],
        "means": "mail",
        "proposed_on": "2026-11-20",
        "told_whom": "direction immobilière",
    }
    listed = desk.post("agency", path(project, "/proposals"), **body)["proposals"]
    assert [(one["parcels"], one["proposed_on"], one["told_whom"]) for one in listed] == [
        ([site], "2026-11-20", "direction immobilière")
    ]
    later = desk.ask("agency", "POST", path(project, "/proposals"), json=body | {"proposed_on": "2149-01-01"})
    assert later.status_code == 422
    unknown = desk.ask("agency", "POST", path(project, "/proposals"), json=body | {"contact": 999_999})
    assert unknown.status_code == 422


@pytest.mark.parametrize("who", ["other agency", "territory", "neighbour", "company"])
def test_others_see_nothing_of_it(desk: Desk, project: dict[str, Any], who: str) -> None:
    assert desk.get(who, "/projects")["projects"] == []
    for more in ("", "/needs", "/shortlist"):
        assert desk.ask(who, "GET", path(project, more)).status_code == 404
    for more in ("/proposals", "/comparison", "/changes"):
        assert desk.ask(who, "GET", path(project, more)).status_code == (403 if who == "company" else 404)
    refused = desk.ask(who, "PATCH", path(project), tag='"v1"', json={"code_name": "Volé"})
    assert refused.status_code == (403 if who == "company" else 404)
    assert desk.ask("nobody", "GET", path(project)).status_code == 401


def test_its_company_sees_its_need_and_the_sites_it_was_told_of(desk: Desk, project: dict[str, Any]) -> None:
    with desk.database.connection(Role.GATE) as connection:
        admitted = Admitted("company", desk.organisations["SA Exemple"], project=project["id"])
        _, key = create_key(connection, "dirigeant", admitted)
    keys = {"X-API-Key": key}
    seen = desk.client.get(path(project), headers=keys).json()
    assert seen["need"] == NEED
    assert not {"history", "lost_why", "enquiries"} & seen.keys()
    sites = desk.client.get(path(project, "/shortlist"), headers=keys).json()["sites"]
    assert [(one["parcels"], one["rank"]) for one in sites] == [([desk.parcels["EPCI C"]], 1)]
    assert "plus proche de la gare" not in str(sites)
    assert desk.client.get(path(project, "/proposals"), headers=keys).status_code == 403
    other = desk.post("agency", "/projects", code_name="Craie", need=NEED)
    assert desk.client.get(path(other), headers=keys).status_code == 404
    assert [one["id"] for one in desk.client.get("/projects", headers=keys).json()["projects"]] == [project["id"]]
