"""EDIGEO sheets of the DGFiP, as delivered and damaged. None of them was written by us: the real ones stand for all."""

import bz2
import gzip
import io
import re
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo.intake.files import edigeo
from geo.intake.problems import Unreadable
from tests.intake.written_files import DATA, explained, needs_data, read

SHEETS = DATA / "edigeo_pci"
AB = SHEETS / "edigeo-25354000AB01.tar.bz2"
Parts = dict[str, bytes]
Change = Callable[[Parts], object]


def parts(path: Path = AB) -> Parts:
    with tarfile.open(path) as archive:
        found = {info.name: archive.extractfile(info) for info in archive}
        return {name: content.read() for name, content in found.items() if content is not None}


def packed(target: Path, content: Parts, folder: str = "") -> Path:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for name, one in content.items():
            info = tarfile.TarInfo(folder + name)
            info.size = len(one)
            archive.addfile(info, io.BytesIO(one))
    packing: dict[str, Callable[[bytes], bytes]] = {".bz2": bz2.compress, ".gz": gzip.compress, ".tar": bytes}
    target.write_bytes(packing[target.suffix](raw.getvalue()))
    return target


def refusal(path: Path, **options: object) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        read(path, **options)
    assert explained(refused.value)
    return refused.value


@needs_data
def test_every_parcel_of_the_nine_sheets_is_read() -> None:
    counts: dict[str, int] = {}
    for sheet in sorted(SHEETS.iterdir()):
        found = read(sheet)
        assert (found.schema, found.layers) == ("edigeo_cadastre", ("cadastre",))
        assert (found.rejections, found.repairs) == ([], [])
        assert len(set(found.keys)) == found.read == len(found.rows)
        assert all(shape.is_valid for shape in found.geometry)
        for commune in found.column("commune_insee"):
            counts[str(commune)] = counts.get(str(commune), 0) + 1
    assert counts == {"25354": 511, "13029": 389}


@needs_data
def test_a_sheet_says_its_parcels_surfaces_and_dates() -> None:
    found = read(AB)
    first = found.keys.index("25354000AB0001")
    assert found.column("contenance_m2")[first] == 226_060.0
    assert str(found.column("created_on")[first]) == "2008-07-14"
    assert str(found.column("updated_on")[first]) == "2014-03-03"
    west, south, east, north = found.geometry[first].bounds
    assert 949_000 < west < east < 953_000, "Luxiol, in Lambert-93"
    assert 6_700_000 < south < north < 6_720_000
    left = next(remark for remark in found.remarks if remark.code == "edigeo.classes_left")
    assert isinstance(left.value, list)
    assert {"COMMUNE_id", "SECTION_id"} <= set(left.value)
    areas = np.array([shape.area for shape in found.geometry])
    stated = np.array(found.column("contenance_m2"), dtype=float)
    assert np.median(np.abs(areas / stated - 1)) < 0.05


@needs_data
@pytest.mark.parametrize("suffix", [".tar.bz2", ".tar.gz", ".tar"])
def test_the_packing_makes_no_difference(tmp_path: Path, suffix: str) -> None:
    expected = read(AB)
    found = read(packed(tmp_path / f"edigeo-25354000AB01{suffix}", parts()))
    assert (found.keys, found.digests) == (expected.keys, expected.digests)


@needs_data
def test_a_zip_of_sheets_in_folders_holds_them_all(tmp_path: Path) -> None:
    path = tmp_path / "luxiol.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in ("25354000AB01", "25354000ZD01"):
            for name, content in parts(SHEETS / f"edigeo-{sheet}.tar.bz2").items():
                archive.writestr(f"edigeo-{sheet}/{name.lower()}", content)
    found = read(path)
    assert len(found.rows) == 14 + 22
    assert {key[:10] for key in found.keys} == {"25354000AB", "25354000ZD"}, "the folder's name tells the department"
    assert len(read(Path(f"{path}/edigeo-25354000ZD01")).rows) == 22


@needs_data
def test_an_unpacked_sheet_is_read_by_its_header(tmp_path: Path) -> None:
    folder = tmp_path / "edigeo-25354000AB01"
    folder.mkdir()
    for name, content in parts().items():
        (folder / name).write_bytes(content)
    found = read(folder / "E000AB01.THF")
    assert len(found.rows) == 14
    assert found.size == sum(map(len, parts().values())), "all parts are of the file"
    assert {path.name for path in folder.iterdir()} == set(parts()), "nothing is left beside them"


@needs_data
def test_without_a_name_that_tells_the_department_is_asked_for(tmp_path: Path) -> None:
    path = packed(tmp_path / "sheet.tar.bz2", parts())
    found = read(path)
    assert found.rows == []
    assert found.codes() == {"cadastre.no_departement"}
    assert read(path, commune="25354").keys == read(AB).keys
    assert read(path, commune="74173").rows == [], "354 is not that commune's number"


@needs_data
def test_buildings_are_read_when_asked_for() -> None:
    found = read(SHEETS / "edigeo-25354000AK01.tar.bz2", layer="buildings")
    assert (found.layers, len(found.rows)) == (("buildings",), 134)
    assert refusal(AB, layer="buildings").code == "edigeo.no_objects"


@needs_data
def test_parcels_of_a_sheet_may_be_prospects() -> None:
    found = read(AB, layer="parcels")
    assert set(found.column("origin")) == {"cadastre"}
    assert found.keys[0] == "25354000AB0001"


def without(name: str) -> Change:
    return lambda content: content.pop(name)


def replaced(name: str, before: bytes, after: bytes) -> Change:
    def change(content: Parts) -> None:
        assert before in content[name]
        content[name] = content[name].replace(before, after)

    return change


def unlinked(content: Parts) -> None:
    """The links of one parcel to its faces are gone: GDAL alone would leave the parcel out without a word."""
    name = "EDAB01T1.VEC"
    link = rb"(REL;ID_S_RCO_PARCELLE_id\r\nFTCSN01:2\r\nFTPCP32:EDAB01;SeTOP_1;FEA;Objet_)1835465"
    content[name], count = re.subn(link, rb"\g<1>0000000", content[name])
    assert count > 0


def cut(name: str) -> Change:
    return lambda content: content.update({name: content[name][: len(content[name]) // 2]})


@needs_data
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (without("EDAB01T1.VEC"), "edigeo.missing_part"),
        (without("EDAB01SE.GEO"), "edigeo.missing_part"),
        (without("EDAB01SE.SCD"), "edigeo.missing_part"),
        (without("E000AB01.THF"), "archive.nothing"),
        (replaced("E000AB01.THF", b"GONSA02:SE", b""), "edigeo.no_part"),
        (replaced("E000AB01.THF", b"LONSA06:EDAB01", b"LONSA08:../../ED"), "edigeo.part_name"),
        (replaced("E000AB01.THF", b"GDNSA02:T1", b"GDNSA04:/etc"), "edigeo.part_name"),
        (replaced("E000AB01.THF", b"GOISA04", b"LONSA02:ED\r\nGOISA04"), "edigeo.lots"),
        (cut("EDAB01S1.VEC"), "edigeo.truncated"),
        (cut("EDAB01SE.DIC"), "edigeo.truncated"),
        (replaced("EDAB01SE.GEO", b"LAMB93", b"LAMB99"), "edigeo.system"),
        (unlinked, "edigeo.lost"),
    ],
)
def test_a_damaged_sheet_is_refused_with_what_is_wrong(tmp_path: Path, change: Change, code: str) -> None:
    content = parts()
    change(content)
    assert refusal(packed(tmp_path / "edigeo-25354000AB01.tar.bz2", content)).code == code


@needs_data
@pytest.mark.parametrize("keep", [0.1, 0.5, 0.99])
def test_a_cut_sheet_is_refused(tmp_path: Path, keep: float) -> None:
    raw = AB.read_bytes()
    path = tmp_path / AB.name
    path.write_bytes(raw[: int(len(raw) * keep)])
    assert refusal(path).code == "bzip2.truncated"


@pytest.mark.parametrize(("name", "code"), edigeo.SYSTEMS.items())
def test_a_system_of_the_table_is_the_one_of_its_code(name: str, code: int) -> None:
    """The register of IGN in PROJ's database and EPSG's give the same coordinates, to a millimetre."""
    try:
        ours, theirs = CRS.from_epsg(code), CRS.from_authority("IGNF", name)
    except CRSError:
        pytest.fail(f"{name} or {code} is not known")
    assert ours.area_of_use is not None
    west, south, east, north = ours.area_of_use.bounds
    place = (west + east) / 2, (south + north) / 2

    def metres(crs: CRS) -> tuple[float, float]:
        assert crs.geodetic_crs is not None
        x, y = Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True).transform(*place)
        return float(x), float(y)

    assert metres(ours) == pytest.approx(metres(theirs), abs=0.001)


@pytest.mark.parametrize(
    ("names", "commune"),
    [
        (("edigeo-25354000AB01.tar.bz2",), "25354"),
        (("edigeo-2A0040000A01.tar.bz2",), "2A004"),
        (("edigeo-97411000AB01.tar.bz2",), "97411"),
        (("x.zip", "25354000AB01/E000AB01.THF"), "25354"),
        (("E000AB01.THF",), None),
        (("edigeo-25354000AB01", "edigeo-74173000AB01"), None),
        (("125354000AB01",), None),
    ],
)
def test_the_commune_is_told_by_the_sheets_name(names: tuple[str, ...], commune: str | None) -> None:
    assert edigeo.commune_of(*names) == commune


def test_only_an_identifier_of_that_commune_is_completed() -> None:
    assert edigeo.full_idu("354000AB0001", "25354") == "25354000AB0001"
    assert edigeo.full_idu("355000AB0001", "25354") == "355000AB0001"
    assert edigeo.full_idu("354000AB0001", None) == "354000AB0001"
    assert edigeo.full_idu(None, "25354") is None
