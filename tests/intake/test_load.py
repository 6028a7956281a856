"""Files into the base: all or nothing, twice is once, a planner's word stands, an interrupted load leaves no trace."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from psycopg.types.json import Jsonb
from sqlalchemy import URL, select, text

from geo.intake.files import bytestream, featurestream
from geo.intake.load import Options, load
from geo.intake.problems import Unreadable
from geo.intake.report import Report
from geo.store import tables
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows
from tests.conftest import REPO, SRID

LON, LAT = 4.85, 45.75


def feature(key: str, east: float = 0, size: float = 0.001, **properties: Any) -> dict[str, Any]:
    """A square of about 80 x 110 m."""
    w, s = LON + east * size * 1.5, LAT
    ring = [[w, s], [w + size, s], [w + size, s + size], [w, s + size], [w, s]]
    stage = {"terr_stade_comm": "en vente", "terr_stade_amngt": "viabilisé et aménagé"}
    return {
        "type": "Feature",
        "properties": {"terr_id": f"69123_TERRAIN-ECO_{key}", **stage, **properties},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def write(path: Path, features: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def state(database: Database) -> list[tuple[Any, ...]]:
    """Every parcel with all it holds."""
    with database.connection(Role.WORKER) as connection:
        return [tuple(row) for row in connection.execute(text("select p::text from core.parcel p order by id"))]


def history(database: Database) -> int:
    with database.connection(Role.WORKER) as connection:
        return connection.scalar(text("select count(*) from core.history")) or 0


def counts_of(report: Report) -> tuple[int, int, int, int]:
    return tuple(report.total(name) for name in ("new", "changed", "unchanged", "rejected"))  # type: ignore[return-value]


def test_loading_twice_changes_nothing(database: Database) -> None:
    sample = REPO / "sample_parcels.geojson"
    first = load(database, sample, Options(), srid=SRID)
    before = state(database)
    second = load(database, sample, Options(), srid=SRID)
    assert first.written
    assert counts_of(first)[0] == first.read > 900
    assert counts_of(second) == (0, 0, first.read, 0)
    assert state(database) == before
    assert history(database) == 0


def test_a_changed_row_changes_alone(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "terrains.geojson", [feature("1", 0), feature("2", 1), feature("3", 2)])
    load(database, path, Options(), srid=SRID)
    write(path, [feature("1", 0), feature("2", 1, terr_m2_prix=35), feature("4", 3)])
    report = load(database, path, Options(), srid=SRID)
    assert counts_of(report) == (1, 1, 1, 0)
    assert report.layers["parcels"].missing == 1
    with database.connection(Role.WORKER) as connection:
        (row,) = connection.execute(select(tables.history)).all()
        assert connection.scalar(text("select count(*) from core.parcel")) == 4, "a missing row is told, not deleted"
    assert row.after == {"price_eur_m2": 35, "version": 2}
    assert row.reason == "load terrains.geojson"


def test_one_bad_row_keeps_everything_out(database: Database, tmp_path: Path) -> None:
    bad = feature("2", 1)
    bad["geometry"]["coordinates"][0][1][0] = None
    path = write(tmp_path / "terrains.geojson", [feature("1"), bad, feature("3", 2)])
    report = load(database, path, Options(), srid=SRID)
    assert not report.written
    assert [rejection.row for rejection in report.rejections()] == [2]
    assert state(database) == []
    kept = load(database, path, Options(keep_going=True), srid=SRID)
    assert kept.written
    assert counts_of(kept) == (2, 0, 0, 1)


def test_a_dry_run_counts_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "terrains.geojson", [feature("1"), feature("2", 1)])
    report = load(database, path, Options(dry_run=True), srid=SRID)
    assert not report.written
    assert counts_of(report) == (2, 0, 0, 0)
    assert state(database) == []
    with database.connection(Role.WORKER) as connection:
        assert connection.scalar(text("select count(*) from core.import")) == 0


def test_a_dry_run_of_a_cut_file_leaves_no_trace(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "terrains.geojson", [feature("1"), feature("2", 1)])
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    for dry_run, trace in ((True, []), (False, [("refused", "json.truncated")])):
        with pytest.raises(Unreadable):
            load(database, path, Options(dry_run=dry_run), srid=SRID)
        with database.connection(Role.WORKER) as connection:
            assert list(connection.execute(text("select status, error_code from core.delivery"))) == trace


def test_texts_that_no_database_keeps_are_told_and_harm_nobody(database: Database, tmp_path: Path) -> None:
    """A NUL is good JSON, and PostgreSQL takes it neither as a value nor in a report."""
    odd: dict[str, Any] = {
        "terr_nom": "a\x00b",
        "terr_m2_prix": "\x00",
        "terr_stade_amngt": {"\x00": "\x00"},
        "site_id": ["\x00"],
    }
    path = write(tmp_path / "terrains.geojson", [feature("1", **odd), feature("2\x00", 1), feature("3", 2)])
    report = load(database, path, Options(), srid=SRID)
    assert counts_of(report) == (3, 0, 0, 0)
    assert {repair.row for repair in report.repairs()} == {1, 2}
    assert "a\ufffdb" in [repair.before for repair in report.repairs()]
    with database.connection(Role.WORKER) as connection:
        assert connection.scalars(text("select name from core.parcel order by id")).first() == "ab"


def test_a_planners_word_stands_and_the_files_is_kept_beside_it(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "terrains.geojson", [feature("1", terr_m2_prix=20)])
    load(database, path, Options(), srid=SRID)
    override = {"price_eur_m2": {"value": 45, "by": "session:1", "on": "2026-11-01", "why": "vote of the council"}}
    with database.connection(Role.WORKER, Actor(actor="session:1")) as connection:
        change = text("update core.parcel set price_eur_m2 = 45, overrides = :overrides")
        connection.execute(change, {"overrides": Jsonb(override)})
    write(path, [feature("1", terr_m2_prix=25, terr_nom="Renamed")])
    assert counts_of(load(database, path, Options(), srid=SRID)) == (0, 1, 0, 0)
    with database.connection(Role.WORKER) as connection:
        row = connection.execute(select(tables.parcel)).one()
    assert row.price_eur_m2 == 45
    assert row.name == "Renamed"
    assert row.overrides["price_eur_m2"] == {**override["price_eur_m2"], "imported": 25}


def test_what_a_planner_changed_outlives_a_reload(database: Database, tmp_path: Path) -> None:
    """The edit itself makes the override: price and visibility stay, whatever the same file and its options say."""
    path = write(tmp_path / "terrains.geojson", [feature("1", terr_m2_prix=20)])
    load(database, path, Options(), srid=SRID)
    with database.connection(Role.WORKER) as connection:
        owner = rows.organisation(connection, "EPCI")
        connection.execute(text("update core.parcel set responsible = :owner"), {"owner": owner})
    planner = Actor(organisation=owner, organisation_kind="territory", actor="session:1", reason="council")
    with database.connection(Role.PLANNER, planner) as connection:
        connection.execute(text("update parcel_edit set price_eur_m2 = 45, visibility = 'private'"))
    write(path, [feature("1", terr_m2_prix=25)])
    load(database, path, Options(visibility="public"), srid=SRID)
    with database.connection(Role.WORKER) as connection:
        row = connection.execute(select(tables.parcel)).one()
    assert (row.price_eur_m2, row.visibility) == (45, "private")
    told = row.overrides["price_eur_m2"]
    assert (told["value"], told["imported"], told["by"], told["why"]) == (45, 25, "session:1", "council")


def test_visibility_is_the_rows_else_the_options_else_the_agencys(database: Database, tmp_path: Path) -> None:
    def seen() -> list[str]:
        with database.connection(Role.WORKER) as connection:
            return list(connection.scalars(text("select visibility from core.parcel order by id")))

    path = write(tmp_path / "terrains.geojson", [feature("1"), feature("2", 1, visibility="private")])
    load(database, path, Options(), srid=SRID)
    assert seen() == ["agency", "private"]
    load(database, path, Options(visibility="public"), srid=SRID)
    assert seen() == ["public", "private"]
    load(database, path, Options(), srid=SRID)
    assert seen() == ["public", "private"], "an option that is not given changes nothing"


def test_land_belongs_to_who_loads_it_first(database: Database, tmp_path: Path) -> None:
    with database.connection(Role.WORKER) as connection:
        first, second = (rows.organisation(connection, name) for name in ("EPCI A", "EPCI B"))
    path = write(tmp_path / "terrains.geojson", [feature("1")])
    load(database, path, Options(responsible=first), srid=SRID)
    write(path, [feature("1", terr_m2_prix=9), feature("2", 1)])
    load(database, path, Options(responsible=second), srid=SRID)
    with database.connection(Role.WORKER) as connection:
        found = list(connection.scalars(text("select responsible from core.parcel order by id")))
    assert found == [first, second]


def zone(libelle: str, approved: str, east: float = 0) -> dict[str, Any]:
    made = feature("z", east)
    made["properties"] = {"libelle": libelle, "typezone": "U", "destdomi": "02", "insee": "69123", "datappro": approved}
    return made


def test_a_newer_plan_retires_the_older(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "zone_urba.geojson"
    load(database, write(path, [zone("UX", "20150101"), zone("UI", "20150101", 1)]), Options(), srid=SRID)
    load(database, write(path, [zone("UE", "20240301")]), Options(), srid=SRID)
    with database.connection(Role.WORKER) as connection:
        plans = connection.execute(
            text("select approved_on::text, retired_on::text from core.planning_document order by 1")
        ).all()
    with database.connection(Role.PUBLIC) as connection:
        in_force = set(connection.scalars(text("select libelle from zone")))
    assert [tuple(plan) for plan in plans] == [("2015-01-01", "2024-03-01"), ("2024-03-01", None)]
    assert in_force == {"UE"}


def test_a_plan_is_a_unit(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "zone_urba.geojson"
    load(database, write(path, [zone("UX", "20150101"), zone("UI", "20150101", 1)]), Options(), srid=SRID)
    report = load(database, write(path, [zone("UX", "20150101")]), Options(), srid=SRID)
    with database.connection(Role.WORKER) as connection:
        assert list(connection.scalars(text("select libelle from core.zone"))) == ["UX"]
    assert counts_of(report) == (0, 0, 1, 0)


def test_a_zone_whose_row_was_refused_is_not_gone_from_its_plan(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "zone_urba.geojson"
    load(database, write(path, [zone("UX", "20150101"), zone("UI", "20150101", 1)]), Options(), srid=SRID)
    broken = zone("UI", "20150101", 1)
    broken["geometry"]["coordinates"][0][1][0] = None
    report = load(database, write(path, [zone("UX", "20150101"), broken]), Options(keep_going=True), srid=SRID)
    assert counts_of(report) == (0, 0, 1, 1)
    with database.connection(Role.WORKER) as connection:
        assert list(connection.scalars(text("select libelle from core.zone order by 1"))) == ["UI", "UX"]


LOADER = """
import sys
from pathlib import Path
from sqlalchemy import make_url
from geo.intake.files import bytestream, featurestream
from geo.intake.load import Options, load
from geo.store.database import Database

featurestream.PIECE_BYTES, bytestream._READ = map(int, sys.argv[3:])

def told(step):
    print(step.done, step.total, flush=True)
    sys.stdin.read()

load(Database(make_url(sys.argv[1])), Path(sys.argv[2]), Options(), srid=2154, progress=told)
"""
PIECE_BYTES, READ_BYTES = 100_000, 5_000


def test_killed_half_way_the_base_is_as_before(
    database: Database, admin: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(featurestream, "PIECE_BYTES", PIECE_BYTES)
    monkeypatch.setattr(bytestream, "_READ", READ_BYTES)
    small = write(tmp_path / "terrains.geojson", [feature("0")])
    load(database, small, Options(), srid=SRID)
    before = state(database)
    big = tmp_path / "terrains.geojson.gz"
    with gzip.open(big, "wt", compresslevel=1) as file:
        json.dump({"type": "FeatureCollection", "features": [feature(str(n), n) for n in range(1_500)]}, file)
    address = admin.render_as_string(hide_password=False)
    command = [sys.executable, "-c", LOADER, address, str(big), str(PIECE_BYTES), str(READ_BYTES)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPO) as child:
        assert child.stdout is not None
        done, total = map(int, child.stdout.readline().split())
        assert 0 < done < total, "the first chunk is staged and more is to come"
        os.kill(child.pid, signal.SIGKILL)
    until = time.monotonic() + 20
    while _loading(database) and time.monotonic() < until:
        time.sleep(0.1)
    assert state(database) == before
    assert history(database) == 0
    with database.connection(Role.WORKER) as connection:
        staged = connection.execute(text("select number, xmin::text from staging.chunk")).all()
    assert [row.number for row in staged] == [0]
    report = load(database, big, Options(), srid=SRID)
    assert counts_of(report) == (1_499, 0, 1, 0)
    with database.connection(Role.WORKER) as connection:
        assert connection.scalar(text("select count(*) from core.delivery")) == 2, "the same delivery went on"


def _loading(database: Database) -> bool:
    """Whether the killed process's connection is still being cleared away."""
    with database.connection(Role.WORKER) as connection:
        others = text("""select count(*) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and query ilike '%stage_%'""")
        return bool(connection.scalar(others))


@pytest.mark.parametrize(
    ("name", "layer", "rows"),
    [
        pytest.param("megeve_74173/parcelles.geojson.gz", "parcels", 10_466, marks=pytest.mark.slow),
        ("megeve_74173/zone_urba.geojson.gz", "zones", 241),
        pytest.param("megeve_74173/batiments.geojson.gz", "buildings", 4_897, marks=pytest.mark.slow),
        pytest.param("pas_de_calais_62/parcelles_7_communes.geojson.gz", "cadastre", 7_575, marks=pytest.mark.slow),
        pytest.param("zone_urba_cnig/200011781_PLUi_20180101.zip", "zones", 222, marks=pytest.mark.slow),
        ("zone_urba_cnig/241800432_PLUi_20200128.zip", "zones", 221),
        pytest.param("zone_urba_cnig/30014_PLU_20171013.zip", "zones", 90, marks=pytest.mark.slow),
        pytest.param("zone_urba_cnig/41175_PLU_20140603.zip", "zones", 118, marks=pytest.mark.slow),
        pytest.param("aura_communes.geojson.gz", "communes", 4_020, marks=pytest.mark.slow),
    ],
)
def test_real_files_come_in_whole(database: Database, shared: Path, name: str, layer: str, rows: int) -> None:
    """Twice is once. (test_every_file loads each once, every day; the slow ones here are its large ones again.)"""
    report = load(database, shared / name, Options(keep_going=True), srid=SRID)
    counts = report.layers[layer]
    assert counts.read == rows
    assert (counts.new or 0) + counts.identical + counts.left_out + counts.rejected == rows
    again = load(database, shared / name, Options(keep_going=True), srid=SRID)
    assert (again.total("new"), again.total("changed")) == (0, 0)
    assert history(database) == 0


def test_a_renamed_file_is_told(database: Database, tmp_path: Path) -> None:
    outline = feature("1") | {"properties": {"parcel_uid": "74173-1"}}
    load(database, write(tmp_path / "parcelles_2026.geojson", [outline]), Options(), srid=SRID)
    report = load(database, write(tmp_path / "parcelles_2027.geojson", [outline]), Options(), srid=SRID)
    remarks: Any = report.to_json()["remarks"]
    assert remarks["counts"]["source.renamed"] == 1
    assert any(one["params"].get("other") == "parcelles_2026" for one in remarks["first"])
    third = load(database, write(tmp_path / "parcelles_2028.geojson", [outline]), Options(), srid=SRID)
    [told] = [one for one in third.remarked() if one.code == "source.renamed"]
    assert told.params["count"] == 1


def test_land_of_an_organisation_is_the_same_dataset_with_and_without_its_name(
    database: Database, tmp_path: Path
) -> None:
    """What was loaded before datasets bore the organisation's name goes on; another organisation's land stays apart."""
    with database.connection(Role.WORKER) as connection:
        first, second = (rows.organisation(connection, name) for name in ("CC Une", "CC Autre"))
    path = write(tmp_path / "lots.geojson", [feature("1") | {"properties": {"parcel_uid": "L-1"}}])
    load(database, path, Options(), srid=SRID)
    assert counts_of(load(database, path, Options(responsible=first), srid=SRID)) == (0, 0, 1, 0), "as it always was"
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel set responsible = :first"), {"first": first})
    assert counts_of(load(database, path, Options(responsible=first), srid=SRID)) == (0, 0, 1, 0)
    assert counts_of(load(database, path, Options(organisation=first, responsible=first), srid=SRID)) == (0, 0, 1, 0)
    assert counts_of(load(database, path, Options(responsible=second), srid=SRID)) == (1, 0, 0, 0)
    sent = Options(organisation=second, responsible=second)
    assert counts_of(load(database, path, sent, srid=SRID)) == (0, 0, 1, 0)
    with database.connection(Role.WORKER) as connection:
        found = connection.execute(
            text(
                "select s.dataset, p.responsible from core.parcel p join core.source s on s.id = p.source order by p.id"
            )
        ).all()
    assert [tuple(row) for row in found] == [("lots", first), (f"{second}:lots", second)]


@pytest.mark.parametrize("name", ["lots", "{second}:lots"])
def test_nobody_sends_into_another_organisations_dataset(database: Database, tmp_path: Path, name: str) -> None:
    with database.connection(Role.WORKER) as connection:
        first, second = (rows.organisation(connection, one) for one in ("CC Une", "CC Autre"))
    land = [feature(str(n), n) | {"properties": {"parcel_uid": f"L-{n}"}} for n in (1, 2)]
    load(database, write(tmp_path / "lots.geojson", land), Options(responsible=second), srid=SRID)
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.source set dataset = :name"), {"name": name.format(second=second)})
        if ":" in name:
            connection.execute(text("update core.parcel set responsible = :first"), {"first": first})
        else:  # one of two is theirs: it is not their dataset
            connection.execute(text("update core.parcel set responsible = :first where key = 'L-1'"), {"first": first})
    sent = Options(organisation=first, responsible=first, source=name.format(second=second))
    assert load(database, tmp_path / "lots.geojson", sent, srid=SRID).written
    with database.connection(Role.WORKER) as connection:
        into = connection.scalars(
            text("select s.dataset from core.import i join core.source s on s.id = i.source order by i.id desc limit 1")
        ).one()
    assert into == f"{first}:{name.format(second=second)}"


def test_a_plain_load_goes_on_with_what_was_loaded_for_one_organisation(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "lots.geojson", [feature("1") | {"properties": {"parcel_uid": "1", "market": "for_sale"}}])
    with database.connection(Role.WORKER) as connection:
        owner = rows.organisation(connection, "CC Exemple")
    assert counts_of(load(database, path, Options(responsible=owner), srid=SRID))[0] == 1
    assert counts_of(load(database, path, Options(), srid=SRID))[0] == 0
