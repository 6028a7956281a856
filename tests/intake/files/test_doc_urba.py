"""DOC_URBA, built from its published field list: no such table stands in ../shared/data."""

import zipfile
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from geo.intake.files.doc_urba import documents
from tests.breadth import tried
from tests.intake.files.dbf import dbf

ROW = {"IDURBA": "30014_PLU_20171013", "TYPEDOC": "PLU", "ETAT": "03", "DATAPPRO": "20171013", "DATEFIN": ""}
SAID = {
    "idurba": "30014_PLU_20171013",
    "plan_kind": "PLU",
    "plan_etat": "03",
    "approved_on": date(2017, 10, 13),
    "plan_ended_on": None,
}


def zipped(folder: Path, content: bytes, name: str = "30014_PLU/Donnees_geographiques/30014_DOC_URBA.dbf") -> Path:
    path = folder / "30014_PLU_20171013.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, content)
    return path


def test_the_table_of_an_archive_is_read_by_idurba(tmp_path: Path) -> None:
    second = ROW | {"IDURBA": "30014_plu_20090101", "ETAT": "05", "DATAPPRO": "20090101", "DATEFIN": "20171013"}
    found = documents(zipped(tmp_path, dbf([ROW, second])))
    assert found["30014_PLU_20171013"] == SAID
    assert found["30014_PLU_20090101"]["plan_ended_on"] == date(2017, 10, 13)


def test_the_table_beside_a_shapefile_is_read(tmp_path: Path) -> None:
    (tmp_path / "DOC_URBA.dbf").write_bytes(dbf([ROW]))
    (tmp_path / "ZONE_URBA.dbf").write_bytes(b"another table")
    (tmp_path / "ZONE_URBA.shp").write_bytes(b"")
    assert documents(tmp_path / "ZONE_URBA.shp") == {"30014_PLU_20171013": SAID}


def test_other_tables_and_other_files_say_nothing(tmp_path: Path) -> None:
    assert documents(zipped(tmp_path, dbf([ROW]), "DOC_URBA_COM.dbf")) == {}
    plain = tmp_path / "zones.geojson"
    plain.write_bytes(b"{}")
    assert documents(plain) == {}


@settings(max_examples=tried(300), deadline=None)
@given(st.data())
def test_a_damaged_table_never_fails(data: st.DataObject) -> None:
    raw = bytearray(dbf([ROW, ROW]))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(raw[: data.draw(st.integers(0, len(raw)))])
    with TemporaryDirectory() as folder:
        assert len(documents(zipped(Path(folder), cut))) <= 2
