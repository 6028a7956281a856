"""Collections as files: what is in them, for whom, from one state of the base, whole or not at all."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pyogrio
import pytest
import shapely
from sqlalchemy import text, update

from geo.derive import work
from geo.export.export import Wanted, export
from geo.export.whole import CannotExportError
from geo.store import extracted, tables
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows
from tests.conftest import SRID

EVERY = ("parcels", "cadastre", "sites", "zones", "constraints", "communes")


@pytest.fixture
def land(database: Database) -> Database:
    """A parcel of each visibility, one that knows its place only, and some of what lies around."""
    with database.connection(Role.WORKER) as connection:
        own = rows.organisation(connection, "CC Exemple")
        for n, visibility in enumerate(("public", "partners", "agency", "private")):
            facts = {"name": f"L'ôt {n} « \\ \"", "price_eur_m2": 12, "power_mw": 0.123456789, "visibility": visibility}
            rows.parcel(
                connection,
                f"T-{n}",
                rows.square(n * 200, 0),
                responsible=own,
                cadastral_ids=["69123000AB0012"],
                **facts,
            )
        point = rows.ewkb(shapely.Point(rows.LYON))
        connection.execute(update(tables.parcel).filter_by(key="T-3").values(geom=None, location=point))
        rows.zone(connection, "Z", rows.square(0, 0, 900))
        rows.constraint(connection, "C", rows.square(50, 50, 10))
    work.derive(database, as_of=date(2026, 11, 22))
    return database


def features(database: Database, path: Path, **wanted: Any) -> list[dict[str, Any]]:
    export(database, path, Wanted(force=True, **wanted), srid=SRID)
    found: list[dict[str, Any]] = json.loads(path.read_text())["features"]
    return found


def test_lines_are_the_features_of_the_collection(land: Database, tmp_path: Path) -> None:
    whole = features(land, tmp_path / "land.geojson")
    assert export(land, tmp_path / "land.geojsonl", Wanted(), srid=SRID) == len(whole)
    assert [json.loads(line) for line in (tmp_path / "land.geojsonl").read_text().splitlines()] == whole
    assert list(geopandas.read_file(tmp_path / "land.geojsonl")["id"]) == [one["id"] for one in whole]
    nothing = Wanted(chosen="id < 0", force=True)
    assert export(land, tmp_path / "land.geojsonl", nothing, srid=SRID) == 0
    assert (tmp_path / "land.geojsonl").read_bytes() == b""
    with pytest.raises(CannotExportError, match="geojson_crs"):
        export(land, tmp_path / "other.geojsonl", Wanted(srid=2154), srid=SRID)


def test_geojson_is_read_by_others_and_exact(land: Database, tmp_path: Path) -> None:
    path = tmp_path / "terrains.geojson"
    found = features(land, path)
    assert [one["id"] for one in found] == [one["properties"]["id"] for one in found] == [1, 2, 3, 4]
    facts = found[0]["properties"]
    assert (facts["row_version"], facts["power_mw"], facts["name"]) == (1, 0.123456789, "L'ôt 0 « \\ \"")
    assert '"price_eur_m2":12.0' in path.read_text(), "a number keeps its decimals: 12.5 must fit later"
    frame = geopandas.read_file(path).to_crs(SRID)
    stored = shapely.MultiPolygon([rows.square(0, 0)])
    assert frame.geometry[0].hausdorff_distance(stored) < 0.0002
    assert found[3]["geometry"]["type"] == "Point"


def test_geopackage_keeps_coordinates_to_the_bit(land: Database, tmp_path: Path) -> None:
    path = tmp_path / "terrains.gpkg"
    assert export(land, path, Wanted(), srid=SRID) == 4
    frame = geopandas.read_file(path)
    assert frame.crs.to_epsg() == SRID
    assert frame.geometry[0].equals_exact(shapely.MultiPolygon([rows.square(0, 0)]), 0)
    assert frame["power_mw"][0] == 0.123456789
    assert frame["cadastral_ids"][0] == "69123000AB0012"
    assert pyogrio.read_info(path, layer="parcels")["geometry_type"] == "Unknown"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["terrains.gpkg"]


def test_flatgeobuf_geoparquet_and_workbooks(land: Database, tmp_path: Path) -> None:
    for ending in (".fgb", ".parquet", ".xlsx"):
        assert export(land, tmp_path / f"terrains{ending}", Wanted(), srid=SRID) == 4
    flat = geopandas.read_file(tmp_path / "terrains.fgb")
    parquet = geopandas.read_parquet(tmp_path / "terrains.parquet")
    for frame in (flat, parquet):
        assert frame.crs.to_epsg() == SRID
        assert list(frame["id"]) == [1, 2, 3, 4]
        assert frame.geometry[0].equals_exact(shapely.MultiPolygon([rows.square(0, 0)]), 0)
        assert frame.geometry[3].geom_type == "Point"
    assert list(parquet["cadastral_ids"][0]) == ["69123000AB0012"]
    assert flat["cadastral_ids"][0] == "69123000AB0012"
    names, first, *rest = openpyxl.load_workbook(tmp_path / "terrains.xlsx")["parcels"].iter_rows(values_only=True)
    assert len(rest) == 3
    facts = dict(zip(names, first, strict=True))
    assert (facts["name"], facts["power_mw"], facts["row_version"]) == ("L'ôt 0 « \\ \"", 0.123456789, 1)
    export(land, tmp_path / "plane.fgb", Wanted(srid=3857), srid=SRID)
    assert geopandas.read_file(tmp_path / "plane.fgb").crs.to_epsg() == 3857


def test_geopackage_in_another_system(land: Database, tmp_path: Path) -> None:
    path = tmp_path / "terrains.gpkg"
    export(land, path, Wanted(srid=3857), srid=SRID)
    frame = geopandas.read_file(path)
    assert frame.crs.to_epsg() == 3857
    assert frame.to_crs(SRID).geometry[0].hausdorff_distance(shapely.MultiPolygon([rows.square(0, 0)])) < 0.0001


@pytest.mark.parametrize("collection", EVERY)
@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_every_collection_is_written(land: Database, tmp_path: Path, collection: str, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    count = export(land, path, Wanted(collection=collection), srid=SRID)
    assert count == {"parcels": 4, "zones": 1, "constraints": 1}.get(collection, 0)
    assert len(geopandas.read_file(path)) == count


def test_each_audience_has_its_rows_and_columns(land: Database, tmp_path: Path) -> None:
    with land.connection(Role.GATE) as connection:
        own = connection.scalar(text("select id from core.organisation"))
    path = tmp_path / "terrains.geojson"
    public = features(land, path, role=Role.PUBLIC)
    assert [one["id"] for one in public] == [1]
    assert not {"price_eur_m2", "contact", "owner_siren", "buyer", "stade_comm"} & public[0]["properties"].keys()
    assert "row_version" in public[0]["properties"]
    assert [one["id"] for one in features(land, path, role=Role.COMPANY)] == [1, 2]
    planner = features(land, path, role=Role.PLANNER, actor=Actor(organisation=own, organisation_kind="territory"))
    assert [one["id"] for one in planner] == [1, 2, 3, 4]
    assert {"stade_comm", "market_on", "pollution"} <= planner[0]["properties"].keys()
    stranger = features(land, path, role=Role.PLANNER, actor=Actor(organisation=own + 1))
    assert [one["id"] for one in stranger] == [1, 2]


def test_everything_comes_from_one_state(land: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extracted, "BATCH", 1)

    def meanwhile(done: int, _total: int) -> None:
        with land.connection(Role.WORKER) as connection:
            connection.execute(update(tables.parcel).values(name=f"changed {done}"))
            rows.parcel(connection, f"N-{done}", rows.square(done * 200, 400))

    path = tmp_path / "terrains.geojson"
    assert export(land, path, Wanted(), srid=SRID, told=meanwhile) == 4
    names = [one["properties"]["name"] for one in json.loads(path.read_text())["features"]]
    assert not any(name.startswith("changed") for name in names)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_an_interrupted_export_leaves_what_was_there(land: Database, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"terrains{suffix}"
    path.write_text("mine")

    def cut(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises((KeyboardInterrupt, RuntimeError)):
        export(land, path, Wanted(force=True), srid=SRID, told=cut)
    assert path.read_text() == "mine"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_a_file_that_appears_meanwhile_is_not_overwritten(land: Database, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"terrains{suffix}"

    def meanwhile(_done: int, _total: int) -> None:
        path.write_text("mine")

    with pytest.raises(CannotExportError, match="exists"):
        export(land, path, Wanted(), srid=SRID, told=meanwhile)
    assert path.read_text() == "mine"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_what_cannot_be_written_is_refused_before_anything_is(land: Database, tmp_path: Path) -> None:
    def code(path: Path, **wanted: Any) -> str:
        with pytest.raises(CannotExportError) as refusal:
            export(land, path, Wanted(**wanted), srid=SRID)
        return refusal.value.code

    there = tmp_path / "there.gpkg"
    there.write_text("edits")
    assert code(there) == "exists"
    assert code(tmp_path, force=True) == "format"
    assert code(tmp_path / "none" / "x.gpkg") == "no_folder"
    assert code(tmp_path / "x.shp") == "format"
    assert code(tmp_path / "x.gpkg", collection="needs") == "collection"
    assert code(tmp_path / "x.geojson", srid=2154) == "geojson_crs"
    assert code(tmp_path / "x.gpkg", srid=999999) == "crs"
    assert there.read_text() == "edits"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["there.gpkg"]
