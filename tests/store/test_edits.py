"""A planner's edits: overrides with what the source says beside, lifted when it is the same again; history."""

from typing import Any

import pytest
import shapely
from sqlalchemy import select, text, update

from geo.store import edits, tables
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows


@pytest.fixture
def planner(database: Database) -> Actor:
    """Of the organisation that parcel 1 belongs to."""
    with database.connection(Role.WORKER) as connection:
        own = rows.organisation(connection, "CC Exemple")
        rows.parcel(connection, "T-1", name="Lot 1", price_eur_m2=20, responsible=own, observed_on="2026-01-31")
        rows.parcel(connection, "T-2", rows.square(200, 0), name="Lot 2")
    return Actor(organisation=own, organisation_kind="territory", actor="session:7", reason="visite")


def edit(database: Database, who: Actor, role: Role = Role.PLANNER, **facts: Any) -> None:
    with database.connection(role, who) as connection:
        assert edits.write(connection, {1: facts}) == 1


def overrides(database: Database) -> Any:
    with database.connection(Role.WORKER) as connection:
        return connection.scalar(select(tables.parcel.c.overrides).filter_by(id=1))


def hexed(shape: shapely.Polygon) -> str:
    return str(shapely.to_wkb(shapely.set_srid(shapely.MultiPolygon([shape]), 2154), hex=True, include_srid=True))


def test_an_outline_keeps_what_the_source_drew(database: Database, planner: Actor) -> None:
    drawn = hexed(rows.square(0, 0, 80))
    edit(database, planner, geom=drawn)
    kept = overrides(database)["geom"]
    assert (kept["value"], kept["imported"]) == (drawn.lower(), hexed(rows.square(0, 0)).lower())
    edit(database, planner, geom=kept["imported"])
    assert overrides(database) == {}


def test_an_outline_drawn_anew_is_the_cadastres_no_more(database: Database, planner: Actor) -> None:
    with database.connection(Role.WORKER) as connection:
        connection.execute(update(tables.parcel).filter_by(id=1).values(outline="cadastre"))
    edit(database, planner, name="Lot un")
    edit(database, planner, geom=hexed(rows.square(0, 0, 80)))
    with database.connection(Role.WORKER) as connection:
        assert connection.scalar(select(tables.parcel.c.outline).filter_by(id=1)) is None


def test_the_first_imported_value_stays_beside_through_further_edits(database: Database, planner: Actor) -> None:
    for price in (25, 30):
        edit(database, planner, price_eur_m2=price)
    kept = overrides(database)["price_eur_m2"]
    assert (kept["value"], kept["imported"], kept["by"], kept["why"]) == (30, 20, "session:7", "visite")
    edit(database, planner, price_eur_m2=20)
    assert overrides(database) == {}


def test_an_unknown_value_may_be_the_imported_one(database: Database, planner: Actor) -> None:
    edit(database, planner, contact="foncier@exemple.fr", cle_en_main=True)
    assert overrides(database)["contact"]["imported"] is None
    edit(database, planner, contact=None)
    assert set(overrides(database)) == {"cle_en_main"}


def test_the_worker_makes_no_overrides(database: Database, planner: Actor) -> None:
    with database.connection(Role.WORKER) as connection:
        connection.execute(update(tables.parcel).values(name="Source"))
    assert overrides(database) == {}


def test_history_knows_each_version(database: Database, planner: Actor) -> None:
    edit(database, planner, name="A")
    edit(database, planner, name="B", price_eur_m2=21)
    with database.connection(Role.PLANNER, planner) as connection:
        past = edits.past(connection, [1, 2])
    assert [(one.version, one.before["name"], one.after["name"], one.actor) for one in past[1]] == [
        (2, "A", "B", "session:7"),
        (1, "Lot 1", "A", "session:7"),
    ]
    assert 2 not in past


def test_only_own_parcels_are_written_or_told_of(database: Database, planner: Actor) -> None:
    with database.connection(Role.PLANNER, planner) as connection:
        assert edits.write(connection, {2: {"name": "Pris"}}) == 0
        standing = edits.standing(connection, [1, 2, 3])
        assert {key: one.editable for key, one in standing.items()} == {1: True, 2: False}
        assert edits.absent(connection, []) == 1
        assert edits.absent(connection, [1, 2]) == 0
    with database.connection(Role.PLANNER) as connection:
        assert edits.past(connection, [1]) == {}


def test_a_lock_keeps_other_writers_off(database: Database, planner: Actor) -> None:
    busy = text("select id from parcel_edit where id = 1 for no key update nowait")
    with database.connection(Role.PLANNER, planner) as connection:
        edits.lock(connection, [1])
        with pytest.raises(Exception, match="could not obtain lock"), database.connection(Role.ADMIN) as other:
            other.execute(busy)
    with database.connection(Role.ADMIN) as other:
        assert other.scalar(busy) == 1


def test_deleted_parcels_are_not_missed(database: Database, planner: Actor) -> None:
    edit(database, planner, name="Lot un")
    with database.connection(Role.PLANNER, planner) as connection:
        connection.execute(text("update parcel_edit set deleted_on = '2026-11-01' where id = 1"))
        assert edits.absent(connection, []) == 0
        assert edits.standing(connection, [1])[1].deleted
