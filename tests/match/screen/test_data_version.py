"""The version of the data that an answer names: moved by what its reader may see of what it reads, by nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, text

from geo.derive import work
from geo.land.building_limits import BuildingRule
from geo.match.counting import count
from geo.match.need.reading import read_need
from geo.match.search import search
from geo.store import building_rules
from geo.store.building_rules import Figure, Zone
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows
from tests.conftest import SAMPLE_DAY

PLAIN = {"land_m2": {"min": 5_000}}
NEAR = PLAIN | {"max_km": {"substation": 5}}
NAMED = PLAIN | {"place": {"named": ["Zone du Lac"]}}
Change = Callable[[Connection, int, int], object]


@pytest.fixture
def land(database: Database) -> tuple[Database, int, int, int]:
    """A public parcel and one of an agency alone, in two zones of one plan; a substation, an area."""
    with database.connection(Role.WORKER) as connection:
        agency = rows.organisation(connection, "agence", "agency")
        shown = rows.parcel(connection, "P", rows.square(0, 0), visibility="public")
        hidden = rows.parcel(connection, "H", rows.square(5_000, 0), visibility="private", responsible=agency)
        rows.zone(connection, "Z1", rows.square(-100, -100, 300), libelle="UX")
        rows.zone(connection, "Z2", rows.square(4_900, -100, 300), libelle="UI")
        rows.substation(connection, "S", 1_000, 0)
        rows.area(connection, "scot", "LAC", rows.square(-1_000, -1_000, 3_000), name="Zone du Lac")
    work.derive(database, as_of=SAMPLE_DAY)
    return database, agency, shown, hidden


def versions(land: tuple[Database, int, int, int], need: dict[str, Any]) -> list[str]:
    """As the public and as the agency."""
    database, agency, _, _ = land
    asked, planner = read_need(need), Actor(organisation=agency, organisation_kind="agency")
    audiences = ((Role.PUBLIC, None), (Role.PLANNER, planner))
    return [count(database, role, actor, asked, SAMPLE_DAY).data for role, actor in audiences]


def _say(connection: Connection, target: int | Zone | None) -> None:
    assert target is not None
    rule = BuildingRule.HEIGHT if isinstance(target, Zone) else BuildingRule.CES
    figure = Figure(rule, 0.5, "PLU", "relu")
    building_rules.say(connection, target, figure, organisation=None, actor="test")


def _take_back(connection: Connection, shown: int, hidden: int) -> None:
    _say(connection, shown)
    building_rules.take_back(connection, connection.scalar(text("select max(id) from core.building_rule")) or 0, "faux")


def _rename(table: str) -> Change:
    return lambda connection, *_: connection.execute(text(f"update core.{table} set name = 'autre'"))


def _another_substation(connection: Connection, shown: int, hidden: int) -> None:
    """So far away that it is nobody's nearest: how far all are known is another."""
    known = connection.scalar(text("select count(*) from core.network_point")) or 0
    rows.substation(connection, f"S{known}", 60_000 * known, 60_000)


CHANGES: list[tuple[dict[str, Any], Change, list[bool]]] = [
    (PLAIN, lambda connection, shown, _: _say(connection, shown), [True, True]),
    (PLAIN, lambda connection, _, hidden: _say(connection, hidden), [False, True]),
    (PLAIN, lambda connection, shown, _: _say(connection, building_rules.zone_of(connection, shown)), [True, True]),
    (PLAIN, lambda connection, _, hidden: _say(connection, building_rules.zone_of(connection, hidden)), [False, True]),
    (PLAIN, _take_back, [True, True]),
    (NEAR, _another_substation, [True, True]),
    (PLAIN, _another_substation, [False, False]),
    (NAMED, _rename("named_area"), [True, True]),
    (PLAIN, _rename("named_area"), [False, False]),
]


def test_what_a_reader_may_see_moves_the_version(land: tuple[Database, int, int, int]) -> None:
    """One change after another; the answer names the version that its counts name."""
    database, _, shown, hidden = land
    for number, (need, change, moves) in enumerate(CHANGES):
        before = versions(land, need)
        with database.connection(Role.WORKER) as connection:
            change(connection, shown, hidden)
            connection.execute(text("delete from core.dirty"))
        after = versions(land, need)
        assert [now != then for now, then in zip(after, before, strict=True)] == moves, number
    document: Any = search(database, Role.PUBLIC, None, read_need(NAMED), SAMPLE_DAY)
    assert document["version"]["data"] == versions(land, NAMED)[0]
