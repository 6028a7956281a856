"""Heavy questions of readiness take turns with needs, and leave the rest of the service answering."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from api.matching import slots
from geo.store.database import Database
from tests.api.conftest import quick_settings
from tests.api.planning_place import Place, a_territory

HALL = {"schema": "emprise/need/1", "buildings": [{"length_m": 40, "width_m": 20}]}
UNSEEN = "/collections/parcels/items?need_class=PC%7CPREP_PC&sortby=ready_on"
HEAVY = [
    ("POST", "/readiness/what-if", {"milestone": "start"}),
    ("GET", UNSEEN, None),
    ("POST", "/matches", HALL),
]


@pytest.fixture
def place(database: Database) -> Iterator[Place]:
    with a_territory(database) as made:
        yield made


@contextmanager
def all_turns_taken(place: Place) -> Iterator[None]:
    with ExitStack() as stack:
        for _ in range(quick_settings().matches_at_once):
            stack.enter_context(place.turns.turn())
        yield


def test_a_what_if_over_a_territory_and_an_unseen_class_wait_for_their_turn_and_light_answers_do_not(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "PATIENCE_S", 0.05)
    with all_turns_taken(place):
        for method, path, body in HEAVY:
            refused = place.ask("own", method, path, json=body)
            assert (refused.status_code, refused.headers.get("Retry-After")) == (503, "2"), path
            assert refused.json()["code"] == "matching.busy"
        parcel = place.parcels["public"]
        for path in (f"/parcels/{parcel}/readiness", "/collections/parcels/items?sortby=ready_p80", "/readyz"):
            assert place.ask("own", "GET", path).status_code == 200, path
        assert place.ask("own", "POST", f"/parcels/{parcel}/readiness/what-if", json={}).status_code == 200
    for method, path, body in HEAVY:
        assert place.ask("own", method, path, json=body).status_code == 200, path
