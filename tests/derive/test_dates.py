"""Dates of states in the base: kept in bulk, found by state and class, replaced when the figures change."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, text

from geo.derive import dates, readiness
from geo.derive.dates import Asked
from geo.readiness.catalogue_file import in_use
from geo.readiness.needclass import OWNER_ONLY, ProjectFacts, need_class
from geo.store.database import Database, Role

AS_OF = date(2026, 11, 22)
STATES = ({"LAND_OPT": "to_do"}, {"PLU_REV": "blocked"}, {"VRD": "running 2026-03-08 stale", "LAND_PRIV": "to_do x2"})


@pytest.fixture
def states(database: Database) -> dict[int, dict[str, str]]:
    insert = text("insert into core.readiness_state (digest, states) values (:digest, :states) returning id")
    with database.connection(Role.WORKER) as connection:
        made = [{"digest": str(one).encode(), "states": Jsonb(one)} for one in STATES]
        return {connection.execute(insert, row).scalar_one(): one for row, one in zip(made, STATES, strict=True)}


def kept(connection: Connection) -> list[tuple[object, ...]]:
    found = connection.execute(
        text("select need_class, p50, p80, ready_class, catalogue from core.readiness order by need_class, state_id")
    )
    return [tuple(row) for row in found]


def test_dates_are_kept_and_found_by_state_and_class(database: Database, states: dict[int, dict[str, str]]) -> None:
    asked = Asked(in_use(), AS_OF)
    plant = need_class(ProjectFacts(regime="E", power_mw=10, substation_km=4), asked.catalogue)
    made = dates.computed(asked, states, {OWNER_ONLY: states, plant.key: list(states)[:2]}, {plant.key: plant})
    with database.connection(Role.WORKER) as connection:
        dates.keep(connection, asked, made)
        dates.keep(connection, asked, {})
        assert dates.find(connection, asked, list(states), [OWNER_ONLY, plant.key]) == made
        assert dates.find(connection, asked, list(states)[:1], [OWNER_ONLY]).keys() == {
            (next(iter(states)), OWNER_ONLY)
        }
        assert (
            dates.find(connection, Asked(asked.catalogue, AS_OF + timedelta(days=1)), list(states), [OWNER_ONLY]) == {}
        )
        rows = kept(connection)
    assert [row[0] for row in rows] == [plant.key] * 2 + [OWNER_ONLY] * 3
    assert [row[3] for row in rows] == [None, None, "0_6", "over_12", "over_12"]
    assert rows[3][1:3] == (None, None)
    assert rows[2][1] is not None


def test_other_figures_replace_what_is_kept(database: Database, states: dict[int, dict[str, str]]) -> None:
    old = Asked(replace(in_use(), version="older"), AS_OF)
    new = Asked(in_use(), AS_OF)
    with database.connection(Role.WORKER) as connection:
        dates.keep(connection, old, dates.computed(old, states, {OWNER_ONLY: states}, {}))
        dates.keep(connection, new, dates.computed(new, states, {OWNER_ONLY: states}, {}))
        assert {row[4] for row in kept(connection)} == {new.catalogue.version}
        assert len(kept(connection)) == 3
        dates.forget_before(connection, AS_OF)
        assert len(kept(connection)) == 3
        dates.forget_before(connection, AS_OF + timedelta(days=1))
        assert kept(connection) == []


def test_a_class_is_whole_for_the_last_figures_only(database: Database, states: dict[int, dict[str, str]]) -> None:
    """Figures that were tried and taken back on one day: what is there is not of them any more."""
    new, tried = Asked(in_use(), AS_OF), Asked(replace(in_use(), version="tried"), AS_OF)
    plant = need_class(ProjectFacts(regime="E", power_mw=10, substation_km=4), new.catalogue)
    with database.connection(Role.WORKER) as connection:
        for asked in (new, tried):
            dates.keep_all(connection, asked, plant.key, dates.of_all(connection, asked, plant))
            assert dates.is_kept(connection, asked, plant.key)
        assert not dates.is_kept(connection, new, plant.key)


def test_only_states_in_use_or_asked_for_are_dated(database: Database, states: dict[int, dict[str, str]]) -> None:
    digest = str(STATES[0]).encode().hex()
    with database.connection(Role.WORKER) as connection:
        assert readiness.keep_for(connection, AS_OF) == 0
        assert readiness.keep_for(connection, AS_OF, {digest}) == 1
        assert readiness.keep_for(connection, AS_OF, {digest}) == 0
        assert len(kept(connection)) == 1


def test_the_dates_of_a_class_are_read_off_an_index_alone(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("set local enable_seqscan = off"))
        plan = "\n".join(
            connection.scalars(
                text("""explain select state_id, p80 from core.readiness
                        where as_of = :as_of and need_class = 'PC' and catalogue = 'x' order by p80, state_id"""),
                {"as_of": AS_OF},
            )
        )
    assert plan.startswith("Index Only Scan using readiness_of_class")


def test_a_page_by_date_is_read_in_the_order_of_an_index(database: Database) -> None:
    """Whatever the tables hold: the view gives its dates in order, so that a page does not sort all parcels."""
    with database.connection(Role.PUBLIC) as connection:
        for way in ("hashjoin", "mergejoin", "seqscan", "bitmapscan", "sort"):
            connection.execute(text(f"set local enable_{way} = off"))
        plan = list(
            connection.scalars(
                text("explain select id from parcel where ready_p80 <= '2030-01-01' order by ready_p80, id")
            )
        )
    presorted = next(line for line in plan if "Presorted Key" in line)
    assert presorted.strip() == "Presorted Key: r.p80"
    assert any("readiness_by_date" in line for line in plan)
