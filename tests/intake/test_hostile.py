"""Files are data from strangers: rows 87-91 of the list of bad inputs."""

import gzip
import socket
import struct
import textwrap
import time
import zipfile
from pathlib import Path

import pytest

from geo.intake.files import gdal, gdal_child
from geo.intake.files.formats import Format
from geo.intake.problems import Unreadable
from tests.intake.files.containers import boxes, write_ogr, zipped
from tests.intake.written_files import collection, read, squares, write


def refusal(path: Path, **options: object) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        read(path, **options)
    return refused.value


SECRET = "root:x:0:0"
VRT = """<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource relativeToVRT="0">CSV:/etc/passwd</SrcDataSource>
<SrcSQL>select * from passwd</SrcSQL></OGRVRTLayer></OGRVRTDataSource>"""


@pytest.mark.parametrize("name", ["land.geojson", "land.json", "land.gpkg", "land.shp", "land.fgb", "land.vrt"])
def test_a_virtual_file_in_disguise_gives_away_nothing(tmp_path: Path, name: str) -> None:
    for content in (VRT.encode(), b"\xef\xbb\xbf \n" + VRT.encode()):
        refused = refusal(write(tmp_path, content, name))
        assert refused.code == "format.xml"
        assert SECRET not in str(refused)
    assert refusal(write(tmp_path, gzip.compress(VRT.encode()), name)).code == "format.xml"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("inner.geojson", VRT)
    assert refusal(tmp_path / "a.zip").code == "format.xml"


def test_gdal_itself_would_not_open_it_in_the_child(tmp_path: Path) -> None:
    """The sniffing is one wall; the drivers left out in the child are another."""
    path = write(tmp_path, VRT.encode())
    for kind in gdal.DRIVERS:
        with pytest.raises(Unreadable) as refused:
            gdal.describe(path, kind)
        assert refused.value.code in ("gdal.failed", "gdal.damaged")
        assert SECRET not in str(refused.value)


def test_an_archive_with_one_name_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("a.geojson", collection(squares(1)))
        with pytest.warns(UserWarning, match="Duplicate"):
            packed.writestr("a.geojson", collection(squares(2)))
    assert refusal(tmp_path / "a.zip").code == "archive.duplicate"


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", write(tmp_path, collection(squares(1))))
    raw = bytearray(path.read_bytes())
    raw[6] |= 1  # the local header's flag, then the central one's
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(raw))
    assert refusal(path).code == "archive.encrypted"


def test_a_member_larger_than_it_says_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    content = collection(squares(50))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.geojson", content)
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\x01\x02") + 24
    assert struct.unpack_from("<I", raw, at)[0] == len(content)
    struct.pack_into("<I", raw, at, 40)
    path.write_bytes(bytes(raw))
    assert refusal(path).code == "archive.damaged"


def test_a_cut_cadastre_is_refused_and_says_it_is_incomplete(tmp_path: Path) -> None:
    packed = gzip.compress(collection(squares(20_000)))
    refused = refusal(write(tmp_path, packed[:-1000], "cadastre-74173-parcelles.json.gz"))
    assert refused.code == "gzip.truncated"


def test_every_driver_but_four_is_left_out() -> None:
    import pyogrio

    skipped = set(gdal.SKIPPED_DRIVERS.split(","))
    assert set(pyogrio.list_drivers()) - skipped == set(gdal_child.ALLOWED)
    assert not skipped & set(gdal_child.ALLOWED)


def test_a_gdal_with_one_more_driver_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(1), parcel_uid=["a"])
    monkeypatch.setattr(gdal, "SKIPPED_DRIVERS", gdal.SKIPPED_DRIVERS.replace("OGR_VRT,", ""))
    refused = refusal(path)
    assert refused.code == "gdal.drivers"
    assert refused.params["drivers"] == ["OGR_VRT"]


def test_the_child_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    assert "secret" not in str(gdal._environment())
    assert "PATH" not in gdal._environment()


def fake_child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str) -> None:
    script = tmp_path / "child.py"
    script.write_text(textwrap.dedent(body))
    monkeypatch.setattr(gdal, "_CHILD", script)


def test_a_silent_child_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_child(monkeypatch, tmp_path, "import time; time.sleep(60)")
    monkeypatch.setattr(gdal, "SILENCE_SECONDS", 0.3)
    started = time.monotonic()
    with pytest.raises(Unreadable) as refused:
        gdal.describe(tmp_path, Format.GEOPACKAGE)
    assert refused.value.code == "gdal.timeout"
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "gdal.crashed"),
        ("import sys; sys.exit(3)", "gdal.crashed"),
        ("import os; os.write(1, b'\\xff' * 40)", "gdal.protocol"),
    ],
)
def test_a_child_that_dies_or_babbles_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, code: str
) -> None:
    fake_child(monkeypatch, tmp_path, body)
    with pytest.raises(Unreadable) as refused:
        gdal.describe(tmp_path, Format.GEOPACKAGE)
    assert refused.value.code == code


def test_leaving_the_iteration_early_ends_the_child(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(300), parcel_uid=[f"p{n}" for n in range(300)])
    rows = gdal.read(path, Format.GEOPACKAGE, "a", 10)
    assert len(next(rows).shapes) == 10
    rows.close()  # type: ignore[attr-defined]


def test_no_network_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("intake opened a socket")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert read(write(tmp_path, collection(squares(2)))).rows == [1, 2]
