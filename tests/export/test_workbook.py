"""Workbooks as spreadsheets read them: every kind of value, no formula, whatever a text holds."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from geo.export import workbook
from geo.export.whole import CannotExportError
from geo.export.workbook import MOST_CHARACTERS, MOST_ROWS, check_rows
from geo.store.extracted import Extract, Field

FORMULAS = ["=1+1", "+33 4 72", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")']


def sheet(path: Path, kinds: list[type], *values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The rows that a spreadsheet reads of these values."""
    fields = [Field(f"c{number}", kind) for number, kind in enumerate(kinds)]
    path.unlink(missing_ok=True)
    done = workbook.write(path, "land", Extract(fields, 0, None, iter([[(*row, None) for row in values]])))
    assert done == len(values)
    names, *rows = openpyxl.load_workbook(path)["land"].iter_rows(values_only=True)
    assert list(names) == [field.name for field in fields]
    return list(rows)


def test_every_kind_of_value(tmp_path: Path) -> None:
    at = datetime(2026, 11, 23, 4, 5, 6, 7, timezone(timedelta(hours=1)))
    kinds = [bool, int, float, str, date, datetime, list, dict]
    (row, empty) = sheet(
        tmp_path / "land.xlsx",
        kinds,
        (True, 2**40, 0.1, "L'ôt « 1 » <&>", date(2026, 2, 28), at, ["a", "b"], {"gas": 3}),
        (None,) * 8,
    )
    assert row == (
        True,
        2**40,
        0.1,
        "L'ôt « 1 » <&>",
        datetime(2026, 2, 28),
        "2026-11-23T03:05:06Z",
        "a|b",
        '{"gas":3}',
    )
    assert empty == (None,) * 8
    (_, also) = CalamineWorkbook.from_path(tmp_path / "land.xlsx").get_sheet_by_name("land").to_python()
    assert also[:5] == [True, 2**40, 0.1, "L'ôt « 1 » <&>", date(2026, 2, 28)]


def test_days_that_excel_counts_wrong_are_texts(tmp_path: Path) -> None:
    days = [date(1900, 2, 28), date(1900, 3, 1), date(1, 1, 1)]
    rows = sheet(tmp_path / "land.xlsx", [date], *((day,) for day in days))
    assert rows == [("1900-02-28",), (datetime(1900, 3, 1),), ("0001-01-01",)]


def test_what_is_no_number_is_an_empty_cell(tmp_path: Path) -> None:
    assert sheet(tmp_path / "land.xlsx", [float], (float("nan"),), (float("inf"),)) == [(None,), (None,)]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula_nor_becomes_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "land.xlsx"
    assert sheet(path, [str], (text,)) == [(text,)]
    cell = openpyxl.load_workbook(path)["land"]["A2"]
    assert cell.data_type in ("s", "inlineStr")
    assert cell.quotePrefix
    assert b"<f>" not in ZipFile(path).read("xl/worksheets/sheet1.xml")


@given(st.text(st.characters(codec="utf-8"), max_size=30))
@settings(max_examples=50)
def test_any_text_stands_in_a_cell(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("sheet") / "land.xlsx"
    ((written,),) = sheet(path, [str], (text,))
    # openpyxl leaves the codes of characters that XML has no room for
    read = re.sub("_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)), written or "")
    assert read == text


def test_a_cell_holds_so_much(tmp_path: Path) -> None:
    ((whole,), (cut,)) = sheet(tmp_path / "land.xlsx", [str], ("a" * MOST_CHARACTERS,), ("a" * (MOST_CHARACTERS + 1),))
    assert whole == "a" * MOST_CHARACTERS
    assert cut == "a" * (MOST_CHARACTERS - 1) + "…"


def test_a_sheet_holds_so_many() -> None:
    check_rows(MOST_ROWS)
    with pytest.raises(CannotExportError, match="rows"):
        check_rows(MOST_ROWS + 1)


def test_the_hour_is_told_in_utc(tmp_path: Path) -> None:
    assert sheet(tmp_path / "land.xlsx", [datetime], (datetime(2026, 1, 1, tzinfo=UTC),)) == [("2026-01-01T00:00:00Z",)]
