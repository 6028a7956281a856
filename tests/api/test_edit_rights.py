"""Who may draw, change and take out which parcels, and what each is told that they may."""

from collections.abc import Iterator

import pytest

from geo.cluster import Running
from geo.store.database import Database
from tests.api.editing_place import ITEMS, Editor, feature
from tests.api.planning_place import Place, a_territory
from tests.conftest import copied


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    with copied(cluster, template, "edit_rights") as address:
        database = Database(address, pool_size=2)
        with a_territory(database) as made:
            yield made
        database.close()


@pytest.mark.parametrize(
    ("who", "seen", "status"),
    [
        ("nobody", "public", 401),
        ("company", "public", 403),
        ("neighbour", "public", 403),
        ("neighbour", "private", 404),
        ("neighbour", "agency", 404),
        ("agency", "public", 403),
        ("agency", "agency", 403),
        ("agency", "private", 404),
        ("own", "private", 200),
        ("admin", "private", 200),
    ],
)
def test_who_may_edit(place: Place, who: str, seen: str, status: int) -> None:
    parcel = place.parcels[seen]
    for method, body in (("PATCH", {"properties": {"contact": who}}), ("DELETE", None), ("PUT", feature())):
        if status == 200 and method != "PATCH":
            continue
        answer = Editor(place, who).change(parcel, method, body, If_Match="*")
        assert answer.status_code == status, answer.text
        if who == "agency" and status == 403:
            assert f"POST /parcels/{parcel}/steps" in answer.json()["detail"]
            assert "EPCI A" in answer.json()["detail"]


def test_who_may_draw(place: Place) -> None:
    found = {who: Editor(place, who).draw(feature()) for who in ("nobody", "company", "agency", "admin")}
    assert {who: answer.status_code for who, answer in found.items()} == {
        "nobody": 401,
        "company": 403,
        "agency": 201,
        "admin": 201,
    }
    assert found["agency"].json()["properties"]["responsible"] == "Agence"
    assert found["admin"].json()["properties"]["responsible"] is None
    for_another = Editor(place, "admin").draw(feature(responsible="EPCI B"))
    assert for_another.json()["properties"]["responsible"] == "EPCI B"
    unknown = Editor(place, "admin").draw(feature(responsible="Personne"))
    assert unknown.json()["errors"][0]["code"] == "edit.organisation"


@pytest.mark.parametrize(
    ("who", "items", "item"),
    [
        ("nobody", "GET, HEAD, OPTIONS", "GET, HEAD, OPTIONS"),
        ("company", "GET, HEAD, OPTIONS", "GET, HEAD, OPTIONS"),
        ("own", "GET, HEAD, OPTIONS, POST", "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"),
    ],
)
def test_options_tell_each_reader_what_they_may(place: Place, who: str, items: str, item: str) -> None:
    assert place.ask(who, "OPTIONS", ITEMS).headers["allow"] == items
    answer = place.ask(who, "OPTIONS", f"{ITEMS}/{place.parcels['public']}")
    assert answer.headers["allow"] == item
    assert ("accept-patch" in answer.headers) == (who == "own")
