"""Parcels drawn through the audience's view: whose they are, what the base says of them itself."""

from typing import Any

import pytest
import shapely
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from geo.store import edits, tables
from geo.store.database import Actor, Database, Role
from geo.store.drawn import draw, take_out
from tests import land_rows as rows


@pytest.fixture
def planner(database: Database) -> Actor:
    with database.connection(Role.WORKER) as connection:
        own = rows.organisation(connection, "CC Exemple")
        rows.organisation(connection, "CC Voisine")
        rows.parcel(connection, "T-1", responsible=own)
    return Actor(organisation=own, organisation_kind="territory", actor="session:7", reason="levé")


def outline(east: float = 500) -> str:
    shape = shapely.MultiPolygon([rows.square(east, 0)])
    return str(shapely.to_wkb(shapely.set_srid(shape, 2154), hex=True, include_srid=True))


def row(database: Database, parcel: int) -> Any:
    with database.connection(Role.WORKER) as connection:
        return connection.execute(select(tables.parcel).filter_by(id=parcel)).one()


def test_the_base_says_whose_it_is_and_that_it_was_drawn(database: Database, planner: Actor) -> None:
    with database.connection(Role.PLANNER, planner) as connection:
        parcel = draw(connection, {"name": "Neuf", "geom": outline(), "responsible": 2})
        assert edits.standing(connection, [parcel])[parcel].editable
    kept = row(database, parcel)
    assert (kept.origin, kept.responsible, kept.version, kept.market) == ("drawn", planner.organisation, 1, "unknown")
    with database.connection(Role.WORKER) as connection:
        assert connection.scalar(select(tables.source.c.dataset).filter_by(id=kept.source)) == "drawn"
        marks = connection.scalar(select(tables.dirty.c.parts).filter_by(parcel=parcel))
        told = connection.execute(select(tables.history).filter_by(row_id=parcel)).one()
    assert marks == 127
    assert (told.op, told.actor, told.reason, told.before) == ("insert", "session:7", "levé", {})
    assert told.after["name"] == "Neuf"


def test_two_of_the_same_are_two(database: Database, planner: Actor) -> None:
    with database.connection(Role.PLANNER, planner) as connection:
        one, other = (draw(connection, {"geom": outline()}) for _ in range(2))
    assert row(database, one).key != row(database, other).key


def test_who_answers_for_no_land_draws_none(database: Database, planner: Actor) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), database.connection(Role.PLANNER) as connection:
        draw(connection, {"geom": outline()})
    for role in (Role.PUBLIC, Role.COMPANY):
        with pytest.raises(ProgrammingError, match="does not exist"), database.connection(role, planner) as connection:
            draw(connection, {"geom": outline()})


def test_an_administrator_names_who_is_responsible(database: Database, planner: Actor) -> None:
    with database.connection(Role.ADMIN) as connection:
        found = [draw(connection, {"geom": outline(), "responsible": owner}) for owner in (2, None)]
    assert [row(database, one).responsible for one in found] == [2, None]


def test_loads_stay_what_they_are(database: Database, planner: Actor) -> None:
    kept = row(database, 1)
    assert (kept.origin, kept.key) == ("terrain", "T-1")
    with database.connection(Role.WORKER) as connection:
        assert connection.scalar(select(func.count()).select_from(tables.history)) == 0


def test_taken_out_once_and_by_its_own(database: Database, planner: Actor) -> None:
    other = Actor(organisation=2, organisation_kind="territory")
    with database.connection(Role.PLANNER, other) as connection:
        assert not take_out(connection, 1)
    with database.connection(Role.PLANNER, planner) as connection:
        assert take_out(connection, 1)
        assert not take_out(connection, 1)
        assert connection.scalars(text("select id from parcel")).all() == []
    assert row(database, 1).overrides["deleted_on"]["by"] == "session:7"
