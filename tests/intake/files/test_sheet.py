"""Workbooks, proved on files that openpyxl writes (none is in ../shared/data) and on the XML of LibreOffice's shape."""

import datetime
import io
import random
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from geo.intake.files import gdal, sheet, sheet_child
from geo.intake.files.confined import MEMORY_BYTES, RefusedError
from geo.intake.files.formats import Format
from geo.intake.files.unpacking import kind_of
from geo.intake.problems import Remark, Unreadable
from tests.intake.files.tables import SQUARE, codes, one, opened, powers
from tests.intake.mutations import cut, drop, flip
from tests.intake.written_files import explained, read, write

Rows = Sequence[Sequence[object]]
HEAD = ("terr_id", "terr_nom", "terr_refcad", "terr_surf_brute", "terr_actu_date", "terr_cle_en_main", "geom")
ROW = ("t1", "Le Pré", "74173000AB0012", 1.5, datetime.date(2024, 5, 1), True, SQUARE)


def workbook(folder: Path, **sheets: Rows) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "book.xlsx"
    book.save(path)
    return path


def said(remarks: list[Remark]) -> dict[str, Any]:
    assert all(map(explained, remarks))
    return {remark.code: dict(remark.params) for remark in remarks}


def test_values_keep_their_types(tmp_path: Path) -> None:
    instant = datetime.datetime(2024, 5, 1, 10, 30)
    path = workbook(tmp_path, Terrains=[(*HEAD, "n", "t"), (*ROW, 8008, instant), ("t2", *(None,) * 8)])
    assert kind_of(path) is Format.XLSX
    part, raw = one(path, Format.XLSX)
    assert (part.name, part.crs, part.geometry.wkt) == ("book", "EPSG:2154", "geom")
    assert raw.properties[0] == {
        "terr_id": "t1",
        "terr_nom": "Le Pré",
        "terr_refcad": "74173000AB0012",
        "terr_surf_brute": 1.5,
        "terr_actu_date": "2024-05-01",
        "terr_cle_en_main": True,
        "n": 8008.0,
        "t": "2024-05-01T10:30:00",
    }
    assert [shape is None for shape in raw.geometry] == [False, True]


def test_a_workbook_loads_like_any_table(tmp_path: Path) -> None:
    path = workbook(tmp_path, Terrains=[HEAD, ROW])
    found = read(path)
    assert (found.schema, found.keys) == ("cnig_terrain", ["t1"])
    assert found.column("surface_stated_m2") == [15_000.0]
    assert found.column("observed_on") == [datetime.date(2024, 5, 1)]
    assert found.column("cle_en_main") == [True]
    assert round(found.geometry[0].area) == 10_000
    packed = tmp_path / "book.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, "terrains/book.xlsx")
    assert read(packed).keys == ["t1"]


def test_rows_are_known_by_their_row_in_the_sheet(tmp_path: Path) -> None:
    rows = [("Inventaire 2026",), (), HEAD, ROW, (), ("t2", *ROW[1:6], "POLYGON ((1"), ("t3", *ROW[1:])]
    _, remarks = opened(workbook(tmp_path, Terrains=rows), Format.XLSX)
    assert said(remarks)["sheet.titles"] == {"part": "book", "count": 1, "row": 3}
    _, raw = one(workbook(tmp_path, Terrains=rows), Format.XLSX)
    assert codes(raw.rejections) == [(2, "geometry.not_wkt")]
    assert raw.rejections[0].params["line"] == 6
    assert [row["terr_id"] for row in raw.properties] == ["t1", "t3"]


def test_a_merged_heading_that_tells_the_unit_goes_with_the_names_below_it(tmp_path: Path) -> None:
    upper = ("Lot", "Surface (ha)", None, "Prix (€/m²)", "geom")
    lower = (None, "cessible", "totale", None, None)
    part, _ = one(workbook(tmp_path, Lots=[upper, lower, ("a", 1.0, 2.0, 45, SQUARE)]), Format.XLSX)
    assert part.names == ["Lot", "Surface (ha) cessible", "Surface (ha) totale", "Prix (€/m²)", "geom"]


def test_a_heading_merged_over_two_rows_is_put_together(tmp_path: Path) -> None:
    upper = ("Identifiant", "Localisation", None, "Surface", None, "geom")
    lower = (None, "Commune", "INSEE", "brute", "utile", None)
    path = workbook(tmp_path, Terrains=[upper, lower, ("a", "Megève", "74173", 1.0, 2.0, SQUARE)])
    part, raw = one(path, Format.XLSX)
    assert part.names == ["Identifiant", "Commune", "INSEE", "brute", "utile", "geom"]
    assert len(raw.rows) == 1
    few = ("Localisation", None, None, None, None, "Surface")
    names = ("id", "Commune", "INSEE", "Adresse", "Code", "geom")
    part, _ = one(workbook(tmp_path, Terrains=[few, names, ("a", "b", "c", "d", "e", SQUARE)]), Format.XLSX)
    assert part.names == list(names)


def test_every_sheet_with_a_table_is_read_and_the_others_named(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        Notice=[("Lisez-moi",), (1,), (2,)],
        Terrains=[HEAD, ROW],
        Sites=[("site_id", "site_vocadomi", "site_geomsurf"), ("s1", "logistique", SQUARE)],
        Vide=[],
        Modele=[("terr_id", "geom")],
    )
    book = openpyxl.load_workbook(path)
    book.create_sheet("Listes")["A1"] = "oui"
    book["Listes"].sheet_state = "hidden"
    book.save(path)
    parts, remarks = opened(path, Format.XLSX)
    assert [part.name for part in parts if part.geometry.names] == ["Terrains", "Sites"]
    assert {remark.params["sheet"] for remark in remarks if "sheet" in remark.params} >= {"Vide", "Modele", "Listes"}
    said(remarks)
    found = read(path)
    assert found.keys == ["t1", "s1"]
    assert set(found.layers) == {"parcels", "sites"}


def test_formulas_are_their_saved_values_and_those_without_are_told(tmp_path: Path) -> None:
    path = workbook(tmp_path, Terrains=[HEAD, (*ROW[:3], "=1+1", *ROW[4:])])
    (part,), remarks = opened(path, Format.XLSX)
    assert said(remarks)["sheet.not_computed"]["count"] == 1
    assert part.sample.properties[0]["terr_surf_brute"] is None
    change(path, "xl/worksheets/sheet1.xml", b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
    (part,), remarks = opened(path, Format.XLSX)
    assert "sheet.not_computed" not in said(remarks)
    assert part.sample.properties[0]["terr_surf_brute"] == 2.0


def test_cells_in_error_are_told(tmp_path: Path) -> None:
    path = workbook(tmp_path, Terrains=[HEAD, ROW, ("t2", "#N/A", *ROW[2:]), ("t3", "#REF!", *ROW[2:])])
    (part,), remarks = opened(path, Format.XLSX)
    assert said(remarks)["sheet.errors"]["count"] == 2
    assert [row["terr_nom"] for row in part.sample.properties] == ["Le Pré", None, None]


def change(path: Path, member: str, before: bytes, after: bytes) -> None:
    with zipfile.ZipFile(path) as old:
        members = {info.filename: old.read(info) for info in old.infolist()}
    spelt = members[member].replace(b"<v />", b"<v></v>").replace(b"<v/>", b"<v></v>")
    assert before in spelt
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in (members | {member: spelt.replace(before, after)}).items():
            new.writestr(name, content)


def refusal(path: Path) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        opened(path, Format.XLSX)
    assert explained(refused.value)
    return refused.value


def test_a_workbook_without_a_table_is_refused(tmp_path: Path) -> None:
    assert refusal(workbook(tmp_path, Vide=[])).code == "sheet.nothing"
    assert refusal(workbook(tmp_path, Feuille=[(1, 2), (3, 4)])).code == "table.no_heading"
    assert refusal(workbook(tmp_path, Feuille=[("id", None, "geom"), (1, 2, SQUARE)])).code == "table.unnamed_columns"


def test_bombs_passwords_and_damage_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path, Terrains=[HEAD, ROW])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\x00" * (64 << 20))
    assert refusal(path).code == "archive.bomb"
    path = workbook(tmp_path, Terrains=[HEAD, ROW])
    raw = path.read_bytes()
    assert refusal(write(tmp_path, raw[: len(raw) // 2], "cut.xlsx")).code == "sheet.damaged"
    # an encrypted workbook is an OLE container, like the workbooks of before 2007
    with pytest.raises(Unreadable, match=r"format\.xls") as refused:
        read(write(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "locked.xlsx"))
    assert explained(refused.value)
    with zipfile.ZipFile(tmp_path / "book.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<a/>")
    with pytest.raises(Unreadable, match=r"format\.ods") as refused:
        read(tmp_path / "book.ods")
    assert explained(refused.value)
    monkeypatch.setattr(sheet_child, "MAX_UNFOLDED", 10)
    with pytest.raises(RefusedError, match=r"archive\.too_large"):
        sheet_child.check(str(path))


def test_a_lonely_cell_at_the_end_of_the_sheet_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = workbook(tmp_path, Terrains=[HEAD, ROW])
    change(
        path,
        "xl/worksheets/sheet1.xml",
        b"</sheetData>",
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )
    refused = refusal(path)
    assert refused.code in ("gdal.crashed", "gdal.memory", "sheet.failed")


def test_entities_and_outside_links_are_not_followed(tmp_path: Path) -> None:
    path = workbook(tmp_path, Terrains=[HEAD, ROW])
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><worksheet '
    change(path, "xl/worksheets/sheet1.xml", b"<worksheet ", bomb)
    change(
        path,
        "xl/worksheets/sheet1.xml",
        b"</sheetData>",
        b'<row r="9"><c r="A9" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData>',
    )
    try:
        _, raw = one(path, Format.XLSX)
    except Unreadable as error:
        assert "root" not in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert "root" not in str(raw.properties)


@pytest.mark.parametrize("seed", range(3))
def test_damaged_workbooks_never_crash(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    raw = workbook(tmp_path, Terrains=[HEAD, *[ROW] * 20]).read_bytes()
    for turn in range(12):
        if turn % 2:
            damaged = write(tmp_path, rng.choice([flip, cut, drop])(raw, rng), "b.xlsx")
        else:
            damaged = write(tmp_path, raw, "b.xlsx")
            damage_member(damaged, rng)
        try:
            _, found = one(damaged, Format.XLSX)
        except Unreadable as error:
            refused: Unreadable | None = error
        else:
            refused = None
            assert found.read == len(found.rows) + len(found.rejections)
        assert refused is None or explained(refused)


def damage_member(path: Path, rng: random.Random) -> None:
    with zipfile.ZipFile(path) as old:
        members = {info.filename: old.read(info) for info in old.infolist()}
    name = rng.choice([name for name in members if name.startswith("xl/") and name.endswith(".xml")])
    members[name] = rng.choice([flip, cut, drop])(members[name], rng)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member, content in members.items():
            new.writestr(member, content)


def test_the_shape_libreoffice_writes_is_read(tmp_path: Path) -> None:
    """Inline dates by number format, shared strings after the sheets, empty styled cells and rows: from its XML."""
    path = tmp_path / "book.xlsx"
    strings = ["terr_id", "terr_actu_date", "geom", "t1", SQUARE]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in LIBRE.items():
            book.writestr(name, content)
        listed = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in strings)
        book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}" count="5" uniqueCount="5">{listed}</sst>')
    part, raw = one(path, Format.XLSX)
    assert raw.properties == [{"terr_id": "t1", "terr_actu_date": "2024-05-01"}]
    assert part.crs == "EPSG:2154"


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATIONS = f'<Relationships xmlns="{_PACKAGE}/relationships">'
LIBRE = {
    "_rels/.rels": f'{_RELATIONS}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/_rels/workbook.xml.rels": f'{_RELATIONS}<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId3" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><workbookPr date1904="false"/><sheets>'
    '<sheet name="Feuille1" sheetId="1" state="visible" r:id="rId2"/></sheets></workbook>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="165" formatCode="dd/mm/yyyy"/></numFmts>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="165"/></cellXfs></styleSheet>',
    "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c>'
    '<c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row><row r="2"><c r="A2" t="s"><v>3</v></c>'
    '<c r="B2" s="1"><v>45413</v></c><c r="C2" t="s"><v>4</v></c></row>'
    '<row r="3"><c r="A3" s="1"/><c r="B3" s="1"/></row></sheetData></worksheet>',
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
}


def test_the_child_is_confined(tmp_path: Path) -> None:
    path = workbook(tmp_path, Terrains=[HEAD, *[ROW] * 3_000])
    found = powers(gdal.ask(path, {"task": "read", "sheet": "Terrains", "rows": 1}, sheet._CHILD))
    assert (found["Seccomp"], found["NoNewPrivs"]) == ("2", "1")
    assert (found["Max file size"], found["Max address space"]) == ("0", str(MEMORY_BYTES))


def test_the_child_gives_up_its_powers_before_it_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def looked(_: str) -> dict[str, int]:
        order.append("looked")
        return {}

    monkeypatch.setattr(sheet_child, "confine", lambda: order.append("confined"))
    monkeypatch.setattr(sheet_child, "check", looked)
    sink = io.BytesIO()
    sheet_child.answer({"path": str(workbook(tmp_path, Terrains=[HEAD, ROW])), "task": "describe"}, sink)
    assert order == ["confined", "looked"]
    assert struct.unpack_from(">IQ", sink.getvalue())[1] == 0
