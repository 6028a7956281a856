"""The report of a file as a terminal shows it: every problem in words of the language asked."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from api.cli import report as printing
from api.cli.report import print_report
from api.intake_sentences import told_rows
from geo.intake.report import Report
from geo.intake.source import open_source
from tests.intake.written_files import LAT, LON, collection, feature, square, write


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
                "ligne 3, geometry : La ligne n'a pas de géométrie ; attendu : un Polygon ou un MultiPolygon.",
                "ligne 1 (gap), geometry : contour refermé (0,2226 m → 0 m)",
                'ligne 2 (comma), surface_stated_m2 : virgule décimale lue comme un point ("1 200,5" → 1200.5)',
                'ligne 4 (number), surface_stated_m2 : n\'est pas un nombre, laissé vide ("beaucoup" → —)',
                "Champs non lus : nobody_s.",
            ),
        ),
        (
            "en",
            (
                "row 3, geometry: The row has no geometry; expected a Polygon or MultiPolygon.",
                "row 1 (gap), geometry: ring closed (0.2226 m → 0 m)",
                'row 2 (comma), surface_stated_m2: decimal comma read as a point ("1 200,5" → 1200.5)',
                'row 4 (number), surface_stated_m2: not a number, left empty ("beaucoup" → —)',
                "Fields not read: nobody_s.",
            ),
        ),
    ],
)
def test_the_report_says_in_words_what_was_refused_and_mended(tmp_path: Path, lang: str, lines: tuple[str]) -> None:
    text = io.StringIO()
    print_report(reported(tmp_path), lang, Console(file=text, width=200))
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
    titles, line = (one.split() for one in zones.splitlines() if one.lstrip().startswith(("couche", "zones ")))
    assert titles[-3:] == ["laissées", "de", "côté"]
    assert (line[1], line[-1]) == ("1", "1")


def test_the_terminal_says_where_the_written_report_ends_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "KEPT_PER_CODE", 12)
    refused = [feature(None, parcel_uid=f"p{n}") for n in range(13)]
    with open_source(write(tmp_path, collection([*refused, feature(square(), parcel_uid="good")]))) as source:
        report = Report("a", source.schema, source.sha256)
        for batch in source:
            report.add(batch)
    text = io.StringIO()
    print_report(report, "fr", Console(file=text, width=200))
    assert "… et 3 autres (--report FICHIER.json en liste 12 de chaque sorte au plus" in text.getvalue()
