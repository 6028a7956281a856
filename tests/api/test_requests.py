"""Letters about sites of several parcels, each to the body that answers for its part; letters about power."""

from typing import Any

import pytest

from api.matching.requests import requests_of
from geo.derive import work
from geo.match.need.reading import read_need
from geo.match.search import search
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.conftest import SAMPLE_DAY

NEED = {"land_m2": {"min": "2.5 ha"}, "buildings": [{"length_m": 200, "width_m": 60}], "setback_m": 5}


@pytest.fixture
def neighbours(database: Database) -> Database:
    """Three parcels in a row: two of the organisation of the west, one of that of the east."""
    with database.connection(Role.WORKER) as connection:
        west, east = rows.organisation(connection, "Agglo ouest"), rows.organisation(connection, "Agglo est")
        rows.parcel(connection, "1", rows.square(0, 0, 120), name="Un", responsible=west)
        rows.parcel(connection, "2", rows.square(120, 0, 110), name="Deux", responsible=west)
        rows.parcel(connection, "3", rows.square(230, 0, 110), name="Trois", responsible=east)
    work.derive(database, as_of=SAMPLE_DAY)
    return database


def letters(database: Database, **more: Any) -> list[dict[str, Any]]:
    need = read_need(NEED | more)
    return requests_of(search(database, Role.PUBLIC, None, need, SAMPLE_DAY), need, "en")


def test_each_body_is_asked_about_its_own_parcels_of_a_site(neighbours: Database) -> None:
    asked = letters(neighbours, land_m2={"min": "3.5 ha"}, rail_siding=True, power_mw=20)
    by_whom = {letter["to"]: letter for letter in asked}
    assert by_whom["Agglo ouest"]["parcel_ids"] == [1, 2]
    assert by_whom["Agglo est"]["parcel_ids"] == [3]
    assert "rail_siding" in by_whom["Agglo est"]["criteria"]
    assert "Trois" in by_whom["Agglo est"]["text"]
    assert "Un" not in by_whom["Agglo est"]["text"]
    assert "Trois" not in by_whom["Agglo ouest"]["text"]
    (grid,) = [letter for letter in asked if letter["who"] == "grid_operator"]
    assert grid["parcel_ids"] == [1, 2, 3], "the grid is asked about the whole site"


def test_the_grid_of_a_ramp_is_that_of_the_power_asked_in_the_end(neighbours: Database) -> None:
    ramp = {"at_opening": 5, "ramp": [{"on": "2030-01-01", "mw": 60}]}
    (letter,) = [one for one in letters(neighbours, power_mw=ramp, land_m2="1 ha") if one["who"] == "grid_operator"]
    assert "60 MW" in letter["text"]
    assert letter["to"] == "RTE"
