"""Files are data from strangers: rows 87-91 of the list of bad inputs."""

import gzip
import os
import socket
import struct
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path

import pytest

from geo.intake import archive, gdal, gdal_child
from geo.intake.formats import Format
from geo.intake.problems import Unreadable
from tests.intake.containers import boxes, shapefile, write_ogr, zipped
from tests.intake.files import collection, read, squares, write


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
        assert SECRET not in refused.message
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
        assert SECRET not in refused.value.message


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["../../x.shp"], "zip.unsafe_name"),
        (["/etc/x.shp"], "zip.unsafe_name"),
        (["a\\..\\..\\x.shp"], "zip.unsafe_name"),
        (["C:/x.shp"], "zip.unsafe_name"),
        (["a\x1b[2J.shp"], "zip.unsafe_name"),
        (["readme.txt"], "zip.nothing"),
        ([], "zip.nothing"),
        (["inner.zip", "readme.txt"], "zip.nested"),
        ([f"{n}.txt" for n in range(archive.MAX_ENTRIES + 1)], "zip.too_many"),
    ],
)
def test_unsafe_archives_are_refused(tmp_path: Path, names: list[str], code: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for name in names:
            packed.writestr(name, b"x")
    assert refusal(tmp_path / "a.zip").code == code
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_an_archive_with_one_name_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("a.geojson", collection(squares(1)))
        with pytest.warns(UserWarning, match="Duplicate"):
            packed.writestr("a.geojson", collection(squares(2)))
    assert refusal(tmp_path / "a.zip").code == "zip.duplicate"


def test_an_archive_inside_an_archive_by_another_name_is_refused(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.geojson", write(tmp_path, collection(squares(1))))
    assert refusal(zipped(tmp_path / "a.zip", inner)).code == "zip.nested"
    assert refusal(write(tmp_path, gzip.compress(inner.read_bytes()), "a.gz")).code == "zip.nested"
    twice = gzip.compress(gzip.compress(collection(squares(1))))
    assert refusal(write(tmp_path, twice, "b.gz")).code == "zip.nested"


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", write(tmp_path, collection(squares(1))))
    raw = bytearray(path.read_bytes())
    raw[6] |= 1  # the local header's flag, then the central one's
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(raw))
    assert refusal(path).code == "zip.encrypted"


def test_bombs_are_refused_before_they_go_off(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.geojson", bytes(64 << 20))
    assert refusal(tmp_path / "a.zip").code == "zip.bomb"


def test_many_large_members_are_refused_by_their_sum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNFOLDED", 1_000)
    assert refusal(zipped(tmp_path / "a.zip", *shapefile(tmp_path / "shp"))).code == "zip.bomb"


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
    assert refusal(path).code == "zip.damaged"


@pytest.mark.parametrize("keep", [0.2, 0.7, 0.99])
def test_a_cut_archive_is_refused(tmp_path: Path, keep: float) -> None:
    raw = zipped(tmp_path / "a.zip", *shapefile(tmp_path / "shp")).read_bytes()
    assert refusal(write(tmp_path, raw[: int(len(raw) * keep)], "b.zip")).code == "zip.damaged"


def test_a_cut_cadastre_is_refused_and_says_it_is_incomplete(tmp_path: Path) -> None:
    packed = gzip.compress(collection(squares(20_000)))
    refused = refusal(write(tmp_path, packed[:-1000], "cadastre-74173-parcelles.json.gz"))
    assert refused.code == "gzip.truncated"
    assert "incomplete" in refused.message


def test_every_driver_but_three_is_left_out() -> None:
    import pyogrio

    skipped = set(gdal.SKIPPED_DRIVERS.split(","))
    assert set(pyogrio.list_drivers()) - skipped == set(gdal_child.ALLOWED)
    assert not skipped & set(gdal_child.ALLOWED)


def test_a_gdal_with_one_more_driver_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(1), parcel_uid=["a"])
    monkeypatch.setattr(gdal, "SKIPPED_DRIVERS", gdal.SKIPPED_DRIVERS.replace("OGR_VRT,", ""))
    refused = refusal(path)
    assert refused.code == "gdal.drivers"
    assert "OGR_VRT" in refused.message


def test_the_child_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    assert "secret" not in str(gdal._environment())
    assert "PATH" not in gdal._environment()


PROBE = """
import json, os, socket, subprocess, sys
sys.path.insert(0, {folder!r})
import gdal_child
gdal_child.limit()
confined = gdal_child.confine()
found = {{}}
def attempt(name, action):
    try:
        action()
        found[name] = "done"
    except OSError as error:
        found[name] = type(error).__name__
attempt("socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
attempt("unix", lambda: socket.socket(socket.AF_UNIX))
attempt("program", lambda: subprocess.run(["/bin/true"]))
attempt("write", lambda: open({target!r}, "w").close())
attempt("append", lambda: open({source!r}, "a").close())
attempt("read", lambda: open({source!r}).read())
print(json.dumps([confined, found]))
"""


def test_the_child_gives_up_network_programs_and_writing(tmp_path: Path) -> None:
    source = write(tmp_path, b"text", "source")
    code = PROBE.format(folder=str(Path(gdal_child.__file__).parent), target=str(tmp_path / "made"), source=str(source))
    ended = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    confined, found = eval(ended.stdout, {"true": True, "false": False})
    if not confined:
        pytest.skip("this kernel or machine has no filter for system calls")
    refused = dict.fromkeys(("socket", "unix", "program", "write", "append"), "PermissionError")
    assert found == refused | {"read": "done"}
    assert not (tmp_path / "made").exists()


def test_the_child_is_confined_while_it_reads(tmp_path: Path) -> None:
    path = write_ogr(tmp_path / "a.gpkg", boxes(1), parcel_uid=["a"])
    request = {"path": str(path), "driver": "GPKG", "task": "describe"}
    with gdal._child(request) as (process, pipe):
        last: dict[str, object] = {}
        while not last.get("end"):
            last, _ = gdal._frame(process, pipe)
    assert last["confined"] in (True, False)
    if sys.platform == "linux" and os.uname().machine == "x86_64":
        assert last["confined"] is True


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
