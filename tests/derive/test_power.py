"""The source substation of a parcel: the nearest that steps down to distribution, with what it has free."""

import csv
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from geo.derive import work
from geo.intake.load import Options, load
from geo.match.parcel import candidates
from geo.store.database import Database, Role
from tests import land_rows as rows

TODAY = date(2026, 11, 22)


def nearest(database: Database, parcel: int) -> tuple[float | None, float | None]:
    """Kilometres to the source substation and megawatts free there, as a match reads them."""
    work.derive(database, as_of=TODAY)
    with database.connection(Role.ADMIN) as connection:
        (found,) = candidates.load(connection, Role.ADMIN, only=parcel)
    return found.substation_km, found.substation_free_mw


def named(connection: Connection, parcel: int) -> str | None:
    found = text("""select n.key from core.parcel_nearest e join core.network_point n on n.id = e.point
        where e.parcel = :id and e.kind = 'substation'""")
    key: str | None = connection.scalar(found, {"id": parcel})
    return key


def test_no_substation_is_unknown(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "lot")
    assert nearest(database, parcel) == (None, None)


def test_only_what_feeds_distribution_counts(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "lot")
        rows.substation(connection, "grid", 300, 50, voltage_kv=400)
        rows.substation(connection, "kiosk", 200, 50, voltage_kv=20, free_mw=0.4)
        rows.substation(connection, "junction", 250, 50, kind="motorway_junction")
        rows.substation(connection, "source", 5_100, 50, voltage_kv=90, free_mw=12)
        rows.substation(connection, "farther", 7_100, 50, voltage_kv=63, free_mw=30)
    km, free = nearest(database, parcel)
    assert km == pytest.approx(5.0, rel=2e-3)  # planar metres over the scale of the place
    assert free == 12
    with database.connection(Role.WORKER) as connection:
        rows.substation(connection, "unsaid", 3_100, 50)
    km, free = nearest(database, parcel)
    assert (km, free) == (pytest.approx(3.0, rel=2e-3), None)  # type: ignore[comparison-overlap]
    with database.connection(Role.WORKER) as connection:
        rows.substation(connection, "grid that distributes", 1_100, 50, voltage_kv=400, free_mw=80)
    km, free = nearest(database, parcel)
    assert (km, free) == (pytest.approx(1.0, rel=2e-3), 80)  # type: ignore[comparison-overlap]


def test_a_file_of_substations_feeds_the_dates(database: Database, tmp_path: Path) -> None:
    """Columns as RTE publishes its substations, and a table with the room left at each."""
    table = tmp_path / "postes-electriques-rte.csv"
    with table.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out, delimiter=";")
        lines.writerow(["code_poste", "nom_poste", "fonction", "tension", "longitude", "latitude"])
        lines.writerow(["P.GRA", "GRAND POSTE", "POSTE DE TRANSFORMATION", "400kV", "4.8500", "45.7600"])
        lines.writerow(["P.SRC", "POSTE SOURCE", "POSTE DE TRANSFORMATION", "63kV", "4.9000", "45.7600"])
        lines.writerow(["P.PIQ", "PIQUAGE", "POINT DE PIQUAGE", "63kV", "4.8400", "45.7600"])
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "lot")
    load(database, table, Options(layer="networks"), srid=2154)
    with database.connection(Role.WORKER) as connection:
        work_done = work.derive(database, as_of=TODAY)
        assert work_done
        assert named(connection, parcel) == "P.SRC"
    room = tmp_path / "capacites.csv"
    room.write_text(
        "key;nom;tension_kv;capacite_mw;longitude;latitude\nS1;Source;63;8,5;4.8440;45.7600\n", encoding="utf-8"
    )
    load(database, room, Options(layer="networks"), srid=2154)
    km, free = nearest(database, parcel)
    assert free == 8.5
    assert km is not None
    assert km < 3
