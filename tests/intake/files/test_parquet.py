"""GeoParquet and Parquet, proved on files that GeoPandas and pyarrow write: none is in ../shared/data."""

import datetime
import decimal
import json
import random
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely

from geo.intake.crs import Frame
from geo.intake.files import gdal, parquet, parquet_child
from geo.intake.files.confined import MEMORY_BYTES, RefusedError
from geo.intake.files.formats import Format
from geo.intake.problems import Unreadable
from tests.intake.files.tables import SQUARE, codes, one, opened, powers
from tests.intake.mutations import cut, drop, flip
from tests.intake.written_files import explained, read, write

BOX = shapely.from_wkt(SQUARE)


def frame(count: int = 3, crs: object = 2154, **columns: Any) -> Any:
    shapes = [shapely.box(934_000 + 200 * n, 6_493_000, 934_100 + 200 * n, 6_493_100) for n in range(count)]
    named = {"parcel_uid": [f"p{n}" for n in range(count)], "insee": ["74173"] * count} | columns
    return geopandas.GeoDataFrame(named, geometry=shapes, crs=crs)


def written(folder: Path, table: Any, **options: Any) -> Path:
    path = folder / "land.parquet"
    table.to_parquet(path, **options)
    return path


def refusal(path: Path, **options: Any) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        opened(path, Format.PARQUET, **options)
    assert explained(refused.value)
    return refused.value


def rewritten(path: Path, change: Any) -> Path:
    """The same file with its ``geo`` metadata changed in place."""
    table = pq.read_table(path)
    about = json.loads(table.schema.metadata[b"geo"])
    change(about)
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(about).encode()}), path)
    return path


@pytest.mark.parametrize("options", [{}, {"compression": "zstd"}, {"write_covering_bbox": True}, {"row_group_size": 1}])
def test_what_geopandas_writes_is_read(tmp_path: Path, options: dict[str, Any]) -> None:
    path = written(tmp_path, frame(), **options)
    part, raw = one(path, Format.PARQUET)
    assert (part.crs, part.stated, part.fields) == ("EPSG:2154", True, ["parcel_uid", "insee"])
    assert shapely.equals(raw.geometry, np.array(frame().geometry)).all()
    found = read(path)
    assert (found.keys, found.rejections) == (["p0", "p1", "p2"], [])
    assert round(found.geometry[0].area) == 10_000


def test_every_version_of_the_standard_is_read(tmp_path: Path) -> None:
    for version in ("0.4.0", "1.0.0", "1.1.0"):
        assert len(one(written(tmp_path, frame(), schema_version=version), Format.PARQUET)[1].rows) == 3


def test_coordinate_systems_are_those_the_file_states(tmp_path: Path) -> None:
    degrees = frame().to_crs("OGC:CRS84")
    assert one(written(tmp_path, degrees), Format.PARQUET)[0].crs == "EPSG:4326"
    path = rewritten(written(tmp_path, degrees), lambda about: about["columns"]["geometry"].pop("crs"))
    assert one(path, Format.PARQUET)[0].crs == "EPSG:4326"  # absent means OGC:CRS84
    part, _ = one(written(tmp_path, frame(crs=None)), Format.PARQUET)  # null: nobody knows, so the numbers tell
    assert (part.crs, part.stated) == ("EPSG:2154", False)
    path = rewritten(written(tmp_path, frame()), lambda about: about["columns"]["geometry"]["crs"].pop("id"))
    assert one(path, Format.PARQUET)[0].crs == "EPSG:2154"
    path = rewritten(path, lambda about: about["columns"]["geometry"].update(crs={"type": "ProjectedCRS", "name": "x"}))
    assert refusal(path).code.startswith("crs.")
    assert one(path, Format.PARQUET, crs="EPSG:2154")[0].crs == "EPSG:2154"


@pytest.mark.parametrize("definition", ["+init=epsg:2154", "+proj=longlat +datum=WGS84", 2154, ["EPSG", 2154]])
def test_only_definitions_that_name_no_file_are_followed(tmp_path: Path, definition: object) -> None:
    path = rewritten(written(tmp_path, frame()), lambda about: about["columns"]["geometry"].update(crs=definition))
    assert refusal(path).code == "crs.not_readable"


def test_a_definition_in_wkt_is_read_as_older_versions_of_the_standard_have_it(tmp_path: Path) -> None:
    wkt = pyproj.CRS(2154).to_wkt()
    path = rewritten(written(tmp_path, frame()), lambda about: about["columns"]["geometry"].update(crs=wkt))
    assert one(path, Format.PARQUET)[0].crs == "EPSG:2154"


def test_a_column_may_have_a_name_longer_than_a_command_line(tmp_path: Path) -> None:
    table = frame()
    table["x" * 200_000] = ["1", "2", "3"]
    part, raw = one(written(tmp_path, table), Format.PARQUET)
    assert len(part.fields) == 3
    assert len(raw.rows) == 3


def test_metres_stated_to_be_degrees_are_asked_about(tmp_path: Path) -> None:
    path = rewritten(written(tmp_path, frame()), lambda about: about["columns"]["geometry"].pop("crs"))
    with pytest.raises(Unreadable, match=r"crs\.metres"):
        read(path)
    assert len(read(path, crs="EPSG:2154").keys) == 3


def test_values_keep_their_types(tmp_path: Path) -> None:
    table = frame(
        1,
        n=[7],
        share=[0.5],
        hole=[float("nan")],
        flag=[True],
        on=[datetime.date(2024, 5, 1)],
        at=[datetime.datetime(2024, 5, 1, 10, 30)],
        price=[decimal.Decimal("12.50")],
        refs=[["74173000AB0012", "74173000AB0013"]],
        deep=[{"a": 1}],
        photo=[b"\x89PNG"],
    )
    (part,), remarks = opened(written(tmp_path, table), Format.PARQUET)
    assert part.sample.properties == [
        {
            "parcel_uid": "p0",
            "insee": "74173",
            "n": 7,
            "share": 0.5,
            "hole": None,
            "flag": True,
            "on": "2024-05-01",
            "at": "2024-05-01T10:30:00",
            "price": 12.5,
            "refs": ["74173000AB0012", "74173000AB0013"],
        }
    ]
    left = next(remark for remark in remarks if remark.code == "parquet.columns_left_out")
    assert left.params["columns"] == ["deep", "photo"]
    assert explained(left)


def test_plain_parquet_is_a_table_like_any_other(tmp_path: Path) -> None:
    plain = frame().drop(columns="geometry")
    part, raw = one(written(tmp_path, plain.assign(x=934_000.5, y=6_493_000)), Format.PARQUET)
    assert (part.crs, part.geometry.x, raw.geometry[0].x) == ("EPSG:2154", "x", 934_000.5)
    part, raw = one(written(tmp_path, plain.assign(forme=SQUARE)), Format.PARQUET)
    assert (part.geometry.wkt, round(raw.geometry[0].area)) == ("forme", 10_000)
    part, raw = one(written(tmp_path, plain.assign(wkb=shapely.to_wkb(BOX))), Format.PARQUET)
    assert (part.geometry.wkb, part.crs, part.stated) == ("wkb", "EPSG:2154", False)
    assert round(raw.geometry[0].area) == 10_000


def test_bad_and_missing_geometries_are_the_rows_own(tmp_path: Path) -> None:
    table = frame(4).to_arrow(geometry_encoding="WKB")
    wkb = [shapely.to_wkb(BOX), b"\x01\x03\x00", None, shapely.to_wkb(shapely.Polygon())]
    plain = pa.table({"parcel_uid": ["a", "b", "c", "d"], "geometry": pa.array(wkb, pa.binary())})
    assert pa.table(table).num_rows == 4
    path = tmp_path / "land.parquet"
    about = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "crs": None}},
    }
    pq.write_table(plain.replace_schema_metadata({b"geo": json.dumps(about).encode()}), path)
    _, raw = one(path, Format.PARQUET)
    assert codes(raw.rejections) == [(2, "geometry.not_wkb"), (4, "geometry.empty")]
    assert "line" not in raw.rejections[0].params
    assert raw.geometry[1] is None


def test_edges_encodings_and_metadata(tmp_path: Path) -> None:
    path = rewritten(written(tmp_path, frame()), lambda about: about["columns"]["geometry"].update(edges="spherical"))
    _, remarks = opened(path, Format.PARQUET)
    assert [remark.code for remark in remarks if explained(remark)] == ["parquet.edges"]
    assert refusal(written(tmp_path, frame(), geometry_encoding="geoarrow")).code == "parquet.encoding"
    for broken in (lambda about: about.pop("columns"), lambda about: about.update(primary_column="nothing")):
        assert refusal(rewritten(written(tmp_path, frame()), broken)).code == "parquet.metadata"
    path = rewritten(written(tmp_path, frame()), lambda about: about["columns"].update(x=about["columns"]["geometry"]))
    rewritten(path, lambda about: about.update(primary_column="x"))
    assert refusal(path).code == "parquet.metadata"


def test_millions_of_rows_in_no_room_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    pq.write_table(pa.table({"parcel_uid": pa.nulls(2_000_000, pa.string())}), path)
    assert path.stat().st_size < 100_000
    assert refusal(path).code == "parquet.bomb"


def test_row_groups_that_are_too_large_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, frame(100))
    file = pq.ParquetFile(path)
    parquet_child.check(file, path.stat().st_size)
    monkeypatch.setattr(parquet_child, "MAX_ROW_GROUP", 100)
    with pytest.raises(RefusedError, match=r"parquet\.row_group"):
        parquet_child.check(file, path.stat().st_size)
    monkeypatch.setattr(parquet_child, "MAX_COLUMNS", 1)
    with pytest.raises(RefusedError, match=r"parquet\.too_many_columns"):
        parquet_child.check(file, path.stat().st_size)


@pytest.mark.slow
def test_a_file_that_lies_about_its_size_ends_the_child_and_not_us(tmp_path: Path) -> None:
    """Four gigabytes of one text in a few hundred bytes: the child's memory ends, and with it the child."""
    path = tmp_path / "bomb.parquet"
    text = "x" * (1 << 20)
    table = pa.table({"a": pa.DictionaryArray.from_arrays(pa.array([0] * 4_000, pa.int32()), pa.array([text]))})
    pq.write_table(table, path, compression="zstd")
    assert path.stat().st_size < 1 << 20
    with pytest.raises(Unreadable) as refused:
        list(gdal.ask(path, {"task": "read", "columns": ["a"], "rows": 2_000}, parquet._CHILD))
    assert refused.value.code in ("gdal.memory", "gdal.crashed", "parquet.failed")


def test_the_child_is_confined(tmp_path: Path) -> None:
    path = written(tmp_path, frame(5_000))
    found = powers(gdal.ask(path, {"task": "read", "columns": ["parcel_uid", "geometry"], "rows": 1}, parquet._CHILD))
    assert (found["Seccomp"], found["NoNewPrivs"]) == ("2", "1")
    assert (found["Max file size"], found["Max address space"]) == ("0", str(MEMORY_BYTES))


def test_many_rows_come_in_pieces(tmp_path: Path) -> None:
    path = written(tmp_path, frame(5_000), row_group_size=700)
    (part,), _ = opened(path, Format.PARQUET)
    told: list[float] = []
    pieces = list(part.read(11, 900, Frame("EPSG:2154", 2154), told.append))
    assert [len(raw.rows) for raw in pieces] == [900] * 5 + [500]
    assert [raw.rows[0] for raw in pieces][:2] == [11, 911]
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("seed", range(3))
def test_damaged_files_never_crash(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    raw = written(tmp_path, frame(50)).read_bytes()
    for _ in range(10):
        path = write(tmp_path, rng.choice([flip, cut, drop])(raw, rng), "b.parquet")
        try:
            _, found = one(path, Format.PARQUET)
        except Unreadable as error:
            refused: Unreadable | None = error
        else:
            refused = None
            assert found.read == len(found.rows) + len(found.rejections)
        assert refused is None or explained(refused)
