"""Edited exports as other programs and other editors leave them: only what somebody changed counts as an edit."""

import csv
import json
import sqlite3
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy import update as sql_update

from geo.derive import work
from geo.intake.update.facts import differs, read
from geo.intake.update.file import Wish
from geo.intake.update.judge import judge
from geo.intake.update.report import UpdateReport
from geo.store import edits, tables
from geo.store.database import Database, Role
from geo.store.edits import Past, Standing
from geo.store.merging.merge import ALONE
from tests import land_rows as rows
from tests.conftest import SRID
from tests.intake.update import test_update as returned
from tests.intake.update.test_update import back, counts, edit, edited, parcel, planner, setting, written

land = returned.land


def as_table(path: Path, folder: Path, **spelt: str) -> Path:
    """The exported GeoJSON as a CSV of attributes, decimals as a French spreadsheet writes them."""
    features = json.loads(path.read_text())["features"]
    table = folder / "terrains.csv"
    with table.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(features[0]["properties"]), delimiter=";")
        writer.writeheader()
        for feature in features:
            facts = feature["properties"] | spelt
            facts["cadastral_ids"] = "|".join(facts["cadastral_ids"])
            writer.writerow({n: str(v).replace(".", ",") if isinstance(v, float) else v for n, v in facts.items()})
    return table


def located(database: Database, number: int, **facts: Any) -> None:
    """A parcel that is known by its place only."""
    facts = {"geom": None, "location": rows.ewkb(shapely.Point(rows.LYON))} | facts
    with database.connection(Role.WORKER) as connection:
        connection.execute(sql_update(tables.parcel).filter_by(id=number).values(**facts))


def test_a_table_of_attributes_as_a_spreadsheet_writes_it_changes_nothing(land: Database, tmp_path: Path) -> None:
    with land.connection(Role.WORKER) as connection:
        connection.execute(sql_update(tables.parcel).values(cle_en_main=True, geom=rows.ewkb(rows.square(0, 0, 33.33))))
    work.derive(land, as_of=date(2026, 11, 22))
    report = back(land, as_table(written(land, tmp_path), tmp_path, cle_en_main="1,0"))
    assert counts(report) == (0, 4, 0, 0)
    assert [one.code for one in report.remarks] == ["csv.read_as"]


@pytest.mark.parametrize(
    ("spelt", "value"), [("1.0", True), ("0,0", False), (1.0, True), ("oui", True), ("", None), (None, None)]
)
def test_yes_or_no_as_programs_write_it(spelt: object, value: object) -> None:
    assert read("cle_en_main", spelt) == (value, None)


def test_a_name_that_looks_like_a_number_stays_as_it_is_written() -> None:
    assert read("name", "1.0") == ("1.0", None)


def test_a_measure_written_as_text_is_the_measure() -> None:
    assert not differs("surface_m2", "90149,91", 90149.9134)
    assert not differs("surface_m2", "90149.91", 90149.9134)
    assert differs("surface_m2", "90149.93", 90149.9134)
    assert differs("surface_m2", None, 90149.9134)


@pytest.mark.parametrize("field", ["stade_amngt", "stade_comm", "etat_occup", "usage", "maitrise_fonc", "pollution"])
def test_a_word_off_an_official_list_is_refused_not_lost(land: Database, tmp_path: Path, field: str) -> None:
    report = back(land, edited(written(land, tmp_path), setting(0, **{field: "n'importe quoi"})))
    (refusal,) = report.rejections
    assert (refusal.row, refusal.field, refusal.code) == (1, field, "update.word")
    assert "autre" in list(refusal.params["known"])  # type: ignore[call-overload]


def test_a_value_nobody_touched_is_not_refused(land: Database, tmp_path: Path) -> None:
    edit(land, 1, usage="hors liste")
    report = back(land, edited(written(land, tmp_path), setting(0, name="Lot un")))
    assert counts(report) == (1, 3, 0, 0)
    assert parcel(land, 1).usage == "hors liste"


def emptied(path: Path, *, name: str | None = None) -> Path:
    """The file after row 1 lost its geometry, with the tools of its format."""
    if path.suffix == ".geojson":

        def change(features: list[dict[str, Any]]) -> None:
            features[0]["geometry"] = None
            features[0]["properties"]["name"] = name or features[0]["properties"]["name"]

        return edited(path, change)
    frame = geopandas.read_file(path)
    frame.loc[0, "geometry"] = None
    if name:
        frame.loc[0, "name"] = name
    out = path.with_name(f"rendu{path.suffix}")
    frame.to_file(out, layer="parcels")
    return out


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_a_row_that_never_had_a_geometry_comes_back_without(land: Database, tmp_path: Path, suffix: str) -> None:
    located(land, 1, location=None)
    path = emptied(written(land, tmp_path, suffix), name="Lot sans contour")
    report = back(land, path)
    assert counts(report) == (1, 3, 0, 0)
    assert report.missing == 0
    assert [(one.field, one.after) for one in report.changes] == [("name", "Lot sans contour")]


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_a_location_that_an_audience_was_not_shown_is_not_taken_away(
    land: Database, tmp_path: Path, suffix: str
) -> None:
    located(land, 1, visibility="public")
    path = written(land, tmp_path, suffix, role=Role.PUBLIC)
    assert counts(back(land, path))[0::2] == (0, 0)
    assert counts(back(land, emptied(written(land, tmp_path, suffix)))) == (0, 4, 0, 0)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_an_outline_taken_away_is_refused(land: Database, tmp_path: Path, suffix: str) -> None:
    report = back(land, emptied(written(land, tmp_path, suffix)))
    assert [(one.row, one.code) for one in report.rejections] == [(1, "geometry.missing")]
    assert counts(report) == (0, 3, 0, 1)


def test_an_outline_drawn_where_only_a_place_was_known_clashes_with_no_other_edit(
    land: Database, tmp_path: Path
) -> None:
    located(land, 1)
    path = edited(written(land, tmp_path), setting(0, name="Lot un"))
    with land.connection(Role.PLANNER, planner(land)) as connection:
        drawn = shapely.to_wkb(
            shapely.set_srid(shapely.MultiPolygon([rows.square(0, 0)]), SRID), hex=True, include_srid=True
        )
        connection.execute(text("update parcel_edit set geom = cast(:geom as geometry) where id = 1"), {"geom": drawn})
    report = back(land, path)
    assert counts(report) == (1, 3, 0, 0)
    assert (parcel(land, 1).name, parcel(land, 1).geom is None) == ("Lot un", False)


def test_a_parcel_that_changed_hands_since_is_still_edited(land: Database, tmp_path: Path) -> None:
    path = edited(written(land, tmp_path), setting(0, name="Lot un"))
    with land.connection(Role.WORKER) as connection:
        other = rows.organisation(connection, "CC Nouvelle")
        connection.execute(sql_update(tables.parcel).filter_by(id=1).values(responsible=other))
    report = back(land, path)
    assert [(one.field, one.after) for one in report.changes] == [("name", "Lot un")]
    assert report.clean


def test_what_an_administrator_sees_of_others_land_is_no_edit_of_a_planner(land: Database, tmp_path: Path) -> None:
    located(land, 4, buyer="Acquéreur SA", sale_amount=1e6)
    path = edited(written(land, tmp_path), setting(0, name="Lot un"))
    report = back(land, path, role=Role.PLANNER, actor=planner(land))
    assert counts(report) == (1, 3, 0, 0)


def test_each_row_of_a_parcel_that_came_twice_names_them_all(land: Database, tmp_path: Path) -> None:
    def copy(features: list[dict[str, Any]]) -> None:
        features += [json.loads(json.dumps(features[0])) for _ in range(2)]
        features[4]["properties"]["name"] = "Autre"

    report = back(land, edited(written(land, tmp_path), copy))
    assert [(one.row, one.params["rows"]) for one in report.rejections] == [(n, [1, 5, 6]) for n in (1, 5, 6)]
    assert counts(report) == (0, 3, 0, 3)
    assert report.read == 6


def test_a_field_edited_several_times_since_is_compared_with_what_the_file_showed(
    land: Database, tmp_path: Path
) -> None:
    path = edited(written(land, tmp_path), setting(0, name="Lot un"))
    for name in ("A", "B"):
        edit(land, 1, name=name)
    (clash,) = back(land, path).conflicts
    assert (clash.base, clash.file, clash.current) == ("Lot 1", "Lot un", "B")
    edit(land, 1, name="Lot 1")
    report = back(land, path)
    assert [(one.before, one.after) for one in report.changes] == [("Lot 1", "Lot un")], "undone meanwhile: no clash"


def test_a_geopackage_edited_in_place_as_sqlite(land: Database, tmp_path: Path) -> None:
    path = written(land, tmp_path, ".gpkg")
    base = sqlite3.connect(path)
    with base:
        for (name,) in base.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            base.execute(f'drop trigger "{name}"')
        base.execute("update parcels set cle_en_main = 0, market_on = '2026-11-20', power_mw = 12.5 where id = 1")
    base.close()
    report = back(land, path)
    assert [(one.field, str(one.after)) for one in report.changes] == [
        ("cle_en_main", "False"), ("market_on", "2026-11-20"), ("power_mw", "12.5"),
    ]  # fmt: skip


def test_what_waits_to_be_computed_is_not_compared(land: Database, tmp_path: Path) -> None:
    report = back(land, edited(written(land, tmp_path), setting(0, surface_m2=1.0)))
    assert (counts(report), report.remarks) == ((0, 4, 0, 0), [])


@pytest.mark.parametrize("field", ["market", "visibility"])
def test_a_field_that_is_never_empty_cannot_be_emptied(land: Database, tmp_path: Path, field: str) -> None:
    report = back(land, edited(written(land, tmp_path), setting(0, **{field: None})))
    assert [(one.row, one.field, one.code) for one in report.rejections] == [(1, field, "update.no_word")]


def test_many_edits_are_written_some_at_a_time(land: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edits, "TOGETHER", 3)

    def rename(features: list[dict[str, Any]]) -> None:
        for feature in features:
            feature["properties"]["name"] += " bis"

    assert back(land, edited(written(land, tmp_path), rename)).written
    assert [parcel(land, n).name for n in (1, 2, 3, 4)] == [f"Lot {n} bis" for n in (1, 2, 3, 4)]


def test_an_update_waits_for_a_load_that_is_being_merged(land: Database, tmp_path: Path) -> None:
    path = edited(written(land, tmp_path), setting(0, name="Lot un"))
    reports: list[UpdateReport] = []
    with land.connection(Role.WORKER) as connection:
        connection.execute(ALONE)
        giving_back = threading.Thread(target=lambda: reports.append(back(land, path)))
        giving_back.start()
        giving_back.join(timeout=1.5)
        assert giving_back.is_alive()
    giving_back.join(timeout=30)
    assert [report.changed for report in reports] == [1]


def test_a_hole_in_the_history_is_no_bridge() -> None:
    now = Standing(1, 4, True, False, False, {"name": "D"}, None, None)
    at = datetime(2026, 11, 22, tzinfo=UTC)
    past = [Past(n, {"name": name}, {}, "session:7", at) for n, name in ((3, "C"), (2, "B"), (1, "A"))]
    wish = Wish(1, 1, 1, {"name": "X"}, {})
    verdict = judge(wish, now, past)
    assert verdict is not None
    assert (verdict.clash, verdict.seen["name"]) == (["name"], "A")
    assert judge(wish, now, [past[0], past[2]]) is None
    assert judge(wish, now, past[:2]) is None


def test_a_version_the_base_never_had_is_refused(land: Database, tmp_path: Path) -> None:
    report = back(land, edited(written(land, tmp_path), setting(0, name="Lot un", row_version=9)))
    assert [(one.row, one.code) for one in report.rejections] == [(1, "update.version_ahead")]
