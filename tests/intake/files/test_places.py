import os
from pathlib import Path

import pytest

from geo.intake.files import places
from geo.intake.files.given import given
from geo.intake.problems import Unreadable
from tests.intake.files.containers import shapefile, zipped
from tests.intake.written_files import collection, explained, read, squares, write


def test_a_folder_is_its_land_files_in_name_order(tmp_path: Path) -> None:
    folder = tmp_path / "delivery"
    (folder / "a_parcels" / "shp").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    shapefile(folder / "a_parcels" / "shp")
    write(folder, collection(squares(1)), "c.GEOJSON")
    write(folder, collection(squares(1)), "b.geojson")
    write(folder, b"%PDF", "notice.pdf")
    write(folder / ".hidden", collection(squares(1)), "d.geojson")
    zipped(folder / "z.zip", *shapefile(tmp_path / "other"))
    with given(str(folder)) as found:
        names = [path.relative_to(folder).as_posix() for path in found.files]
        assert names == ["a_parcels/shp/parcels.shp", "b.geojson", "c.GEOJSON", "z.zip"]
        assert [path.name for path in found.left] == ["notice.pdf"]
        assert [len(read(path).keys) for path in found.files] == [3, 1, 1, 3]


def test_an_exchange_in_a_folder_is_one_file(tmp_path: Path) -> None:
    for name in ("E000AB01.THF", "EDAB01SE.GEO", "EDAB01T1.VEC"):
        write(tmp_path, b"x", name)
    found, left = places.files_of(tmp_path)
    assert ([path.name for path in found], left) == (["E000AB01.THF"], [])


def test_a_folder_without_land_is_refused(tmp_path: Path) -> None:
    write(tmp_path, b"x", "notice.pdf")
    with pytest.raises(Unreadable) as refused:
        places.files_of(tmp_path)
    assert refused.value.code == "source.empty_folder"


def test_a_folder_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MOST_FILES", 2)
    for n in range(3):
        write(tmp_path, b"x", f"{n}.geojson")
    with pytest.raises(Unreadable) as refused:
        places.files_of(tmp_path)
    assert refused.value.code == "source.too_many"


def test_a_path_goes_on_inside_an_archive(tmp_path: Path) -> None:
    archive = write(tmp_path, b"x", "a.zip")
    assert places.split(archive) == (archive, None)
    assert places.split(tmp_path / "a.zip" / "b" / "c.gpkg") == (archive, "b/c.gpkg")
    assert places.split(Path(f"{archive}!b/c.gpkg")) == (archive, "b/c.gpkg")
    with pytest.raises(Unreadable) as refused:
        places.split(tmp_path / "b.zip" / "c.gpkg")
    assert refused.value.code == "source.missing"


def test_names_that_cannot_be_are_missing(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"source\.missing"):
        places.split(tmp_path / ("a" * 300))


def test_a_name_that_is_not_utf8_is_asked_about(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9.csv")
    odd.write_bytes(b"id;x;y\n")
    with pytest.raises(Unreadable) as refused:
        places.split(odd)
    assert refused.value.code == "source.name"
    assert explained(refused.value)


def test_a_file_with_an_exclamation_mark_is_a_file(tmp_path: Path) -> None:
    odd = write(tmp_path, collection(squares(1)), "new!.geojson")
    with given(str(odd)) as found:
        assert found.files == [odd]
