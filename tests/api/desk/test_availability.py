"""Whether land is still available: one mail a person, a page without an account, an answer that the market follows."""

import re
from typing import Any

import httpx
import pytest

from api.clock import today
from geo.store.database import Actor, Role
from geo.store.desk import contacts
from geo.store.desk.contacts import Contact
from tests.api.conftest import quick_settings
from tests.api.desk.agency_desk import Desk
from tests.api.desk.test_commitments import in_days, market_of, option


def known(desk: Desk, keeper: str, mail: str, of: str | None = None) -> int:
    """A person whom an organisation keeps."""
    actor = Actor(organisation=desk.organisations[keeper], organisation_kind="territory", actor="test")
    with desk.database.connection(Role.PLANNER, actor) as connection:
        works_for = None if of is None else desk.organisations[of]
        person = Contact("Paul Roux", mail, of_organisation=works_for)
        return contacts.keep(connection, person, organisation=desk.organisations[keeper], on=today(quick_settings()))


def last_letter(desk: Desk, mail: str) -> str:
    """The last mail to somebody."""
    with desk.database.connection(Role.WORKER) as connection:
        body = connection.exec_driver_sql(
            "select body from core.message where to_address = %s order by id desc limit 1", (mail,)
        ).scalar_one()
    return str(body)


def links(desk: Desk, mail: str) -> list[str]:
    """The paths of the links in the last mail to somebody."""
    return list(dict.fromkeys(re.findall(r"(/d/[\w-]+)", last_letter(desk, mail))))


def give(desk: Desk, path: str, expected: int = 200, **fields: Any) -> httpx.Response:
    answer = desk.client.post(f"{path}?lang=fr", data=fields, headers={"Accept": "text/html"})
    assert answer.status_code == expected, answer.text
    return answer


def test_an_owner_answers_and_the_market_follows(desk: Desk) -> None:
    parcel, other = desk.parcels["EPCI A"], desk.parcels["EPCI A-private"]
    owner = known(desk, "EPCI A", "p.roux@sci-exemple.fr")
    sent = desk.post("EPCI A", "/still-available", parcels=[parcel, other], contact=owner)
    assert [one["parcel"] for one in sent["asked"]] == [parcel, other]
    letter = last_letter(desk, "p.roux@sci-exemple.fr")
    assert letter.count("EPCI A") == 2, "who asks: in the first sentence and under the letter"
    assert ", 6,26 ha\n" in letter
    path, path_other = links(desk, "p.roux@sci-exemple.fr")
    page = desk.client.get(f"{path}?answer=sold", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert (page.headers["Referrer-Policy"], page.headers["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
    assert 'value="sold" required checked' in page.text
    assert 'action="?lang=fr"' in page.text, "the answer of the mail's link is not sent twice"
    assert "6,26 ha" in page.text
    assert market_of(desk, "nobody", parcel) == "for_sale", "following a link answers nothing"
    give(desk, path, answer="optioned", until=in_days(20))
    assert market_of(desk, "nobody", parcel) == "optioned"
    give(desk, path, answer="optioned", until=in_days(20))
    give(desk, path, answer="sold", on=in_days(-2))
    told = desk.get("nobody", f"/parcels/{parcel}/commitments")["commitments"]
    assert [(one["kind"], one["effective_on"]) for one in told] == [("deed", in_days(-2))], "later answers supersede"
    give(desk, path, answer="available", still_so="yes")
    assert market_of(desk, "nobody", parcel) == "for_sale"
    assert desk.get("nobody", f"/parcels/{parcel}/market")["stated"]["since"] == in_days(0)
    answered = desk.get("EPCI A", "/still-available?answered=true")["questions"]
    waiting = desk.get("EPCI A", "/still-available?answered=false")["questions"]
    assert [(one["parcel"], one["answer"]) for one in answered] == [(parcel, "available")]
    assert [one["parcel"] for one in waiting] == [other], "who has not answered"
    again = desk.post("EPCI A", "/still-available", parcels=[parcel, other])
    assert (again["asked"], again["lately"]) == ([], [parcel, other]), "nobody is asked twice within the days"
    assert desk.get("agency", "/still-available")["questions"] == []
    refused = give(desk, path_other, 422, answer="peut-être")
    assert "available" in refused.text


def test_of_land_of_others_an_answer_is_a_proposal(desk: Desk) -> None:
    parcel = desk.parcels["EPCI B"]
    known(desk, "Agence", "foncier@epci-b.fr", of="EPCI B")
    sent = desk.post("agency", "/still-available", parcels=[parcel, desk.parcels["EPCI C"]])
    assert ([one["parcel"] for one in sent["asked"]], sent["nobody"]) == ([parcel], [desk.parcels["EPCI C"]])
    (path,) = links(desk, "foncier@epci-b.fr")
    give(desk, path, answer="optioned", until=in_days(30))
    assert market_of(desk, "nobody", parcel) == "for_sale", "who holds the link may not write EPCI B's land"
    give(desk, path, answer="sold", on=in_days(-1), note="vendu à l'amiable")
    inbox = desk.get("EPCI B", "/proposals?box=inbox")["proposals"]
    assert [(one["kind"], one["proposed"]["kind"]) for one in inbox] == [("commitment", "deed")]
    assert inbox[0]["by"].startswith("link:")
    desk.post("EPCI B", f"/proposals/{inbox[0]['proposal']}/accept", 200)
    assert market_of(desk, "nobody", parcel) == "sold"
    assert desk.get("EPCI B", "/proposals?box=inbox")["proposals"] == []


@pytest.mark.parametrize("said_first", ["link", "planner"])
def test_what_a_planner_has_said_since_is_not_overridden(desk: Desk, said_first: str) -> None:
    """In either order the planner's word stands: an answer given before it is corrected, one after it proposes."""
    keeper = {"link": "EPCI E", "planner": "EPCI F"}[said_first]
    parcel, mail = desk.parcels[keeper], f"{said_first}@proprietaire.fr"
    tag = desk.ask(keeper, "GET", f"/collections/parcels/items/{parcel}").headers["ETag"]
    item = f"/collections/parcels/items/{parcel}"
    desk.post(keeper, "/still-available", parcels=[parcel], contact=known(desk, keeper, mail))
    (path,) = links(desk, mail)
    if said_first == "link":
        give(desk, path, answer="available")
        assert desk.get(keeper, f"/parcels/{parcel}/market")["stated"]["since"] == in_days(0)
        tag = desk.ask(keeper, "GET", item).headers["ETag"]
    reserved = {"properties": {"market": "kept_by_owner"}, "reason": "lu dans la presse"}
    assert desk.ask(keeper, "PATCH", item, tag=tag, json=reserved).status_code == 200
    page = give(desk, path, answer="available", note="relu")
    assert "proposition" in page.text
    assert market_of(desk, "nobody", parcel) == "kept_by_owner"
    (filed,) = desk.get(keeper, "/proposals?box=inbox")["proposals"]
    assert (filed["proposed"]["properties"]["market"], filed["by"][:5]) == ("for_sale", "link:")
    give(desk, path, answer="sold")
    (filed,) = desk.get(keeper, "/proposals?box=inbox")["proposals"]
    assert filed["proposed"]["kind"] == "deed", "a later answer takes the place of the earlier one"
    desk.post(keeper, f"/proposals/{filed['proposal']}/accept", 200)
    assert market_of(desk, "nobody", parcel) == "sold"


def test_a_sale_of_what_is_held_for_another_is_proposed_and_says_nothing_of_them(desk: Desk) -> None:
    parcel, mail = desk.parcels["EPCI D"], "d@proprietaire.fr"
    option(desk, "EPCI D", parcel, buyer="Secret SA", expires_on=in_days(30))
    desk.post("EPCI D", "/still-available", parcels=[parcel], contact=known(desk, "EPCI D", mail))
    (path,) = links(desk, mail)
    page = give(desk, path, answer="sold")
    assert "proposition" in page.text
    assert "Secret" not in page.text
    assert market_of(desk, "nobody", parcel) == "optioned"
    (filed,) = desk.get("EPCI D", "/proposals?box=inbox")["proposals"]
    assert filed["proposed"]["kind"] == "deed"


def test_nobody_is_asked_of_what_is_sold(desk: Desk) -> None:
    sold, left = desk.parcels["EPCI C-agency"], desk.parcels["EPCI C-private"]
    owner = known(desk, "EPCI C", "c@proprietaire.fr")
    option(desk, "EPCI C", sold, kind="deed", effective_on=in_days(-3))
    refused = desk.post("EPCI C", "/still-available", 409, parcels=[sold], contact=owner)
    assert refused["code"] == "available.sold_since"
    assert refused["on"] == in_days(-3)
    written = "/".join(reversed(in_days(-3).split("-")))
    assert f"n° {sold} est vendu depuis le {written}" in refused["detail"]
    assert links_sent(desk, "c@proprietaire.fr") == 0
    sent = desk.post("EPCI C", "/still-available", parcels=[sold, left], contact=owner)
    assert ([one["parcel"] for one in sent["asked"]], sent["nobody"]) == ([left], [])
    assert sent["sold"] == [{"parcel": sold, "since": in_days(-3)}]


def links_sent(desk: Desk, mail: str) -> int:
    with desk.database.connection(Role.WORKER) as connection:
        asked = "select count(*) from core.message where to_address = %s"
        return int(connection.exec_driver_sql(asked, (mail,)).scalar_one())


@pytest.mark.parametrize("token", ["x", "0" * 43])
def test_a_guessed_link_opens_nothing(desk: Desk, token: str) -> None:
    assert desk.client.get(f"/d/{token}", headers={"Accept": "text/html"}).status_code == 404
    assert desk.client.post(f"/d/{token}", data={"answer": "sold"}).status_code == 404


def test_only_ones_own_people_are_asked_of_land_one_sees(desk: Desk) -> None:
    stranger = known(desk, "EPCI D", "x@exemple.fr")
    refused = desk.post("EPCI E", "/still-available", 422, parcels=[desk.parcels["EPCI E-agency"]], contact=stranger)
    assert refused["errors"][0]["code"] == "available.no_contact"
    hidden = desk.parcels["EPCI D-private"]
    assert desk.ask("EPCI E", "POST", "/still-available", json={"parcels": [hidden]}).status_code == 404
    assert desk.ask("company", "POST", "/still-available", json={"parcels": [1]}).status_code == 403
