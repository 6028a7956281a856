"""The report of a file as a terminal shows it: every problem in words of the language asked."""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from api.cli import telling
from api.cli.report import print_report
from api.intake_sentences import told_rows
from geo.intake.problems import Remark, Repair
from geo.intake.report import Report, Told
from geo.intake.report.weight import is_real
from geo.intake.source import open_source
from geo.store.merging.merge import Merged
from tests.intake.written_files import LAT, LON, collection, feature, square, write

COMMA = '"1 200,5" → 1\u202f200,5'
STATED_FR, STATED_EN = "surface écrite, m² (surface_stated_m2)", "stated area, m² (surface_stated_m2)"


def reported(tmp_path: Path) -> Report:
    gap = feature(square(0), parcel_uid="gap")
    gap["geometry"] = {
        "type": "Polygon",
        "coordinates": [[[LON, LAT], [LON + 0.001, LAT], [LON + 0.001, LAT + 0.001], [LON, LAT + 0.000_002]]],
    }
    rows = [
        gap,
        feature(square(1), parcel_uid="comma", surface_m2="1 200,5", nobody_s=1),
        feature(None),
        feature(square(2), parcel_uid="number", surface_m2="beaucoup"),
    ]
    path = write(tmp_path, collection(rows))
    with open_source(path) as source:
        report = Report(path.name, source.schema, source.sha256)
        for batch in source:
            report.add(batch)
        report.remarks(source.remarks)
    return report


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "fr",
            (
                "ligne 3, contour : La ligne n'a pas de géométrie ; attendu : un Polygon ou un MultiPolygon.",
                "contour refermé : 1 fois (contour), par exemple ligne 1 (gap) : 0,2226 m → 0 m",
                f"virgule décimale lue comme un point : 1 fois ({STATED_FR}), par exemple ligne 2 (comma) : {COMMA}",
                f'ligne 4 (number), {STATED_FR} : n\'est pas un nombre, laissé vide ("beaucoup" → —)',
                "Champs non lus : nobody_s.",
            ),
        ),
        (
            "en",
            (
                "row 3, outline: The row has no geometry; expected a Polygon or MultiPolygon.",
                "ring closed: 1 time (outline), for example row 1 (gap): 0.2226 m → 0 m",
                f'decimal comma read as a point: 1 time ({STATED_EN}), for example row 2 (comma): "1 200,5" → 1,200.5',
                'row 4 (number), stated area, m² (surface_stated_m2): not a number, left empty ("beaucoup" → —)',
                "Fields not read: nobody_s.",
            ),
        ),
    ],
)
def test_the_report_says_in_words_what_was_refused_and_mended(tmp_path: Path, lang: str, lines: tuple[str]) -> None:
    text = io.StringIO()
    print_report(reported(tmp_path), lang, Console(file=text, width=250))
    for line in lines:
        assert f"  {line}\n" in text.getvalue()


def test_problem_rows_are_told_too(tmp_path: Path) -> None:
    rows = told_rows(reported(tmp_path).problem_rows(2154), "fr")
    told = {one["properties"]["row"]: one["properties"]["message"] for one in rows["features"]}
    assert told[1] == "contour refermé"
    assert told[3].startswith("La ligne n'a pas de géométrie")


def several(tmp_path: Path, rows: int) -> str:
    """The terminal's report of rows whose stated surface is another than the drawn one, and one without land."""
    sliver = feature({"type": "Polygon", "coordinates": [[[LON, LAT], [LON, LAT], [LON, LAT], [LON, LAT]]]})
    sliver["properties"] = {"libelle": "UX", "typezone": "U", "insee": "74173"}
    wrong = [feature(square(LON + n / 500), parcel_uid=f"p{n}", surface_m2=5) for n in range(rows)]
    text = io.StringIO()
    for name, features in (("parcels.geojson", wrong), ("zones.geojson", [sliver])):
        with open_source(write(tmp_path, collection(features), name)) as source:
            report = Report(name, source.schema, source.sha256)
            for batch in source:
                report.add(batch)
        print_report(report, "fr", Console(file=text, width=250))
    return text.getvalue()


def test_a_remark_on_rows_says_on_how_many_and_names_the_first(tmp_path: Path) -> None:
    said = several(tmp_path, 12)
    assert "\n  12 lignes, par exemple ligne 1 (p0) : La surface écrite (5 m²) s'écarte" in said
    assert "\n  ligne 1 (p0) : La surface écrite (5 m²) s'écarte" in several(tmp_path, 1)


def test_rows_left_out_have_a_column_where_there_are_any(tmp_path: Path) -> None:
    parcels, zones = several(tmp_path, 1).split("zones.geojson")
    assert "laissées de côté" not in parcels
    titles, line = (one.split() for one in zones.splitlines() if one.lstrip().startswith(("couche", "zonage ")))
    assert titles[-3:] == ["laissées", "de", "côté"]
    assert (line[2], line[-1]) == ("1", "1")


def test_the_terminal_says_where_the_written_report_ends_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "KEPT_PER_CODE", 12)
    refused = [feature(None, parcel_uid=f"p{n}") for n in range(13)]
    with open_source(write(tmp_path, collection([*refused, feature(square(), parcel_uid="good")]))) as source:
        report = Report("a", source.schema, source.sha256)
        for batch in source:
            report.add(batch)
    text = io.StringIO()
    print_report(report, "fr", Console(file=text, width=200))
    assert "… et 3 autres (--report FICHIER.json en liste 12 de chaque sorte au plus" in text.getvalue()


def mended(row: int, after_m2: float) -> Told:
    before = {"area_m2": 1000.0, "reason": "self_intersection", "x": 934_000, "y": 6_493_000}
    return Told("parcels", Repair(row, "geometry", before, {"area_m2": after_m2}, "geometry.made_valid"), f"k{row}")


def spelt(row: int) -> Told:
    return Told("parcels", Repair(row, "usage", "ZC", "Zc", "value.respelt"), f"k{row}")


def test_routine_repairs_are_one_line_and_real_ones_come_first_the_weightiest_above() -> None:
    report = Report("a.geojson", "parcels", "0")
    lost = Told("parcels", Repair(3, "power_mw", "beaucoup", None, "value.not_a_number"), "k3")
    for one in (*map(spelt, range(1, 31)), lost, mended(40, 1000.0), mended(50, 1004.0)):
        report._repairs.add(one)
    text = io.StringIO()
    print_report(report, "fr", Console(file=text, width=250))
    lines = text.getvalue().splitlines()
    place = lines.index("Réparations à vérifier (3)")
    assert [line.split(",")[0] for line in lines[place + 1 : place + 4]] == [
        "  ligne 50 (k50)",
        "  ligne 40 (k40)",
        "  ligne 3 (k3)",
    ]
    assert (
        "contour réparé près de X 934000, Y 6493000 : le contour se recoupe (1\u202f000 m² → 1\u202f004 m²)"
        in lines[place + 1]
    )
    (routine,) = [line for line in lines if "écrit comme" in line]
    assert routine == (
        '  écrit comme dans la liste officielle : 30 fois (usage), par exemple ligne 1 (k1) : "ZC" → "Zc"'
    )
    assert len(report.to_json()["repairs"]["first"]) == 33, "all of them stay in the JSON"


def test_a_ring_left_wide_open_is_no_routine() -> None:
    narrow, wide = (Repair(1, "geometry", {"gap_m": gap}, {"gap_m": 0.0}, "geometry.ring_closed") for gap in (0.3, 0.6))
    assert not is_real(narrow)
    assert is_real(wide)


def missing(absent: bool, retired: bool = False) -> str:
    report = Report("a.geojson", "etalab_cadastre", "0")
    report.merged("cadastre", Merged(new=0, changed=0, unchanged=1, missing=3))
    rows = [{"key": f"6205300000{n}", "name": None, "commune": "62053"} for n in range(2)]
    rows.append({"key": "62364000A01", "name": None, "commune": "62364"})
    communes = [{"commune": "62053", "name": "Annezin", "rows": 2}] if absent else []
    report.differences["cadastre"] = {"new": [], "changed": [], "missing": rows, "absent_communes": communes}
    if retired:
        said = {"count": 2, "split": 1, "merge": 0, "renumbered": 1, "redrawn": 0}
        report.remarks([Remark(0, "idu", 2, "lineage.retired", params=said)])
    text = io.StringIO()
    print_report(report, "fr", Console(file=text, width=250))
    return text.getvalue()


def test_a_commune_that_is_wholly_missing_is_one_line_and_asked_about() -> None:
    said = missing(absent=True)
    assert "  Annezin (62053), commune entière : 2 lignes\n  Le fichier est-il partiel ?" in said
    assert "62053000001" not in said
    assert "  62364000A01\n" in said
    assert "partiel" not in missing(absent=False)
    assert "62053000001" in missing(absent=False)


def test_what_is_missing_and_what_is_replaced_are_one_story() -> None:
    assert "couche parcelles cadastrales : restent dans la base\n" in missing(absent=False)
    said = missing(absent=False, retired=True)
    assert "restent dans la base, sauf celles que le cadastre a remplacées" in said
    assert "rien n'est effacé : l'historique les garde" in said
    assert "retirées" not in said


def test_a_narrow_terminal_cuts_no_word(tmp_path: Path) -> None:
    text = io.StringIO()
    print_report(reported(tmp_path), "fr", Console(file=text, width=60))
    assert re.search(r"inchangées +\n", text.getvalue())
    assert "…" not in text.getvalue().split("Lignes refusées")[0]
