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
        rows.constraint(connection, "R", rows.square(5_090, 0), effect="restricts")
        rows.site(connection, "ZAE", rows.square(-100, -100, 300))
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


def _derived(facts: str) -> tuple[Change, Change]:
    """Facts derived anew: of the parcel all may see, and of the other."""

    def of(connection: Connection, parcel: int) -> None:
        connection.execute(text(f"update core.parcel_derived set {facts} where parcel = :parcel"), {"parcel": parcel})

    return lambda connection, shown, _: of(connection, shown), lambda connection, _, hidden: of(connection, hidden)


LINES = ", ".join(["MULTILINESTRING((0 0, 8 0))"] * 4)
SIDES = f"sides = st_geomfromtext('GEOMETRYCOLLECTION({LINES})', find_srid('core', 'parcel_derived', 'sides'))"
DERIVED = (SIDES, "built = built is not true", "zone_type = 'AUs'")
"""What a match reads of the layers around land, where the rest stays as it is."""


def _published(facts: str) -> Change:
    site = text("update core.site set published = coalesce(published, '{}') || cast(:facts as jsonb) where key = 'ZAE'")
    return lambda connection, *_: connection.execute(site, {"facts": facts})


def _covered(connection: Connection, shown: int, hidden: int) -> None:
    """The constraints of a place are loaded, and there are none."""
    rows.coverage(connection, "constraints", rows.square(-50, -50, 200))


def _redrawn(connection: Connection, shown: int, hidden: int) -> None:
    """A constraint still touches the land, and lies otherwise on it."""
    connection.execute(text("update core.constraint_area set clearance_m = 1, digest = '\\x01' where key = 'R'"))


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
    *((PLAIN, _derived(facts)[0], [True, True]) for facts in DERIVED),
    *((PLAIN, _derived(facts)[1], [False, True]) for facts in DERIVED),
    (PLAIN, _redrawn, [False, True]),
    (PLAIN, _published('{"site_actu_date": "2026-01-01"}'), [True, True]),
    (PLAIN, _covered, [True, True]),
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
