import errno
import gzip
import sqlite3
import struct
import zipfile
from pathlib import Path

import pytest
import shapely

from geo.intake.files import archive
from geo.intake.problems import Unreadable
from tests.intake.files.containers import boxes, shapefile, write_ogr, zipped
from tests.intake.written_files import L93_X, L93_Y, collection, explained, feature, read, squares, write


def refusal(path: Path, **options: object) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        read(path, **options)
    return refused.value


KEYS = ["p0", "p1", "p2"]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_container_gives_the_rows_of_the_same_geojson(tmp_path: Path) -> None:
    expected = read(
        write(tmp_path, collection([feature(box, parcel_uid=k) for box, k in zip(boxes(3), KEYS, strict=True)])),
        crs="EPSG:2154",
    )
    files = [
        write_ogr(tmp_path / "a.gpkg", boxes(3), parcel_uid=KEYS),
        write_ogr(tmp_path / "a.fgb", boxes(3), parcel_uid=KEYS),
        zipped(tmp_path / "a.zip", *shapefile(tmp_path / "shp")),
        tmp_path / "shp" / "parcels.shp",
        zipped(tmp_path / "b.zip", tmp_path / "a.gpkg"),
        zipped(tmp_path / "c.zip", tmp_path / "a.fgb"),
        write(tmp_path, gzip.compress((tmp_path / "a.gpkg").read_bytes()), "a.gpkg.gz"),
        write(tmp_path, gzip.compress((tmp_path / "a.fgb").read_bytes()), "a.fgb.gz"),
    ]
    for path in files:
        found = read(path, batch_rows=2)
        assert sorted(found.rows) == [1, 2, 3], path.name
        assert dict(zip(found.keys, map(shapely.area, found.geometry), strict=True)) == dict.fromkeys(KEYS, 2_500.0)
        digests = dict(zip(found.keys, found.digests, strict=True))
        assert digests == dict(zip(expected.keys, expected.digests, strict=True)), path.name


def test_reading_leaves_no_file_beside_the_source(tmp_path: Path) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    write_ogr(folder / "a.gpkg", boxes(3), parcel_uid=KEYS)
    write_ogr(folder / "a.fgb", boxes(3), parcel_uid=KEYS)
    shapefile(folder / "shp")
    zipped(folder / "a.zip", *shapefile(tmp_path / "other"))
    write(folder, collection(squares(3)))
    write(folder, gzip.compress(collection(squares(3))), "land.geojson.gz")
    write(folder, gzip.compress((folder / "a.gpkg").read_bytes()), "a.gpkg.gz")
    before = contents(folder)
    for path in (*folder.iterdir(), folder / "shp" / "parcels.shp"):
        if path.is_file():
            assert len(read(path).rows) == 3
    assert contents(folder) == before


def test_a_geopackage_in_write_ahead_mode_leaves_nothing_either(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(3), parcel_uid=KEYS)
    connection = sqlite3.connect(path)
    connection.execute("pragma journal_mode = wal")
    connection.close()
    before = contents(tmp_path)
    assert read(path).rows == [1, 2, 3]
    assert contents(tmp_path) == before


def test_a_geopackage_another_program_is_writing_is_not_read_half(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(3), parcel_uid=KEYS)
    connection = sqlite3.connect(path)
    connection.execute("pragma journal_mode = wal")
    connection.execute("create table scratch (a)")
    connection.commit()
    assert refusal(path).code == "source.in_use"
    connection.close()


def test_layers_of_a_geopackage_are_recognised_one_by_one(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(2), layer="lots", parcel_uid=["a", "b"])
    write_ogr(path, boxes(1), layer="plu", append=True, libelle=["UX"], typezone=["U"], insee=["74173"])
    write_ogr(path, boxes(1), layer="misc", append=True, nothing=["x"])
    found = read(path)
    assert found.layers == ("parcels", "zones")
    assert found.schema == "parcels, cnig_zone_urba"
    assert [(batch.layer, batch.rows) for batch in found.batches] == [("parcels", [1, 2]), ("zones", [3])]
    assert [remark.field for remark in found.remarks if remark.code == "part.not_recognised"] == ["misc"]


def test_views_and_virtual_tables_are_not_opened(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(2), layer="lots", parcel_uid=["a", "b"])
    connection = sqlite3.connect(path)
    connection.executescript(
        """create view evil as select fid, geom, load_extension('/tmp/x.so') as parcel_uid from lots;
        insert into gpkg_contents (table_name, data_type, identifier, srs_id) values ('evil', 'features', 'evil', 2154);
        insert into gpkg_geometry_columns values ('evil', 'geom', 'POLYGON', 2154, 0, 0);
        create trigger boom after insert on lots begin select raise(abort, 'x'); end;"""
    )
    connection.close()
    found = read(path)
    assert found.keys == ["a", "b"]
    assert [(remark.field, remark.code) for remark in found.remarks] == [("evil", "part.view")]


def test_a_shapefile_without_prj_needs_the_crs(tmp_path: Path) -> None:
    files = [path for path in shapefile(tmp_path / "shp") if path.suffix != ".prj"]
    path = zipped(tmp_path / "a.zip", *files)
    refused = refusal(path)
    assert refused.code == "crs.missing"
    assert read(path, crs="EPSG:2154").rows == [1, 2, 3]


def test_a_shapefile_without_shx_is_refused_and_without_dbf_is_read(tmp_path: Path) -> None:
    files = shapefile(tmp_path / "shp")
    lame = zipped(tmp_path / "a.zip", *[path for path in files if path.suffix != ".shx"])
    assert refusal(lame).code == "shapefile.no_shx"
    bare = zipped(tmp_path / "b.zip", *[path for path in files if path.suffix != ".dbf"])
    found = read(bare, layer="parcels")
    assert found.rows == [1, 2, 3]
    assert all(len(key) == 64 for key in found.keys)


def test_features_deleted_and_not_yet_cleared_away_are_left_out_and_told(tmp_path: Path) -> None:
    files = shapefile(tmp_path / "shp")
    dbf = next(path for path in files if path.suffix == ".dbf")
    raw = bytearray(dbf.read_bytes())
    first, width = struct.unpack_from("<HH", raw, 8)
    raw[first + width] = ord("*")
    dbf.write_bytes(raw)
    found = read(zipped(tmp_path / "a.zip", *files))
    assert found.keys == ["p0", "p2"]
    assert [dict(one.params) for one in found.remarks if one.code == "shapefile.deleted" and explained(one)] == [
        {"part": "parcels", "count": 1}
    ]


def test_upper_case_side_files_and_folders_in_the_archive(tmp_path: Path) -> None:
    files = shapefile(tmp_path / "shp")
    names = [f"PLU/{path.stem.upper()}{path.suffix.upper()}" for path in files]
    path = zipped(tmp_path / "a.zip", *files, names=names)
    assert read(path).rows == [1, 2, 3]


def test_two_shapefiles_of_one_archive_are_two_parts(tmp_path: Path) -> None:
    first, second = shapefile(tmp_path / "one"), shapefile(tmp_path / "two", parcel_uid=["x", "y", "z"])
    names = [f"one/{path.name}" for path in first] + [f"two/{path.name}" for path in second]
    found = read(zipped(tmp_path / "a.zip", *first, *second, names=names))
    assert found.rows == [1, 2, 3, 4, 5, 6]
    assert sorted(found.keys) == ["p0", "p1", "p2", "x", "y", "z"]


def test_a_wrong_cpg_is_survived(tmp_path: Path) -> None:
    files = shapefile(tmp_path / "shp", parcel_uid=["a", "b", "c"], nom=["été", "Évian", "x"])
    dbf = next(path for path in files if path.suffix == ".dbf")
    dbf.write_bytes(dbf.read_bytes().replace("été".encode(), "été".encode("cp1252") + b"  "))
    (tmp_path / "shp" / "parcels.cpg").write_text("UTF-8")
    found = read(zipped(tmp_path / "a.zip", *sorted((tmp_path / "shp").iterdir())))
    assert str(found.column("name")[0]).strip() == "été"
    assert found.column("name")[2] == "x"


def test_geometries_that_cannot_be_kept_are_row_problems(tmp_path: Path) -> None:
    curve = shapely.from_wkt("POLYGON ((934000 6493000, 934100 6493000, 934100 6493100, 934000 6493000))")
    path = write_ogr(tmp_path / "a.gpkg", [boxes(1)[0], None, curve], kind="Unknown", parcel_uid=["a", "b", "c"])
    found = read(path)
    assert found.rows == [1, 3]
    assert [(one.row, one.code) for one in found.rejections] == [(2, "geometry.missing")]


def test_an_open_ring_in_a_container_is_refused_by_row(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(2), parcel_uid=["a", "b"])
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        connection.execute(f'drop trigger "{name}"')
    (blob,) = connection.execute("select geom from parcels_a where fid = 2".replace("parcels_a", "a")).fetchone()
    broken = blob[:-16] + b"\x00" * 16
    connection.execute("update a set geom = ? where fid = 2", (broken,))
    connection.commit()
    connection.close()
    found = read(path)
    assert found.rows == [1]
    assert found.codes() <= {"geometry.unreadable", "geometry.outside"}
    assert [one.row for one in found.rejections] == [2]


def test_a_declared_system_can_be_overruled_and_that_is_said(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(1), "EPSG:3946", parcel_uid=["a"])
    found = read(path, crs="EPSG:2154")
    assert found.geometry[0].bounds[:2] == (L93_X, L93_Y)
    assert "crs.overridden" in {remark.code for remark in found.remarks}


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("suffix", [".gpkg", ".fgb"])
def test_cut_containers_are_refused(tmp_path: Path, suffix: str, keep: float) -> None:
    count = 2_000
    path = write_ogr(tmp_path / f"a{suffix}", boxes(count), parcel_uid=[f"p{n}" for n in range(count)])
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * keep)])
    refused = refusal(path)
    assert refused.code.startswith(("gdal.", "container.", "schema."))


def test_tables_without_geometry_are_no_land(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(1), parcel_uid=["a"])
    connection = sqlite3.connect(path)
    connection.executescript("delete from gpkg_geometry_columns; update gpkg_contents set data_type = 'attributes';")
    connection.close()
    assert refusal(path).code == "container.empty"


def test_a_zipped_geojson_is_read_by_our_own_parser(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("data/lots.geojson", collection(squares(3)))
        archive.writestr("__MACOSX/data/._lots.geojson", b"\x00")
        archive.writestr("lisez-moi.txt", "bonjour")
    assert read(tmp_path / "a.zip").rows == [1, 2, 3]


def test_a_system_nobody_knows_is_asked_about_and_can_be_named(tmp_path: Path) -> None:
    files = shapefile(tmp_path / "shp")
    prj = next(path for path in files if path.suffix == ".prj")
    prj.write_text('LOCAL_CS["drawing",UNIT["metre",1]]')
    path = zipped(tmp_path / "a.zip", *files)
    assert refusal(path).code in ("crs.no_code", "crs.not_readable")
    assert read(path, crs="EPSG:2154").rows == [1, 2, 3]


def test_a_disk_that_fails_is_not_blamed_on_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "a.zip", *shapefile(tmp_path / "shp"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive, "_copy", full)
    with pytest.raises(OSError, match="No space"):
        read(path)
