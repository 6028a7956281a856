"""The plan's rules on buildings: entered by who answers for the land, seen in matches, never lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, text

from api.clock import today
from api.planning import building_rules as planning
from geo.derive import work
from geo.land.building_limits import BuildingRule
from geo.store import building_rules
from geo.store.building_rules import Figure
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows
from tests.api.conftest import quick_settings
from tests.api.planning_place import Place, a_territory

HALL = {"buildings": [{"length_m": 70, "width_m": 60}]}


@pytest.fixture
def place(database: Database) -> Iterator[Place]:
    with a_territory(database) as made:
        yield made


def say(place: Place, who: str, parcel: int, **said: Any) -> Any:
    body = {"rule": "ces", "value": 0.6, "source": "règlement UX, article 9", "reason": "lu au PLU"} | said
    return place.ask(who, "POST", f"/parcels/{parcel}/building-rules", json=body)


def matched(place: Place, who: str, need: dict[str, Any] = HALL) -> dict[str, dict[int, dict[str, Any]]]:
    answer = place.ask(who, "POST", "/matches", json=need)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    return {part: {one["parcel_ids"][0]: one for one in document[part]} for part in ("matches", "to_check")}


def fit_of(match: dict[str, Any]) -> dict[str, Any]:
    detail: dict[str, Any] = next(one for one in match["criteria"] if one["name"] == "fit")["detail"]
    return detail


def test_a_rule_of_the_zone_counts_on_every_parcel_of_it_and_the_parcels_own_comes_first(place: Place) -> None:
    public, partners = place.parcels["public"], place.parcels["partners"]
    before = matched(place, "own")["matches"]
    assert {public, partners} <= before.keys()
    assert [one["rule"] for one in fit_of(before[public])["not_checked"]] == [
        "ces", "height", "open_ground", "parking", "retention",
    ]  # fmt: skip
    assert say(place, "own", public, of="zone").status_code == 201
    after = matched(place, "own")["matches"]
    (rule,) = fit_of(after[partners])["rules"]
    told = [rule[name] for name in ("rule", "limit", "verdict", "said_of")]
    assert told == ["ces", 0.6, "pass", "zone"]
    assert rule["asked"] == pytest.approx(0.42, abs=0.001)
    assert "ces" not in [one["rule"] for one in fit_of(after[partners])["not_checked"]]
    assert say(place, "own", partners, value=0.4).status_code == 201
    strict = matched(place, "own")
    assert public in strict["matches"]
    assert partners not in strict["matches"]
    assert partners not in strict["to_check"]
    assert say(place, "own", partners, value=None).json()["rules"][0]["value"] is None
    assert partners in matched(place, "own")["matches"], "the plan was found to set none"


def test_the_height_is_checked_where_it_is_known_and_asked_about_where_not(place: Place) -> None:
    public, partners = place.parcels["public"], place.parcels["partners"]
    need = {**HALL, "height_m": 12}
    assert {public, partners} <= matched(place, "own", need)["to_check"].keys()
    say(place, "own", public, rule="height", value=10)
    say(place, "own", partners, rule="height", value=15)
    found = matched(place, "own", need)
    assert public not in found["matches"].keys() | found["to_check"].keys()
    known = {**found["matches"], **found["to_check"]}[partners]
    height = next(one for one in known["criteria"] if one["name"] == "height_m")
    assert (height["verdict"], height["fact"], height["source"]) == ("pass", 15, "règlement UX, article 9")


def test_all_that_was_said_stays_and_a_figure_taken_back_is_not_known(place: Place) -> None:
    parcel = place.parcels["public"]
    say(place, "own", parcel)
    second = say(place, "own", parcel, value=0.5, reason="modification n° 3").json()
    newest = second["history"][0]
    assert [(one["value"], one["stands"]) for one in second["history"]] == [(0.5, True), (0.6, False)]
    path = f"/parcels/{parcel}/building-rules"
    ended = place.ask("own", "POST", f"{path}/{newest['record']}/withdraw", json={"reason": "lu trop vite"}).json()
    assert (ended["rules"], ended["not_known"][0]) == ([], "ces")
    assert ended["history"][0]["ended_why"] == "lu trop vite"
    again = place.ask("own", "POST", f"{path}/{newest['record']}/withdraw", json={"reason": "encore"})
    assert (again.status_code, again.json()["code"]) == (404, "rule.no_figure")
    seen = place.get("neighbour", path)["history"]
    assert len(seen) == 2
    assert not {"reason", "ended_why"} & set(seen[0]), "reasons are for who answers for the land"


def test_only_who_answers_for_the_land_enters_and_hidden_land_leaves_no_trace(place: Place) -> None:
    private = place.parcels["private"]
    assert say(place, "own", private, value=0.3).status_code == 201
    for who, status in (("nobody", 401), ("company", 403), ("neighbour", 404)):
        assert say(place, who, private).status_code == status
        assert place.ask(who, "GET", f"/parcels/{private}/building-rules").status_code == status
    assert say(place, "neighbour", place.parcels["public"]).status_code == 403
    for who in ("nobody", "company", "neighbour", "agency"):
        found = matched(place, who)
        assert private not in found["matches"].keys() | found["to_check"].keys()
        assert "0.3" not in str([fit_of(one) for one in found["matches"].values()])


def test_two_who_enter_a_figure_at_once_are_both_in_the_history(place: Place) -> None:
    parcel = place.parcels["public"]

    def enter(connection: Connection, value: float) -> int:
        figure = Figure(BuildingRule.CES, value, "UX 9", "lu au PLU")
        return building_rules.say(connection, parcel, figure, organisation=None, actor="test")

    def second() -> int:
        with place.database.connection(Role.WORKER) as connection:
            return enter(connection, 0.6)

    waiting = text("select count(*) from pg_locks where not granted")
    with ThreadPoolExecutor(1) as pool:
        with place.database.connection(Role.WORKER) as connection:
            enter(connection, 0.4)
            later = pool.submit(second)
            while not connection.scalar(waiting):
                assert not later.done()
        assert later.result()
    history = place.get("own", f"/parcels/{parcel}/building-rules")["history"]
    assert [(one["value"], one["stands"]) for one in history] == [(0.6, True), (0.4, False)]


def test_zones_drawn_over_one_another_make_up_for_none(place: Place) -> None:
    parcel = place.parcels["public"]
    say(place, "own", parcel, of="zone")
    drawn = text("""
        update core.parcel_derived set zone_shares = (
            select jsonb_agg(jsonb_set(z, '{share}', '0.6')) from jsonb_array_elements(zone_shares || zone_shares) z)
            || '[{"zone": 0, "share": 0.4}]' where parcel = :parcel
    """)
    with place.database.connection(Role.WORKER) as connection:
        connection.execute(drawn, {"parcel": parcel})
    assert place.get("own", f"/parcels/{parcel}/building-rules")["rules"] == [], "of the third zone nothing is known"


def test_why_a_zone_has_a_figure_is_told_to_none_but_who_said_it(place: Place) -> None:
    """Another body answers for land of that zone, too; the reason may speak of land that it may not see."""
    with place.database.connection(Role.WORKER) as connection:
        other = connection.scalar(text("select id from core.organisation where name = 'EPCI B'"))
        beside = rows.parcel(connection, "B", rows.square(0, 500), responsible=other)
    work.derive(place.database, as_of=today(quick_settings()))
    said = say(place, "own", place.parcels["private"], of="zone", reason="pour le lot caché de M. X")
    assert said.status_code == 201, said.text
    seen = place.get("neighbour", f"/parcels/{beside}/building-rules")["history"]
    assert [one["value"] for one in seen] == [0.6]
    assert not {"reason", "ended_why"} & {name for name in seen[0] if seen[0][name] is not None}
    for who in ("own", "admin"):
        (told,) = place.get(who, f"/parcels/{place.parcels['public']}/building-rules")["history"]
        assert told["reason"] == "pour le lot caché de M. X"


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"value": 60}, 422, "rule.out_of_range"),
        ({"value": -1}, 422, "rule.out_of_range"),
        ({"value": "0.6"}, 422, None),
        ({"rule": "cos"}, 422, None),
        ({"source": " "}, 422, None),
        ({"reason": ""}, 422, None),
    ],
)
def test_a_figure_that_cannot_be_is_refused(place: Place, said: dict[str, Any], status: int, code: str | None) -> None:
    answer = say(place, "own", place.parcels["public"], **said)
    assert answer.status_code == status, answer.text
    assert code in (None, answer.json()["code"])


def test_a_figure_of_a_zone_is_replaced_by_who_entered_it_or_an_administrator(place: Place) -> None:
    """As if another body with land in the zone had entered it; of the parcel alone one still says one's own."""
    parcel = place.parcels["public"]
    record = say(place, "own", parcel, of="zone").json()["history"][0]["record"]
    others = text("""update core.building_rule set organisation = (
        select max(id) from core.organisation where id <> organisation) where id = :id""")
    with place.database.connection(Role.WORKER) as connection:
        connection.execute(others, {"id": record})
    refused = say(place, "own", parcel, of="zone", value=0.9)
    assert (refused.status_code, refused.json()["code"]) == (403, "rule.of_others")
    path = f"/parcels/{parcel}/building-rules/{record}/withdraw"
    ended = place.ask("own", "POST", path, json={"reason": "à moi"})
    assert (ended.status_code, ended.json()["code"]) == (403, "rule.of_others")
    assert say(place, "own", parcel, value=0.9).json()["rules"][0]["value"] == 0.9
    figure, admin = Figure(BuildingRule.CES, 0.5, "UX 9", "relu"), Actor(actor="cli", reason="relu")
    planning.say(place.database, Role.ADMIN, admin, parcel, figure, of_zone=True)
    standing = {one["value"] for one in place.get("own", path.rsplit("/", 2)[0])["history"] if one["stands"]}
    assert standing == {0.5, 0.9}
