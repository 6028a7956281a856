"""A collection as CSV: every row, what each cell says, and what spreadsheets and GDAL make of it."""

import csv
from datetime import date
from pathlib import Path

import geopandas
import pytest
import shapely
from sqlalchemy import update

from geo.derive import work
from geo.export.export import Wanted, export
from geo.export.whole import CannotExportError
from geo.store import tables
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.conftest import SRID


@pytest.fixture
def land(database: Database) -> Database:
    with database.connection(Role.WORKER) as connection:
        facts = {"name": "=L'ôt ; « 1 » \"", "power_mw": 0.5, "cadastral_ids": ["69123000AB0012"]}
        rows.parcel(connection, "T-1", rows.square(0, 0), price_eur_m2=12, visibility="public", **facts)
        place = rows.ewkb(shapely.Point(rows.LYON))
        rows.parcel(connection, "T-2", rows.square(200, 0), visibility="agency")
        connection.execute(update(tables.parcel).filter_by(key="T-2").values(geom=None, location=place))
    work.derive(database, as_of=date(2026, 11, 22))
    return database


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source, delimiter=";"))


def test_every_row_is_a_line_with_its_outline(land: Database, tmp_path: Path) -> None:
    path = tmp_path / "land.csv"
    assert export(land, path, Wanted(), srid=SRID) == 2
    first, second = read(path)
    assert first["name"] == "'=L'ôt ; « 1 » \"", "no formula for a spreadsheet"
    assert (first["power_mw"], first["cadastral_ids"], first["synthetic"]) == ("0.5", '["69123000AB0012"]', "false")
    assert first["price_eur_m2"] == "12.0"
    assert second["power_mw"] == ""
    west, south, *_ = shapely.from_wkt(first["WKT"]).bounds
    assert 4 < west < 6
    assert 45 < south < 46
    seen = geopandas.read_file(path)
    assert len(seen) == 2
    assert seen.geometry.iloc[0].geom_type == "MultiPolygon"


def test_an_audience_has_its_own_columns_and_rows(land: Database, tmp_path: Path) -> None:
    path = tmp_path / "land.csv"
    assert export(land, path, Wanted(role=Role.PUBLIC), srid=SRID) == 1
    (row,) = read(path)
    assert not {"price_eur_m2", "contact", "buyer"} & set(row)


def test_it_is_in_degrees_and_there_once(land: Database, tmp_path: Path) -> None:
    path = tmp_path / "land.csv"
    with pytest.raises(CannotExportError) as refused:
        export(land, path, Wanted(srid=2154), srid=SRID)
    assert refused.value.code == "geojson_crs"
    assert export(land, path, Wanted(chosen="id < 0"), srid=SRID) == 0
    assert read(path) == []
    with pytest.raises(CannotExportError):
        export(land, path, Wanted(), srid=SRID)
