"""Archives of every kind: what is taken out of them, and what is refused before a byte is unfolded."""

import bz2
import gzip
import io
import stat
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.intake.files import archive
from geo.intake.problems import Unreadable
from tests.intake.files.containers import shapefile, zipped
from tests.intake.written_files import collection, explained, read, squares, write

LAND = collection(squares(2))
Made = Callable[[Path, dict[str, bytes]], Path]


def refusal(path: Path, **options: object) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        read(path, **options)
    assert explained(refused.value)
    return refused.value


def made_zip(path: Path, content: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, one in content.items():
            packed.writestr(name, one)
    return path


def tarred(content: dict[str, bytes], kind: int = tarfile.PAX_FORMAT) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=kind) as packed:
        for name, one in content.items():
            info = tarfile.TarInfo(name)
            info.size = len(one)
            packed.addfile(info, io.BytesIO(one))
    return raw.getvalue()


def made_tar(path: Path, content: dict[str, bytes]) -> Path:
    path.write_bytes(tarred(content))
    return path


def made_gz(path: Path, content: dict[str, bytes]) -> Path:
    path.write_bytes(gzip.compress(tarred(content, tarfile.GNU_FORMAT)))
    return path


def made_bz2(path: Path, content: dict[str, bytes]) -> Path:
    path.write_bytes(bz2.compress(tarred(content, tarfile.USTAR_FORMAT)))
    return path


KINDS: list[Made] = [made_zip, made_tar, made_gz, made_bz2]
every_kind = pytest.mark.parametrize("made", KINDS, ids=lambda made: made.__name__)


@every_kind
@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["../../x.shp"], "archive.unsafe_name"),
        (["/etc/x.shp"], "archive.unsafe_name"),
        (["a\\..\\..\\x.shp"], "archive.unsafe_name"),
        (["C:/x.shp"], "archive.unsafe_name"),
        (["a\x1b[2J.shp"], "archive.unsafe_name"),
        (["readme.txt"], "archive.nothing"),
        (["inner.zip", "readme.txt"], "archive.nested"),
        (["inner.tar.bz2"], "archive.nested"),
        (["inner.7z"], "archive.nested"),
    ],
)
def test_unsafe_archives_are_refused(tmp_path: Path, made: Made, names: list[str], code: str) -> None:
    assert refusal(made(tmp_path / "a", dict.fromkeys(names, b"x"))).code == code
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@every_kind
def test_more_entries_than_reasonable_are_refused(tmp_path: Path, made: Made) -> None:
    names = [f"{n}.txt" for n in range(archive.MAX_ENTRIES + 1)]
    assert refusal(made(tmp_path / "a", dict.fromkeys(names, b"x"))).code == "archive.too_many"


@pytest.mark.parametrize("made", [made_zip, made_bz2], ids=lambda made: made.__name__)
def test_ten_thousand_entries_are_refused_early(tmp_path: Path, made: Made) -> None:
    path = made(tmp_path / "a", dict.fromkeys((f"{n}.geojson" for n in range(10_000)), b"{}"))
    assert refusal(path).code == "archive.too_many"


def test_ten_thousand_folders_are_no_way_round(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as packed:
        for n in range(10_000):
            info = tarfile.TarInfo(f"d{n}/")
            info.type = tarfile.DIRTYPE
            packed.addfile(info)
    assert refusal(tmp_path / "a.tar").code == "archive.too_many"


@every_kind
def test_an_archive_inside_an_archive_by_another_name_is_refused(tmp_path: Path, made: Made) -> None:
    for inner in (gzip.compress(LAND), bz2.compress(LAND), tarred({"a.geojson": LAND})):
        assert refusal(made(tmp_path / "a", {"land.geojson": inner})).code == "archive.nested"
    inner = made_zip(tmp_path / "b", {"land.geojson": LAND}).read_bytes()
    assert refusal(made(tmp_path / "a", {"land.geojson": inner})).code == "archive.nested"


def test_packed_twice_is_refused(tmp_path: Path) -> None:
    for content in (gzip.compress(bz2.compress(LAND)), bz2.compress(gzip.compress(LAND))):
        assert refusal(write(tmp_path, content, "a.gz")).code == "archive.nested"


@every_kind
@pytest.mark.parametrize("keep", [0.2, 0.7, 0.99])
def test_a_cut_archive_is_refused(tmp_path: Path, made: Made, keep: float) -> None:
    content = {path.name: path.read_bytes() * 3 for path in shapefile(tmp_path / "shp")}
    raw = made(tmp_path / "a", content).read_bytes()
    end = len(raw) if made is not made_tar else len(raw.rstrip(b"\x00"))
    code = refusal(write(tmp_path, raw[: int(end * keep)], "b")).code
    assert code in ("archive.damaged", "archive.truncated", "gzip.truncated", "bzip2.truncated")


def test_a_tar_cut_between_two_members_is_refused(tmp_path: Path) -> None:
    raw = tarred({"a.geojson": LAND, "b.geojson": LAND}, tarfile.USTAR_FORMAT)
    second = raw.index(b"b.geojson")
    assert refusal(write(tmp_path, raw[:second], "a.tar")).code == "archive.truncated"


@every_kind
def test_bombs_are_refused_before_they_go_off(tmp_path: Path, made: Made) -> None:
    path = made(tmp_path / "a", {"a.geojson": bytes(64 << 20)})
    expected = dict(zip(KINDS, ("archive.bomb", "format.empty", "gzip.bomb", "bzip2.bomb"), strict=True))
    assert refusal(path).code == expected[made]


@every_kind
def test_large_members_are_refused_by_their_sum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Made) -> None:
    monkeypatch.setattr(archive, "MAX_UNFOLDED", 1_000)
    path = made(tmp_path / "a", {path.name: path.read_bytes() for path in shapefile(tmp_path / "shp")})
    assert refusal(path).code == "archive.too_large"


def special(path: Path, kind: bytes, name: str = "land.geojson", target: str = "/etc/passwd") -> Path:
    with tarfile.open(path, "w") as packed:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, target
        packed.addfile(info)
    return path


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (tarfile.SYMTYPE, "archive.link"),
        (tarfile.LNKTYPE, "archive.link"),
        (tarfile.CHRTYPE, "archive.device"),
        (tarfile.BLKTYPE, "archive.device"),
        (tarfile.FIFOTYPE, "archive.device"),
        (tarfile.GNUTYPE_SPARSE, "archive.sparse"),
    ],
)
def test_members_that_are_no_plain_files_are_refused(tmp_path: Path, kind: bytes, code: str) -> None:
    assert refusal(special(tmp_path / "a.tar", kind)).code == code


def test_a_sparse_member_by_extended_headers_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.PAX_FORMAT) as packed:
        info = tarfile.TarInfo("land.geojson")
        info.size = 512
        info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(1 << 40)}
        packed.addfile(info, io.BytesIO(b"1\n0\n512\n".ljust(512, b"\x00")))
    assert refusal(tmp_path / "a.tar").code in ("archive.sparse", "archive.damaged")


def test_a_header_that_wants_all_memory_is_refused(tmp_path: Path) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 64 << 20
    path = tmp_path / "a.tar"
    with path.open("wb") as file:
        file.write(info.tobuf())
        file.truncate((64 << 20) + 2048)
    tracemalloc.start()
    assert refusal(path).code == "archive.damaged"
    assert tracemalloc.get_traced_memory()[1] < 32 << 20
    tracemalloc.stop()


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        info = zipfile.ZipInfo("land.geojson")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(info, "/etc/passwd")
    assert refusal(tmp_path / "a.zip").code == "archive.link"


@every_kind
def test_all_members_are_read_when_none_is_named(tmp_path: Path, made: Made) -> None:
    files = shapefile(tmp_path / "shp", parcel_uid=["x", "y", "z"])
    content = {path.name: path.read_bytes() for path in files}
    content |= {"deep/land.geojson": LAND, "readme.txt": b"x", "__MACOSX/land.geojson": b"x", ".hidden.geojson": b"x"}
    found = read(made(tmp_path / "a", content))
    assert sorted(found.keys) == ["p1", "p2", "x", "y", "z"]


@every_kind
@pytest.mark.parametrize("mark", ["/", "!"])
def test_one_member_is_read_when_it_is_named(tmp_path: Path, made: Made, mark: str) -> None:
    content = {path.name: path.read_bytes() for path in shapefile(tmp_path / "shp")}
    content |= {"deep/land.geojson": LAND, "deep/metadata": LAND}
    path = made(tmp_path / "a", content)
    assert read(Path(f"{path}{mark}deep/land.geojson")).keys == ["p1", "p2"]
    assert read(Path(f"{path}{mark}parcels.shp")).keys == ["p0", "p1", "p2"]
    assert read(Path(f"{path}{mark}deep")).keys == ["p1", "p2"]
    assert read(Path(f"{path}{mark}deep/metadata")).keys == ["p1", "p2"], "asked for by name, whatever it is called"
    refused = refusal(Path(f"{path}{mark}other.gpkg"))
    assert refused.code == "archive.no_member"
    assert "deep/land.geojson" in refused.params["known"]  # type: ignore[operator]


def test_inside_a_file_that_is_no_archive_there_is_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, LAND)
    assert refusal(Path(f"{path}/a.gpkg")).code == "archive.not_one"
    assert refusal(Path(f"{path}!a.gpkg")).code == "archive.not_one"
    assert refusal(tmp_path / "absent.zip").code == "source.missing"


def test_a_file_of_metadata_beside_the_land_is_left_out_and_said(tmp_path: Path) -> None:
    content = {"land.geojson": LAND, "metadata.json": b'{"title": "x"}', "inner/list.csv": b"a;b\n1;2\n"}
    found = read(made_zip(tmp_path / "a.zip", content))
    assert found.keys == ["p1", "p2"]
    said = [remark.field for remark in found.remarks if remark.code in ("part.left_out", "part.not_recognised")]
    assert "metadata.json" in said
    assert refusal(made_zip(tmp_path / "b.zip", {"metadata.json": b'{"title": "x"}'})).code.startswith("json.")


def test_a_damaged_map_beside_a_good_one_is_not_left_out(tmp_path: Path) -> None:
    content = {"land.geojson": LAND, "other.gpkg": b"SQLite format 3\x00" + b"\xff" * 500}
    assert refusal(made_zip(tmp_path / "a.zip", content)).code.startswith(("gdal.", "format."))


def test_a_bzip2_of_one_file_is_read(tmp_path: Path) -> None:
    assert read(write(tmp_path, bz2.compress(LAND), "land.geojson.bz2")).keys == ["p1", "p2"]
    cut = bz2.compress(LAND)[:-9]
    assert refusal(write(tmp_path, cut, "cut.geojson.bz2")).code == "bzip2.truncated"
    spoilt = bytearray(bz2.compress(LAND))
    spoilt[40] ^= 0xFF
    assert refusal(write(tmp_path, bytes(spoilt), "bad.geojson.bz2")).code == "bzip2.damaged"


def test_a_packed_file_takes_no_more_room_than_an_archive_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNFOLDED", 100)
    assert refusal(write(tmp_path, bz2.compress(LAND), "land.geojson.bz2")).code == "archive.too_large"


def test_a_7z_says_how_to_unpack_it(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, b"7z\xbc\xaf\x27\x1c" + bytes(100), "a.7z")).code == "format.7z"


def test_nothing_is_left_of_what_was_unfolded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    read(made_bz2(tmp_path / "a", {"land.geojson": LAND}))
    refusal(zipped(tmp_path / "b.zip", *[path for path in shapefile(tmp_path / "shp") if path.suffix != ".shx"]))
    assert list(work.iterdir()) == []
