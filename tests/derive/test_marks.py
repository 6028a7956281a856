"""Changes of places, sites and names mark the land whose derived facts they make stale, wherever it lies."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, text

from geo.derive import work
from geo.store.database import Database, Role
from tests import land_rows as rows

AS_OF = date(2026, 11, 22)


def changed(database: Database, statement: str, **values: Any) -> None:
    """Run a change as the loader and derive what it marked."""
    with database.connection(Role.WORKER) as connection:
        connection.execute(text(statement), values)
    work.derive(database, as_of=AS_OF)


def told(database: Database, parcel: int) -> dict[str, Any]:
    """The facts served of a parcel."""
    with database.connection(Role.WORKER) as connection:
        doc = connection.scalar(text("select doc from core.parcel_served where parcel = :p"), {"p": parcel})
    return dict(json.loads(f"{doc}}}}}")["properties"])


def site(connection: Connection, key: str, east: float) -> int:
    made = rows.site(connection, key, rows.square(east, 0, 200))
    connection.execute(text("update core.site set epci_name = :key where id = :id"), {"key": f"EPCI {key}", "id": made})
    return made


@pytest.mark.parametrize("named", [None, "A"])
def test_a_site_that_moves_is_rekeyed_or_ends_marks_its_land(database: Database, named: str | None) -> None:
    with database.connection(Role.WORKER) as connection:
        held = site(connection, "A", 0)
        parcel = rows.parcel(connection, "lot", rows.square(10, 10), site_key=named)
    work.derive(database, as_of=AS_OF)
    assert told(database, parcel)["epci_name"] == "EPCI A"
    if named is None:
        changed(database, "update core.site set geom = st_translate(geom, 500, 0) where id = :id", id=held)
        assert told(database, parcel)["epci_name"] is None
        changed(database, "update core.site set geom = st_translate(geom, -500, 0) where id = :id", id=held)
        assert told(database, parcel)["epci_name"] == "EPCI A"
    else:
        changed(database, "update core.site set key = 'Z' where id = :id", id=held)
        assert told(database, parcel)["epci_name"] is None
        changed(database, "update core.site set key = 'A' where id = :id", id=held)
        assert told(database, parcel)["epci_name"] == "EPCI A"
    changed(database, "delete from core.site where id = :id", id=held)
    assert told(database, parcel)["epci_name"] is None


def test_a_new_site_takes_the_land_that_lies_in_it(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "lot", rows.square(10, 10))
    work.derive(database, as_of=AS_OF)
    with database.connection(Role.WORKER) as connection:
        site(connection, "A", 0)
    work.derive(database, as_of=AS_OF)
    assert told(database, parcel)["epci_name"] == "EPCI A"


def test_an_organisation_that_is_renamed_is_named_so_on_its_land_alone(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        agency = rows.organisation(connection, "Agence")
        parcel = rows.parcel(connection, "lot", responsible=agency)
        rows.parcel(connection, "other", rows.square(500, 0))
    work.derive(database, as_of=AS_OF)
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.organisation set name = 'Région' where id = :id"), {"id": agency})
        assert connection.scalars(text("select parcel from core.dirty")).all() == [parcel]
    work.derive(database, as_of=AS_OF)
    assert told(database, parcel)["responsible"] == "Région"


def test_a_commune_loaded_after_land_without_an_outline_is_its_commune(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        point = rows.parcel(connection, "point", geom=None, location=rows.ewkb(rows.square(0, 0).centroid))
        number = rows.parcel(connection, "number", geom=None, commune_insee="69290")
    work.derive(database, as_of=AS_OF)
    assert told(database, point)["commune"] is None
    with database.connection(Role.WORKER) as connection:
        rows.commune(connection, "69290", rows.square(-500, -500, 1_000), name="Saint-Priest")
    work.derive(database, as_of=AS_OF)
    assert [told(database, parcel)["commune_name"] for parcel in (point, number)] == ["Saint-Priest"] * 2
    changed(database, "delete from core.commune")
    assert [told(database, parcel)["commune"] for parcel in (point, number)] == [None, "69290"]
