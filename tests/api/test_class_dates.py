"""Lists by the dates of a class of needs: computed for the first who asks, kept afterwards, the same either way."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date

import pytest
from psycopg.types.json import Jsonb
from sqlalchemy import text

from api.matching import slots
from api.ogc.by_date import keep_for_the_next
from geo.derive.dates import Asked
from geo.readiness.catalogue_file import in_use
from geo.readiness.kept import Kept
from geo.store.database import Database, Role
from tests.api.conftest import quick_settings
from tests.api.planning_place import Place, a_territory

ITEMS = "/collections/parcels/items?need_class=EL_HTA%7CPC%7CPREP_PC&milestone=power&sortby=ready_on"


@pytest.fixture
def place(database: Database) -> Iterator[Place]:
    with a_territory(database) as made:
        yield made


def days(place: Place, query: str = "") -> list[tuple[int, str | None]]:
    answer = place.get("own", ITEMS + query)
    return [(one["id"], one["properties"]["ready_on"]) for one in answer["features"]]


def kept(place: Place) -> list[str]:
    """Classes kept for every state there is, which happens once the answer is on its way."""
    of_all = "select need_class from core.dated_class where states = (select count(*) from core.readiness_state)"
    for _ in range(100):
        with place.database.connection(Role.WORKER) as connection:
            found = list(connection.scalars(text(of_all)))
        if found:
            return found
        time.sleep(0.05)
    return []


def test_the_first_answer_is_that_of_the_second(place: Place) -> None:
    first = days(place)
    assert [day for _, day in first if day is not None]
    assert kept(place) == ["EL_HTA|PC|PREP_PC"]
    assert days(place) == first


def test_a_page_that_was_computed_is_gone_on_with_from_what_was_kept(place: Place) -> None:
    page = place.get("own", ITEMS + "&limit=1")
    (following,) = [link["href"] for link in page["links"] if link["rel"] == "next"]
    kept(place)
    second = place.get("own", following)["features"]
    assert [one["id"] for one in page["features"] + second] == [number for number, _ in days(place)][:2]


def test_what_is_kept_takes_no_turn_until_there_is_a_new_state(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "PATIENCE_S", 0.05)
    days(place)
    assert kept(place)
    with ExitStack() as stack:
        for _ in range(quick_settings().matches_at_once):
            stack.enter_context(place.turns.turn())
        assert place.ask("own", "GET", ITEMS).status_code == 200
        with place.database.connection(Role.WORKER) as connection:
            statement = text("insert into core.readiness_state (digest, states) values ('new', :states)")
            connection.execute(statement, {"states": Jsonb({"VRD": "to_do"})})
        assert place.ask("own", "GET", ITEMS).status_code == 503
    days(place)
    assert kept(place)


def test_keeping_that_fails_takes_nothing_from_who_asked(place: Place) -> None:
    """A key that the server cannot store fails while rows are copied, past what SQLAlchemy sees."""
    moment, nothing = Asked(in_use(), date(2026, 11, 22)), Kept(b"", None, None, None)
    keep_for_the_next(place.database, moment, "\0", {(1, "\0"): nothing})
    assert place.ask("own", "GET", ITEMS).status_code == 200


def test_the_day_is_a_property_like_another(place: Place) -> None:
    for query in ("properties=name,ready_on", "properties=ready_on&sortby=-ready_on"):
        whole = place.get("nobody", f"/collections/parcels/items?{query}")["features"]
        assert {name for one in whole for name in one["properties"]} == set(query.split("&")[0][11:].split(","))
        assert any(one["properties"]["ready_on"] for one in whole)


@pytest.mark.parametrize("name", ["buyer", "price_eur_m2", "owner_siren", "frobnicate"])
def test_a_hidden_property_is_a_parameter_like_any_that_does_not_exist(place: Place, name: str) -> None:
    refused = place.ask("nobody", "GET", f"/collections/parcels/items?{name}=1")
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (400, "parameter.unknown")
    without = refused.text.replace(name, "")
    assert not {"buyer", "sale_amount", "price_eur_m2", "contact", "owner_siren", "owner_kind"} & set(
        without.replace('"', " ").replace(",", " ").split()
    )
    if name != "frobnicate":
        assert place.ask("admin", "GET", f"/collections/parcels/items?{name}=1").status_code == 200
