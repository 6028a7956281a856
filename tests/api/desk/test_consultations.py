"""An anonymous need shown to six territories: four answer by their links, two are shown to be missing."""

import re
from typing import Any

import pytest
from sqlalchemy import text

from geo.store.database import Role
from tests.api.desk.agency_desk import MAIL, SUMMER, TERRITORIES, Desk

SECRET = "Ardoise chez Dupont"


@pytest.fixture(scope="module")
def asked(desk: Desk) -> dict[str, Any]:
    """A consultation of all six about the enquiry of the mail; its links by territory under ``by``."""
    enquiry = desk.post("agency", "/enquiries", mail=MAIL, company=SECRET, contact={"mail": "x@dupont-exemple.fr"})
    need = enquiry["reading"]["document"] | {
        "name": SECRET,
        "price_max_eur_m2": 60,
        "place": {**enquiry["reading"]["document"]["place"], "near": {"lon": 5.0, "lat": 45.0, "km": 500}},
    }
    desk.change("agency", "PATCH", f"/enquiries/{enquiry['id']}", need=need)
    territories = [
        {"organisation": desk.organisations[name], "mail": f"eco@{name[-1].lower()}-exemple.fr"} for name in TERRITORIES
    ]
    made = desk.post(
        "agency", "/consultations", enquiry=enquiry["id"], territories=territories, deadline=in_a_week(desk)
    )
    return made | {"by": {one["name"]: one for one in made["territories"]}, "of": enquiry["id"]}


def in_a_week(desk: Desk) -> str:
    with desk.database.connection(Role.WORKER) as connection:
        return str(connection.scalar(text("select (core.today() + 7)::text")))


def path(asked: dict[str, Any], name: str) -> str:
    found = re.search(r"/c/[\w-]+$", asked["by"][name]["link"])
    assert found
    return found[0]


def form(desk: Desk, address: str, fields: dict[str, str]) -> Any:
    return desk.client.post(address, data=fields, headers={"Accept": "text/html"})


def test_only_the_fields_that_may_go_out_go_out(desk: Desk, asked: dict[str, Any]) -> None:
    assert set(asked["need"]) == {"use", "land_m2", "place", "start_by"}
    assert set(asked["need"]["place"]) == {"named"}
    given = desk.client.get(path(asked, "EPCI F"), headers={"Accept": "application/json"}).json()
    assert asked["deadline"] == given["deadline"] == in_a_week(desk), "the last day, as the mail says"
    with desk.database.connection(Role.WORKER) as connection:
        mails = connection.execute(text("select to_address, body from core.message order by id")).all()
    assert [mail.to_address for mail in mails] == [f"eco@{letter}-exemple.fr" for letter in "abcdef"]
    page = desk.client.get(path(asked, "EPCI A"), headers={"Accept": "text/html"})
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    for told in (page.text, *(mail.body for mail in mails)):
        assert "Nord-Isère" in told
        assert f"au plus tard le 22/09/{SUMMER}" in told
        assert "chances" not in told, "the client named no probability"
        for secret in (SECRET, "Dupont", "dupont", "Martin", "60 €"):
            assert secret not in told


def test_four_answer_by_link_and_two_are_missing(desk: Desk, asked: dict[str, Any]) -> None:
    a, b, c, d = TERRITORIES[:4]
    shown = desk.client.get(path(asked, a), headers={"Accept": "application/json"}).json()
    assert {one["name"] for one in shown["parcels"]} == {"Lot A", "Lot A-agency"}, "its own land, as the agency sees it"
    lot = desk.parcels
    assert form(desk, path(asked, a), {f"p{lot['EPCI A']}": "confirm"}).status_code == 200
    corrected = form(
        desk,
        path(asked, b),
        {f"p{lot['EPCI B']}": "correct", f"p{lot['EPCI B']}_price": "45,5", f"p{lot['EPCI B']}_note": "délibération"},
    )
    assert corrected.status_code == 200, corrected.text
    assert "Merci" in corrected.text
    form(desk, path(asked, c), {"decline": "on", "decline_why": "aucun foncier avant 2030"})
    body = {"added": [{"name": "Extension nord", "surface_m2": 61_000, "geometry": drawn(desk)}]}
    assert desk.client.post(path(asked, d), json=body, headers={"Accept": "application/json"}).status_code == 201
    found = desk.get("agency", f"/consultations/{asked['id']}")
    assert found["missing"] == ["EPCI E", "EPCI F"]
    told = {one["name"]: [(each["kind"], each["state"]) for each in one["answers"]] for one in found["territories"]}
    assert told == {
        a: [("confirm", "proposed")],
        b: [("correct", "proposed")],
        c: [("decline", "proposed")],
        d: [("add", "proposed")],
        "EPCI E": [],
        "EPCI F": [],
    }
    answers = {one["name"]: one["answers"] for one in found["territories"]}
    assert re.fullmatch(r"link:\d+", answers[b][0]["author"])
    assert answers[b][0]["document"]["properties"] == {"price_eur_m2": 45.5}
    with desk.database.connection(Role.WORKER) as connection:
        price = text("select price_eur_m2 from core.parcel where id = :p")
        assert connection.scalar(price, {"p": lot["EPCI B"]}) is None, "a correction is a proposal"


def test_reminders_are_drafted_for_those_missing(desk: Desk, asked: dict[str, Any]) -> None:
    drafts = desk.post("agency", f"/consultations/{asked['id']}/reminders", 200)["reminders"]
    assert [(one["name"], one["sent"]) for one in drafts] == [("EPCI E", False), ("EPCI F", False)]
    assert "Nord-Isère" in drafts[0]["draft"]["body"]
    sent = desk.post("agency", f"/consultations/{asked['id']}/reminders", 200, send=True)["reminders"]
    assert [one["sent"] for one in sent] == [True, True]
    assert desk.client.get(path(asked, "EPCI E")).status_code == 200, "the link sent before stays good"


def test_added_land_is_a_parcel_once_it_is_accepted(desk: Desk, asked: dict[str, Any]) -> None:
    def names(who: str) -> list[str]:
        found = desk.get(who, "/collections/parcels/items?limit=100")["features"]
        return [one["properties"]["name"] for one in found]

    assert "Extension nord" not in names("agency")
    found = desk.get("agency", f"/consultations/{asked['id']}")
    answers = {one["name"]: one["answers"] for one in found["territories"]}
    at = f"/consultations/{asked['id']}/answers"
    refused = desk.ask("agency", "POST", f"{at}/{answers['EPCI C'][0]['id']}/decision", json={"state": "refused"})
    assert refused.status_code == 422
    accepted = desk.post("agency", f"{at}/{answers['EPCI D'][0]['id']}/decision", 200, state="accepted")
    assert accepted["state"] == "accepted"
    assert accepted["added_parcel"] is not None
    assert "Extension nord" in names("agency")
    assert "Extension nord" not in names("company")
    assert "Extension nord" not in names("neighbour")
    again = desk.ask("agency", "POST", f"{at}/{answers['EPCI D'][0]['id']}/decision", json={"state": "accepted"})
    assert again.status_code == 409


def test_nothing_but_its_own_land_can_be_answered_for(desk: Desk, asked: dict[str, Any]) -> None:
    for parcel in (desk.parcels["EPCI B"], desk.parcels["EPCI A-private"], 999_999):
        body = {"parcels": [{"parcel": parcel, "kind": "confirm"}]}
        refused = desk.client.post(path(asked, "EPCI A"), json=body, headers={"Accept": "application/json"})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "parcels")
    empty = desk.client.post(path(asked, "EPCI A"), json={}, headers={"Accept": "application/json"})
    assert empty.status_code == 422
    for fields, told in (
        ({"add_name": "X", "add_geometry": "{"}, "GeoJSON"),
        ({"decline": "on"}, "pourquoi vous n&#39;avez rien à proposer"),
        ({"decline_why": ""}, "Rien n&#39;est répondu"),
    ):
        page = form(desk, path(asked, "EPCI A"), fields)
        assert page.status_code == 422
        assert "Revenez en arrière" in page.text
        assert told in page.text


def test_with_an_account_a_territory_sees_its_own_asking_and_not_whose_it_is(desk: Desk, asked: dict[str, Any]) -> None:
    seen = desk.get("territory", f"/consultations/{asked['id']}")
    assert [one["name"] for one in seen["territories"]] == ["EPCI A"]
    assert (seen["enquiry"], seen["project"]) == (None, None)
    assert desk.get("territory", "/consultations")["consultations"][0]["asked"] == 1
    for more in ("/reminders", "/close"):
        assert desk.ask("territory", "POST", f"/consultations/{asked['id']}{more}").status_code == 403
    body = {"decline": "plus rien cette année"}
    assert desk.ask("territory", "POST", f"/consultations/{asked['id']}/answers", json=body).status_code == 201
    assert desk.ask("agency", "POST", f"/consultations/{asked['id']}/answers", json=body).status_code == 403


@pytest.mark.parametrize("who", ["other agency", "company", "nobody"])
def test_others_see_nothing_of_it(desk: Desk, asked: dict[str, Any], who: str) -> None:
    status = {"company": 403, "nobody": 401}.get(who, 404)
    assert desk.ask(who, "GET", f"/consultations/{asked['id']}").status_code == status
    body = {"enquiry": asked["of"], "territories": [{"organisation": 3}], "deadline": in_a_week(desk)}
    assert desk.ask(who, "POST", "/consultations", json=body).status_code == status


def test_a_link_that_is_tampered_or_of_a_closed_consultation_opens_nothing(desk: Desk, asked: dict[str, Any]) -> None:
    good = path(asked, "EPCI F")
    assert desk.client.get(good).status_code == 200
    assert desk.client.get(good[:-1] + ("A" if good[-1] != "A" else "B")).status_code == 404
    desk.post("agency", f"/consultations/{asked['id']}/close", 200)
    assert desk.client.get(good).status_code == 410
    assert form(desk, good, {"decline": "on", "decline_why": "trop tard"}).status_code == 410
    late = desk.ask("territory", "POST", f"/consultations/{asked['id']}/answers", json={"decline": "trop tard"})
    assert late.status_code == 410
    assert desk.ask("agency", "POST", f"/consultations/{asked['id']}/reminders", json={"send": True}).status_code == 409


def test_links_are_shown_once_and_kept_nowhere_in_words(desk: Desk, asked: dict[str, Any]) -> None:
    body = {
        "enquiry": asked["of"],
        "territories": [{"organisation": desk.organisations["EPCI A"]}],
        "deadline": in_a_week(desk),
    }
    first, again = (
        desk.ask("agency", "POST", "/consultations?lang=fr", json=body, headers={"Idempotency-Key": "deux fois"})
        for _ in range(2)
    )
    (shown,) = desk.good(first, 201)["territories"]
    (told,) = desk.good(again, 201)["territories"]
    assert (again.json()["id"], again.headers["Idempotency-Replayed"]) == (first.json()["id"], "true")
    assert (told, "note" in first.json()) == (shown | {"link": None}, False)
    assert "qu'une fois" in again.json()["note"]
    token = shown["link"].rpartition("/")[2]
    with desk.database.connection(Role.GATE) as connection:
        bodies = text("select convert_from(body, 'UTF8') from core.idempotency where body is not null")
        kept = connection.scalars(bodies)
        assert not [one for one in kept if token in one]
    assert desk.client.get(f"/c/{token}").status_code == 200
    reminded = desk.ask("agency", "POST", f"/consultations/{first.json()['id']}/reminders", json={"send": True})
    assert [one["sent"] for one in reminded.json()["reminders"]] == [True]
    assert "/c/" not in reminded.text, "a link is for who it is sent to"


def drawn(desk: Desk) -> dict[str, Any]:
    with desk.database.connection(Role.WORKER) as connection:
        outline = text("""select st_asgeojson(st_transform(st_translate(geom, 0, 600), 4326), 9)::jsonb
            from core.parcel where id = :p""")
        found: dict[str, Any] = connection.scalar(outline, {"p": desk.parcels["EPCI D"]})
    return found
