"""What the confined child answers, asked in this process: here it keeps its powers, so that it can be watched."""

import io
import sqlite3
import struct
from pathlib import Path
from typing import Any

import orjson
import pyogrio
import pyogrio.raw
import pytest

from geo.intake.files import gdal_child
from geo.intake.files.confined import RefusedError
from tests.intake.files.containers import boxes, shapefile, write_ogr

Frames = list[tuple[dict[str, Any], bytes]]


@pytest.fixture(autouse=True)
def unconfined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gdal_child, "load_gdal", lambda: pyogrio)
    monkeypatch.setattr(gdal_child, "confine", lambda: False)


def answers(path: Path, driver: str, task: str = "describe", **more: object) -> Frames:
    sink = io.BytesIO()
    gdal_child.answer({"path": str(path), "driver": driver, "task": task, **more}, sink)
    raw, frames, at = sink.getvalue(), [], 0
    while at < len(raw):
        head, body = struct.unpack_from(">IQ", raw, at)
        at += 12
        frames.append((orjson.loads(raw[at : at + head]), raw[at + head : at + head + body]))
        at += head + body
    return frames


def test_layers_are_described_with_their_first_rows(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(3), parcel_uid=["a", "b", None])
    (layer, body), (end, _) = answers(path, "GPKG")
    assert (layer["layer"], layer["crs"], layer["features"]) == ("a", "EPSG:2154", 3)
    assert layer["fields"] == {"parcel_uid": ["a", "b", None]}
    assert sum(layer["lengths"]) == len(body)
    assert end == {"end": True}


def test_an_empty_layer_is_described_by_its_fields(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(1), parcel_uid=["a"])
    connection = sqlite3.connect(path)
    connection.execute("drop trigger if exists trigger_delete_feature_count_a")
    triggers = connection.execute("select name from sqlite_master where type = 'trigger'").fetchall()
    for (name,) in triggers:
        connection.execute(f'drop trigger "{name}"')
    connection.execute("delete from a")
    connection.commit()
    connection.close()
    (layer, _), _ = answers(path, "GPKG")
    assert layer["fields"] == {"parcel_uid": []}
    assert layer["lengths"] == []


def test_views_and_plain_tables_are_named_and_not_opened(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(1), parcel_uid=["a"])
    write_ogr(path, [None], kind="Unknown", layer="b", append=True, x=["1"])
    connection = sqlite3.connect(path)
    connection.executescript(
        """create view evil as select * from a;
        insert into gpkg_contents (table_name, data_type, identifier, srs_id) values ('evil', 'features', 'evil', 2154);
        insert into gpkg_geometry_columns values ('evil', 'geom', 'POLYGON', 2154, 0, 0);
        create table notes (t text);
        insert into gpkg_contents (table_name, data_type, identifier) values ('notes', 'attributes', 'notes');"""
    )
    connection.close()
    skipped = {header["layer"]: header["skipped"] for header, _ in answers(path, "GPKG")[:-1]}
    assert skipped == {"a": None, "b": None, "evil": "view", "notes": "no geometry"}


def test_a_virtual_table_in_other_words_is_no_plain_table(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(1), parcel_uid=["a"])
    connection = sqlite3.connect(path)
    connection.executescript(
        """create virtual table evil using rtree(id, a, b);
        pragma writable_schema = on;
        update sqlite_master set sql = replace(sql, 'CREATE VIRTUAL', 'CREATE/**/VIRTUAL') where name = 'evil';"""
    )
    connection.close()
    found = gdal_child.tables(str(path))
    assert "a" in found
    assert "evil" not in found


def test_rows_come_in_pieces_to_the_last(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.fgb", boxes(5), parcel_uid=[str(n) for n in range(5)])
    frames = answers(path, "FlatGeobuf", "read", layer="a", rows=2, first=0)
    assert [len(header["lengths"]) for header, _ in frames[:-1]] == [2, 2, 1]
    whole = answers(path, "FlatGeobuf", "read", layer="a", rows=5, first=0)
    assert [len(header["lengths"]) for header, _ in whole[:-1]] == [5]


def test_binary_fields_are_left_out(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(1), parcel_uid=["a"])
    connection = sqlite3.connect(path)
    connection.execute("alter table a add column photo blob")
    for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        connection.execute(f'drop trigger "{name}"')
    connection.execute("update a set photo = x'ff00'")
    connection.commit()
    connection.close()
    (layer, _), _ = answers(path, "GPKG")
    assert set(layer["fields"]) == {"parcel_uid"}


def test_text_in_the_wrong_encoding_is_read_as_windows_1252(tmp_path: Path) -> None:
    files = shapefile(tmp_path / "shp", 1, parcel_uid=["été"])
    dbf = next(path for path in files if path.suffix == ".dbf")
    dbf.write_bytes(dbf.read_bytes().replace("été".encode(), "été".encode("cp1252") + b"  "))
    (layer, _), _ = answers(tmp_path / "shp" / "parcels.shp", "ESRI Shapefile")
    assert layer["fields"]["parcel_uid"] == ["été"]


class Failing:
    """Stands for GDAL where a real file will not show the failure."""

    def __init__(self, error: BaseException) -> None:
        self.raw, self._error = self, error

    def list_layers(self, path: str) -> list[tuple[str, str]]:
        return [("a", "Polygon")]

    def read_info(self, path: str, **_: object) -> dict[str, object]:
        return {"crs": None, "features": 1, "fields": []}

    def read(self, *_: object, **__: object) -> None:
        raise self._error


@pytest.mark.parametrize(
    ("error", "driver", "code"),
    [
        (MemoryError(), "FlatGeobuf", "gdal.memory"),
        (RuntimeError("/etc/passwd: root:x:0:0"), "FlatGeobuf", "gdal.failed"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "FlatGeobuf", "text.not_utf8"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "ESRI Shapefile", "text.encoding"),
    ],
)
def test_failures_are_named_without_what_gdal_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, driver: str, code: str
) -> None:
    monkeypatch.setattr(gdal_child, "load_gdal", lambda: Failing(error))
    ((answer, _),) = answers(tmp_path / "a", driver)
    assert answer["error"] == code
    assert "root" not in str(answer)


def test_a_damaged_geopackage_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 500)
    assert answers(path, "GPKG")[0][0]["error"] in ("gdal.damaged", "gdal.failed")
    with pytest.raises(RefusedError):
        gdal_child.tables(str(path))
