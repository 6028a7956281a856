"""One organisation answers for a parcel: others propose, it decides, and nobody else is told."""

from typing import Any

import httpx
import pytest

from geo.store.database import Role
from tests.api.desk.agency_desk import Desk
from tests.api.desk.test_commitments import in_days, market_of


def propose(desk: Desk, who: str, parcel: int, expected: int = 201, **facts: Any) -> dict[str, Any]:
    body = {"properties": facts, "reason": "vu sur le terrain"}
    return desk.post(who, f"/parcels/{parcel}/proposals", expected, **body)


def patch(desk: Desk, who: str, parcel: int, **facts: Any) -> httpx.Response:
    path = f"/collections/parcels/items/{parcel}"
    tag = desk.ask(who, "GET", path).headers["ETag"]
    return desk.ask(who, "PATCH", path, tag=tag, json={"properties": facts, "reason": "avis des domaines"})


def price(desk: Desk, parcel: int) -> Any:
    return desk.get("agency", f"/collections/parcels/items/{parcel}")["properties"]["price_eur_m2"]


def test_agency_and_epci_change_one_price(desk: Desk) -> None:
    parcel = desk.parcels["EPCI A"]
    refused = patch(desk, "agency", parcel, price_eur_m2=38)
    assert (refused.status_code, refused.json()["code"]) == (403, "edit.propose")
    assert f"/parcels/{parcel}/proposals" in refused.json()["detail"]
    filed = propose(desk, "agency", parcel, price_eur_m2=38)
    assert (filed["state"], filed["organisation"], filed["mine"]) == ("open", "Agence", True)
    assert "stood" not in filed
    assert price(desk, parcel) is None, "a proposal changes nothing"
    assert patch(desk, "EPCI A", parcel, price_eur_m2=45).status_code == 200
    inbox = desk.get("EPCI A", f"/proposals?box=inbox&parcel={parcel}")["proposals"]
    assert [one["proposal"] for one in inbox] == [filed["proposal"]]
    assert inbox[0]["stood"] == {"price_eur_m2": None}
    path = f"/proposals/{filed['proposal']}"
    moved = desk.ask("EPCI A", "POST", f"{path}/accept")
    assert (moved.status_code, moved.json()["code"]) == (409, "proposal.moved_on")
    assert moved.json()["errors"][0]["field"] == "price_eur_m2"
    accepted = desk.post("EPCI A", f"{path}/accept", 200, force=True)
    assert (accepted["state"], price(desk, parcel)) == ("accepted", 38.0)
    with desk.database.connection(Role.WORKER) as connection:
        reason = connection.exec_driver_sql(
            "select reason from core.history where row_id = %s order by id desc limit 1", (parcel,)
        ).scalar_one()
    assert reason == f"proposition n° {filed['proposal']} acceptée"
    again = desk.ask("EPCI A", "POST", f"{path}/accept")
    assert (again.status_code, again.json()["code"]) == (409, "proposal.decided")


def test_a_refusal_is_told_its_author_alone(desk: Desk) -> None:
    parcel = desk.parcels["EPCI B"]
    filed = propose(desk, "agency", parcel, price_eur_m2=12, name="Lot renommé")
    path = f"/proposals/{filed['proposal']}"
    before = {who: desk.ask(who, "GET", "/proposals?state=any").text for who in ("EPCI C", "other agency")}
    for who in ("EPCI C", "other agency"):
        assert desk.ask(who, "GET", path).status_code == 404
        assert desk.ask(who, "POST", f"{path}/accept").status_code == 404
    own = desk.ask("agency", "POST", f"{path}/accept")
    assert (own.status_code, own.json()["code"]) == (403, "proposal.not_to_decide")
    desk.post("EPCI B", f"{path}/refuse", 200, reason="prix confirmé par délibération")
    told = desk.get("agency", path)
    assert (told["state"], told["decided_why"]) == ("refused", "prix confirmé par délibération")
    assert price(desk, parcel) is None
    assert {who: desk.ask(who, "GET", "/proposals?state=any").text for who in before} == before
    history = desk.ask("other agency", "GET", f"/parcels/{parcel}/history").text
    assert "renommé" not in history


def test_an_author_takes_back_what_is_open(desk: Desk) -> None:
    filed = propose(desk, "EPCI C", desk.parcels["EPCI D"], power_mw=12)
    path = f"/proposals/{filed['proposal']}/withdraw"
    stranger = desk.ask("EPCI D", "POST", path, json={"reason": "pas à moi"})
    assert (stranger.status_code, stranger.json()["code"]) == (403, "proposal.not_mine")
    assert desk.post("EPCI C", path, 200, reason="erreur de lot")["state"] == "withdrawn"
    assert desk.get("EPCI D", "/proposals?box=inbox")["proposals"] == []


def test_a_commitment_heard_of_is_proposed_and_recorded_by_who_answers(desk: Desk) -> None:
    parcel = desk.parcels["EPCI E"]
    terms = {"kind": "option", "effective_on": in_days(-5), "expires_on": in_days(40), "buyer": "Projet Alpha"}
    filed = desk.post("agency", f"/parcels/{parcel}/proposals", commitment=terms, reason="dit par l'entreprise")
    assert market_of(desk, "nobody", parcel) == "for_sale"
    desk.post("EPCI E", f"/proposals/{filed['proposal']}/accept", 200)
    assert market_of(desk, "nobody", parcel) == "optioned"
    held = desk.get("EPCI E", f"/parcels/{parcel}/market")["held_by"]["commitment"]
    assert desk.get("EPCI E", f"/commitments/{held}")["buyer"] == "Projet Alpha"
    stated = patch(desk, "EPCI E", parcel, market="sold")
    assert (stated.status_code, stated.json()["errors"][0]["code"]) == (422, "update.market_held")
    assert patch(desk, "EPCI E", parcel, market="optioned", name="Lot E bis").status_code == 200
    ended = desk.post("EPCI E", f"/commitments/{held}/close", 200, outcome="withdrawn", reason="abandon")
    assert ended["markets"][0]["market"] == "for_sale", "as it is shown is not as it was stated"


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"market": "à vendre"}, 422, "update.word"),
        ({"surface_m2": 3}, 422, "update.read_only"),
        ({"name": "Lot F"}, 422, "proposal.nothing"),
    ],
)
def test_what_could_not_be_written_is_not_filed(desk: Desk, facts: dict[str, Any], status: int, code: str) -> None:
    refused = propose(desk, "agency", desk.parcels["EPCI F"], status, **facts)
    assert refused["errors"][0]["code"] == code
    assert desk.ask("agency", "POST", f"/parcels/{desk.parcels['EPCI F-private']}/proposals", json={
        "properties": {"name": "x y z"}, "reason": "essai"}).status_code == 404  # fmt: skip
