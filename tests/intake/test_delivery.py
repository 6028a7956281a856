"""A file staged now and merged later: what it would change is told, the base is as it is when it is confirmed."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from geo.intake.load import Options, confirm, load, stage, withdraw
from geo.intake.problems import Unreadable
from geo.intake.report import Report
from geo.store import tables
from geo.store.database import Database, Role
from geo.store.merging import deliveries
from tests.conftest import SRID
from tests.intake.test_load import counts_of, feature, state, write


def staged_tables(database: Database) -> list[str]:
    with database.connection(Role.WORKER) as connection:
        found = text(
            "select tablename from pg_tables "
            "where schemaname = 'staging' and tablename not in ('chunk', 'again') order by 1"
        )
        return list(connection.scalars(found))


def status(database: Database, delivery: int) -> str:
    with database.connection(Role.WORKER) as connection:
        return str(deliveries.find(connection, delivery).status)


def put(database: Database, path: Path, options: Options = Options()) -> Report:  # noqa: B008 - nothing in it changes
    report = stage(database, path, options, srid=SRID)
    assert report.delivery is not None
    return report


def number(report: Report) -> int:
    assert report.delivery is not None
    return report.delivery


def test_staging_tells_what_would_change_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "t.geojson", [feature("1", 0, terr_nom="A"), feature("2", 1), feature("3", 2)])
    load(database, path, Options(), srid=SRID)
    before = state(database)
    write(path, [feature("1", 0, terr_nom="B"), feature("2", 1), feature("4", 3, size=0.0012)])
    report = put(database, path)
    assert counts_of(report) == (1, 1, 1, 0)
    assert not report.written
    said: Any = report.to_json()["differences"]["parcels"]
    assert [one["key"] for one in said["new"]] == ["69123_TERRAIN-ECO_4"]
    assert [one["key"] for one in said["missing"]] == ["69123_TERRAIN-ECO_3"]
    (changed,) = said["changed"]
    assert (changed["row"], changed["fields"]) == (1, {"name": ["A", "B"]})
    assert state(database) == before
    assert status(database, number(report)) == "staged"
    confirmed = confirm(database, number(report))
    assert confirmed.written
    assert counts_of(confirmed) == (1, 1, 1, 0)
    assert "delivery.base_changed" not in confirmed.to_json()["remarks"]["counts"]
    assert status(database, number(report)) == "merged"
    assert staged_tables(database) == []


def test_a_base_that_changed_in_between_is_merged_right_and_told(database: Database, tmp_path: Path) -> None:
    first = write(tmp_path / "t.geojson", [feature("1", 0, terr_m2_prix=5), feature("2", 1, terr_m2_prix=5)])
    waiting = put(database, first)
    load(database, write(tmp_path / "sub" / "t.geojson", [feature("1", 0, terr_m2_prix=9)]), Options(), srid=SRID)
    report = confirm(database, number(waiting))
    assert counts_of(waiting)[:3] == (2, 0, 0)
    assert counts_of(report)[:3] == (1, 1, 0)
    assert report.to_json()["remarks"]["counts"]["delivery.base_changed"] == 1
    with database.connection(Role.WORKER) as connection:
        assert connection.scalar(text("select count(*) from core.parcel where price_eur_m2 = 5")) == 2


def test_the_history_of_a_delivery_can_be_asked(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "t.geojson", [feature("1", 0)])
    report = load(database, path, Options(actor="session:7"), srid=SRID)
    with database.connection(Role.WORKER) as connection:
        delivery = connection.execute(select(tables.delivery)).one()
        imported = connection.execute(select(tables.import_)).one()
    assert (delivery.id, delivery.status, delivery.actor, delivery.file_name) == (
        report.delivery,
        "merged",
        "session:7",
        "t.geojson",
    )
    assert (delivery.rows, delivery.share) == (1, 1.0)
    assert delivery.report == report.to_json()
    assert imported.delivery == delivery.id
    assert imported.counts == {"new": 1, "changed": 0, "unchanged": 0, "missing": 0}


def test_a_withdrawn_or_merged_delivery_cannot_be_confirmed(database: Database, tmp_path: Path) -> None:
    report = put(database, write(tmp_path / "t.geojson", [feature("1", 0)]))
    withdraw(database, number(report))
    assert status(database, number(report)) == "withdrawn"
    assert staged_tables(database) == []
    with pytest.raises(Unreadable) as refused:
        confirm(database, number(report))
    assert (refused.value.code, refused.value.params["status"]) == ("delivery.not_staged", "withdrawn")
    done = load(database, tmp_path / "t.geojson", Options(), srid=SRID)
    with pytest.raises(Unreadable):
        withdraw(database, number(done))


def test_rows_lost_in_a_crash_of_the_server_are_not_taken_for_none(database: Database, tmp_path: Path) -> None:
    report = put(database, write(tmp_path / "t.geojson", [feature("1", 0)]))
    with database.connection(Role.WORKER) as connection:
        connection.execute(text(f"truncate {staged_table(report)}"))  # what recovery does to unlogged tables
    with pytest.raises(Unreadable) as refused:
        confirm(database, number(report))
    assert refused.value.code == "delivery.lost"
    assert status(database, number(report)) == "failed"
    assert state(database) == []


def staged_table(report: Report) -> str:
    return f"staging.d{number(report)}_parcels"


def test_two_at_once_is_refused(database: Database, tmp_path: Path) -> None:
    report = put(database, write(tmp_path / "t.geojson", [feature("1", 0)]))
    with deliveries.hold(database, number(report)) as held:
        assert held is not None
        with pytest.raises(Unreadable) as refused:
            confirm(database, number(report))
    assert refused.value.code == "delivery.busy"
    assert confirm(database, number(report)).written


def test_what_nobody_confirms_is_swept(database: Database, tmp_path: Path) -> None:
    old = put(database, write(tmp_path / "t.geojson", [feature("1", 0)]))
    new = put(database, write(tmp_path / "u.geojson", [feature("1", 0)]))
    with database.connection(Role.WORKER) as connection:
        age = text("update core.delivery set updated_at = now() - interval '8 days' where id = :id")
        connection.execute(age, {"id": old.delivery})
    assert deliveries.sweep(database, days=7) == 1
    assert status(database, number(old)) == "withdrawn"
    assert staged_tables(database) == [f"d{new.delivery}_parcels"]


def test_a_dry_run_leaves_no_trace(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "t.geojson", [feature("1", 0), feature("2", 1)])
    report = load(database, path, Options(dry_run=True), srid=SRID)
    assert counts_of(report) == (2, 0, 0, 0)
    assert staged_tables(database) == []
    with database.connection(Role.WORKER) as connection:
        for table in ("core.delivery", "core.import", "core.source", "staging.chunk"):
            assert connection.scalar(text(f"select count(*) from {table}")) == 0, table


def test_the_same_row_twice_is_once_and_two_that_differ_are_none(database: Database, tmp_path: Path) -> None:
    rows = [feature("1", 0), feature("2", 1), feature("1", 0), feature("2", 2), feature("3", 4), feature("2", 1)]
    report = load(database, write(tmp_path / "t.geojson", rows), Options(keep_going=True), srid=SRID)
    counts = report.layers["parcels"]
    assert (counts.read, counts.kept, counts.identical, counts.rejected) == (6, 2, 1, 3)
    told = {one.row: one.params for one in report.rejections()}
    key = "69123_TERRAIN-ECO_2"
    assert told == {
        2: {"first": 2, "second": 4, "key": key},
        4: {"first": 2, "second": 4, "key": key},
        6: {"first": 2, "second": 6, "key": key},
    }
    assert [(one.row, one.code) for one in report.remarked() if one.row] == [(3, "row.identical")]
    first: Any = report.to_json()["rejections"]["first"][0]
    assert first["key"] == key, "a planner finds the row by its key"


def test_a_refused_row_is_found_by_its_key_and_name(database: Database, tmp_path: Path) -> None:
    bad = feature("2", 1, terr_nom="Zone du Lac")
    bad["geometry"]["coordinates"][0][1][0] = None
    report = load(database, write(tmp_path / "t.geojson", [feature("1"), bad]), Options(), srid=SRID)
    one: Any = report.to_json()["rejections"]["first"][0]
    assert (one["row"], one["key"], one["name"]) == (2, "69123_TERRAIN-ECO_2", "Zone du Lac")
    assert status(database, number(report)) == "refused"
    assert staged_tables(database) == []


def test_a_planners_value_that_stays_is_told_as_a_conflict(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "t.geojson", [feature("1", 0, terr_m2_prix=20)])
    load(database, path, Options(), srid=SRID)
    with database.connection(Role.WORKER) as connection:
        connection.execute(
            text("""update core.parcel set price_eur_m2 = 45,
                overrides = '{"price_eur_m2": {"value": 45, "imported": 20}}'""")
        )
    write(path, [feature("1", 0, terr_m2_prix=25)])
    report = put(database, path)
    (changed,) = report.differences["parcels"]["changed"]
    assert (changed["fields"], changed["conflicts"]) == ({}, {"price_eur_m2": [45, 25]})


def test_a_file_named_as_another_that_stands_is_told(database: Database, tmp_path: Path) -> None:
    here, there = tmp_path / "a" / "sites.geojson", tmp_path / "b" / "sites.geojson"
    one, other = (feature("1", east) | {"properties": {"parcel_uid": name}} for name, east in (("x", 0), ("y", 5)))
    load(database, write(here, [one]), Options(), srid=SRID)
    report = load(database, write(there, [other]), Options(), srid=SRID)
    assert report.to_json()["remarks"]["counts"]["source.nothing_shared"] == 1
    named = load(database, there, Options(source="autre_commune"), srid=SRID)
    assert counts_of(named)[:3] == (1, 0, 0), "with a name of its own it is another dataset"
    assert "source.nothing_shared" not in named.to_json()["remarks"]["counts"]
