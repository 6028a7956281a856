"""Commitments: recorded at a rank, followed by the market at once, never overwritten, told to whom they concern."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.clock import today
from tests.api.conftest import quick_settings
from tests.api.desk.agency_desk import Desk


def in_days(days: int) -> str:
    return (today(quick_settings()) + timedelta(days=days)).isoformat()


def option(desk: Desk, who: str, parcel: int, expected: int = 201, **said: Any) -> dict[str, Any]:
    body = {"kind": "option", "effective_on": in_days(-20), "reason": "courrier du 3 octobre", "parcels": [parcel]}
    return desk.post(who, "/commitments", expected, **(body | said))


def market_of(desk: Desk, who: str, parcel: int, **asked: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return str(desk.get(who, f"/parcels/{parcel}/market?{query}")["market"])


def shown(desk: Desk, who: str, parcel: int) -> str:
    """The market in every way a reader is told it; they agree."""
    item = desk.get(who, f"/collections/parcels/items/{parcel}")["properties"]["market"]
    listed = desk.get(who, f"/collections/parcels/items?market={item}&limit=1000")["features"]
    assert parcel in [feature["id"] for feature in listed]
    need = {"need": {"land_m2": {"min": 100}}, "parcel_ids": [parcel]}
    told = desk.good(desk.ask(who, "POST", "/matches/explain", json=need), 200)["parcels"][0]["parcel"]["market"]
    assert told == item == market_of(desk, who, parcel)
    return str(item)


def test_the_market_follows_at_once_and_returns(desk: Desk) -> None:
    parcel = desk.parcels["EPCI A"]
    before = desk.ask("EPCI A", "GET", f"/collections/parcels/items/{parcel}").headers["ETag"]
    made = option(desk, "EPCI A", parcel, buyer="Projet Alpha", expires_on=in_days(30))
    assert (made["state"], made["rank"], made["markets"]) == (
        "in_force", 1, [{"parcel": parcel, "market": "optioned"}],
    )  # fmt: skip
    assert {shown(desk, who, parcel) for who in ("nobody", "company", "agency", "EPCI A")} == {"optioned"}
    after = desk.ask("EPCI A", "GET", f"/collections/parcels/items/{parcel}").headers["ETag"]
    assert before != after
    assert before.split(".")[0] == after.split(".")[0], "what follows is no new version of the facts"
    ended = desk.post(
        "EPCI A", f"/commitments/{made['commitment']}/close", 200, outcome="withdrawn", reason="renonce par courrier"
    )
    assert ended["markets"] == [{"parcel": parcel, "market": "for_sale"}]
    assert shown(desk, "nobody", parcel) == "for_sale"
    again = desk.ask("EPCI A", "POST", f"/commitments/{made['commitment']}/close", json={
        "outcome": "failed", "reason": "deux fois"})  # fmt: skip
    assert (again.status_code, again.json()["code"]) == (409, "commitment.ended")
    yesterday = market_of(desk, "nobody", parcel, as_of=in_days(-1))
    assert yesterday == "optioned", "what was true then stays so"
    assert len(desk.get("EPCI A", f"/commitments/{made['commitment']}")["history"]) == 2


def test_deed_promesse_council_vote_option_and_interest(desk: Desk) -> None:
    parcel = desk.parcels["EPCI B"]
    deal = option(desk, "EPCI B", parcel, kind="interest", buyer="Curieux")
    assert deal["markets"][0]["market"] == "for_sale"
    first = option(desk, "EPCI B", parcel, buyer="Alpha")
    vote = option(desk, "EPCI B", parcel, kind="council_vote", buyer="alpha")
    assert (vote["rank"], vote["markets"][0]["market"]) == (1, "reserved_by_council")
    promesse = option(desk, "EPCI B", parcel, kind="promesse", follows=first["commitment"], effective_on=in_days(-3))
    assert (promesse["buyer"], promesse["markets"][0]["market"]) == ("Alpha", "under_promise")
    assert desk.get("EPCI B", f"/commitments/{first['commitment']}")["outcome"] == "kept"
    refused = option(desk, "EPCI B", parcel, 409, effective_on=in_days(0), rank=1)
    assert refused["code"] == "commitment.rank_taken"
    deed = option(desk, "EPCI B", parcel, kind="deed", follows=promesse["commitment"], effective_on=in_days(-1))
    assert deed["markets"][0]["market"] == "sold"
    assert desk.get("EPCI B", f"/commitments/{promesse['commitment']}")["outcome"] == "completed"
    days = [market_of(desk, "nobody", parcel, as_of=in_days(n)) for n in (-30, -20, -3, -1, 0)]
    assert days == ["for_sale", "reserved_by_council", "under_promise", "sold", "sold"]


def test_a_second_rank_waits_until_a_person_promotes_it(desk: Desk) -> None:
    parcel = desk.parcels["EPCI C"]
    first = option(desk, "EPCI C", parcel, buyer="Alpha")
    second = option(desk, "EPCI C", parcel, buyer="Beta", expires_on=in_days(60))
    assert second["rank"] == 2
    assert desk.get("nobody", f"/parcels/{parcel}/market")["held_by"]["commitment"] == first["commitment"]
    desk.post("EPCI C", f"/commitments/{first['commitment']}/close", 200, outcome="failed", reason="financement refusé")
    told = desk.get("nobody", f"/parcels/{parcel}/market")
    assert (told["market"], told["next"]["commitment"]) == ("for_sale", second["commitment"])
    promoted = desk.post("EPCI C", f"/commitments/{second['commitment']}/promote", 200, reason="accord du bureau")
    assert (promoted["rank"], promoted["markets"][0]["market"]) == (1, "optioned")
    assert market_of(desk, "nobody", parcel, as_of=in_days(-1)) == "optioned"
    longer = desk.ask("EPCI C", "PATCH", f"/commitments/{second['commitment']}", json={
        "expires_on": in_days(90), "reason": "prolongée en bureau"})  # fmt: skip
    assert longer.json()["expires_on"] == in_days(90)


def test_land_is_sold_once_and_not_over_the_head_of_who_holds_it(desk: Desk) -> None:
    parcel = desk.parcels["EPCI C-agency"]
    sale: dict[str, Any] = {"kind": "deed", "effective_on": in_days(-1)}
    first = option(desk, "EPCI C", parcel, buyer="Alpha", expires_on=in_days(30))
    second = option(desk, "EPCI C", parcel, buyer="Beta")
    assert (second["rank"], second["behind"]) == (2, [first["commitment"]]), "it is told behind whom it waits"
    wrong: tuple[dict[str, Any], ...] = ({"buyer": "Beta"}, {}, {"follows": second["commitment"]})
    for said in wrong:
        refused = option(desk, "EPCI C", parcel, 409, **sale, **said)
        assert refused["code"] == "commitment.held_for_buyer", said
        assert f"n° {first['commitment']} (option, rang 1, pour Alpha)" in refused["detail"]
    heard = desk.post("agency", f"/parcels/{parcel}/proposals", commitment=sale | {"buyer": "Beta"}, reason="entendu")
    assert "Alpha" not in str(heard), "who proposes is not told for whom it is held"
    accepted = desk.ask("EPCI C", "POST", f"/proposals/{heard['proposal']}/accept", json={})
    assert (accepted.status_code, accepted.json()["code"]) == (409, "commitment.held_for_buyer")
    desk.post("EPCI C", f"/commitments/{first['commitment']}/close", 200, outcome="withdrawn", reason="renonce")
    sold = option(desk, "EPCI C", parcel, **sale, follows=second["commitment"])
    assert (sold["buyer"], sold["behind"], sold["markets"][0]["market"]) == ("Beta", [], "sold")
    for buyer in ("Beta", "Gamma"):
        again = option(desk, "EPCI C", parcel, 409, **sale, buyer=buyer)
        assert (again["code"], str(sold["commitment"]) in again["detail"]) == ("commitment.sold", True)


def test_what_lapsed_stands_in_the_way_of_a_sale_within_its_term_alone(desk: Desk) -> None:
    parcel = desk.parcels["EPCI D-agency"]
    sale: dict[str, Any] = {"kind": "deed", "buyer": "Beta"}
    first = option(desk, "EPCI D", parcel, buyer="Alpha", expires_on=in_days(-2))["commitment"]
    for day in (-20, -10, -2):
        refused = option(desk, "EPCI D", parcel, 409, **sale, effective_on=in_days(day))
        assert refused["code"] == "commitment.held_for_buyer", "on the deed's own day it held"
    close: dict[str, Any] = {"outcome": "withdrawn", "on": in_days(-12), "reason": "avait renoncé"}
    desk.post("EPCI D", f"/commitments/{first}/close", 200, **close)
    late = option(desk, "EPCI D", parcel, **sale, effective_on=in_days(-10))
    assert late["markets"][0]["market"] == "sold"
    assert market_of(desk, "EPCI D", parcel, as_of=in_days(-15)) == "optioned"
    other = desk.parcels["EPCI E-agency"]
    option(desk, "EPCI E", other, buyer="Alpha", expires_on=in_days(-2))
    after = option(desk, "EPCI E", other, **sale, effective_on=in_days(-1))
    assert after["markets"][0]["market"] == "sold", "what lapsed before the sale stands in no way"


def test_only_who_answers_for_the_land_records_and_is_told_the_buyer(desk: Desk) -> None:
    parcel = desk.parcels["EPCI D"]
    made = option(desk, "EPCI D", parcel, buyer="Secret SA")
    for who in ("agency", "EPCI E"):
        refused = desk.ask(who, "POST", "/commitments", json={
            "kind": "option", "effective_on": in_days(0), "reason": "vu au salon", "parcels": [parcel]})  # fmt: skip
        assert (refused.status_code, refused.json()["code"]) == (403, "proposal.not_yours")
        assert desk.ask(who, "GET", f"/commitments/{made['commitment']}").status_code == 404
    for who in ("nobody", "company", "agency", "EPCI E"):
        told = desk.ask(who, "GET", f"/parcels/{parcel}/commitments")
        assert [one["kind"] for one in told.json()["commitments"]] == ["option"]
        assert "Secret" not in told.text
    private = desk.parcels["EPCI D-private"]
    option(desk, "EPCI D", private)
    for who in ("nobody", "company", "agency", "EPCI E"):
        for path in (f"/parcels/{private}/commitments", f"/parcels/{private}/market"):
            assert desk.ask(who, "GET", path).status_code == 404


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"expires_on": "2020-01-01"}, "expires_on", "commitment.before_begin"),
        ({"project": 999}, "project", "commitment.no_project"),
    ],
)
def test_what_cannot_stand_is_refused_with_its_field(desk: Desk, said: dict[str, Any], field: str, code: str) -> None:
    refused = option(desk, "EPCI E", desk.parcels["EPCI E"], 422, **said)
    assert [(one["field"], one["code"]) for one in refused["errors"]] == [(field, code)]


def test_a_deed_entered_late_changes_what_is_known_and_not_what_was(desk: Desk) -> None:
    parcel = desk.parcels["EPCI F"]
    before = datetime.now(UTC).isoformat()
    option(desk, "EPCI F", parcel, kind="deed", effective_on=in_days(-40))
    assert market_of(desk, "nobody", parcel, as_of=in_days(-30)) == "sold"
    asked = {"as_of": in_days(-30), "known_at": before.replace("+", "%2B")}
    assert market_of(desk, "nobody", parcel, **asked) == "for_sale"
    stock = desk.get("EPCI F", f"/stock?commune=38445&as_of={in_days(-30)}")
    then = desk.get("EPCI F", f"/stock?commune=38445&as_of={in_days(-30)}&known_at={asked['known_at']}")
    sold = next(one for one in stock["markets"] if one["market"] == "sold")
    assert (sold["parcels"], sold["hectares"]) == (1, pytest.approx(6.26, abs=0.02))
    assert "sold" not in [one["market"] for one in then["markets"]]
    assert then["available"]["hectares"] == pytest.approx(stock["available"]["hectares"] + sold["hectares"], abs=0.02)
    assert stock["as_of"] == in_days(-30)
