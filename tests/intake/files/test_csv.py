"""Our CSV parser: the standard library writes what it must read, strangers write what it must survive."""

import csv
import io
import random
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.intake.files import csv_rows
from geo.intake.files.csv_dialect import SEPARATORS, judge, looks_like_table
from geo.intake.files.csv_rows import Lines, Row, rows
from geo.intake.files.table_part import TablePart
from geo.intake.problems import Unreadable
from geo.intake.raw import Raw
from tests.intake.files.tables import HEAD, SQUARE, codes, one, opened
from tests.intake.files.tables import csv as table
from tests.intake.mutations import MUTATIONS
from tests.intake.written_files import explained


def parsed(text: bytes, separator: str = ";", size: int = 1 << 20) -> list[Row]:
    return list(rows(Lines((text[at : at + size] for at in range(0, len(text), size)), b"\n"), separator))


def cells(text: bytes, separator: str = ";", size: int = 1 << 20) -> list[list[object]]:
    found = parsed(text, separator, size)
    assert [row.code for row in found] == [None] * len(found)
    return [row.cells for row in found]


CELL = st.text(st.characters(exclude_characters="\x00\r", exclude_categories=["Cs"]), max_size=12)


@settings(deadline=None)
@given(
    st.lists(st.lists(CELL, min_size=2, max_size=5), min_size=1, max_size=6),
    st.sampled_from(SEPARATORS),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(1, 40),
)
@example([["a", "\n"], ["b", "c\nd"]], ";", "\r\n", 1)
@example([['"', '""'], [";", '"\n;"']], ";", "\n", 2)
@example([["", ""]], "\t", "\n", 1)
def test_what_the_standard_library_writes_is_read_as_it_was(
    table: list[list[str]], separator: str, end: str, size: int
) -> None:
    sink = io.StringIO()
    csv.writer(sink, delimiter=separator, lineterminator=end).writerows(table)
    written = [[cell or None for cell in row] for row in table]
    assert cells(sink.getvalue().encode(), separator, size) == written


def test_quotes_inside_an_unquoted_field_are_text() -> None:
    # so the published example of the CNIG writes its establishments
    assert cells(b'1;{"type": "MultiPoint", "coordinates": [[2.36,51.09]]};x') == [
        ["1", '{"type": "MultiPoint", "coordinates": [[2.36,51.09]]}', "x"]
    ]


def test_rows_are_known_by_the_line_they_begin_on() -> None:
    found = parsed(b'a;b\n\n1;"x\ny\nz"\n \n2;3')
    assert [(row.line, row.cells) for row in found] == [(1, ["a", "b"]), (3, ["1", "x\ny\nz"]), (7, ["2", "3"])]


def test_a_forgotten_quote_costs_one_row_and_not_the_rest_of_the_file() -> None:
    found = parsed(b'a;b\n"Le Clos;2\n3;"x"\n4;5\n6;"never closed\n7;8\n')
    assert [(row.line, row.code or row.cells) for row in found] == [
        (1, ["a", "b"]),
        (2, "csv.unclosed_quote"),
        (3, ["3", "x"]),
        (4, ["4", "5"]),
        (5, "csv.unclosed_quote"),
        (6, ["7", "8"]),
    ]


def test_text_after_a_closing_quote_and_nul_bytes_refuse_their_row_alone() -> None:
    found = parsed(b'1;"a"b;2\n3;\x00\n"x" ;4\n')
    assert [row.code or row.cells for row in found] == ["csv.stray_quote", "csv.nul", ["x", "4"]]


def test_a_quote_open_for_a_thousand_lines_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b'1;"open\n' + b"a;b\n" * (csv_rows.MAX_QUOTED_LINES + 5)
    found = parsed(text)
    assert found[0].code == "csv.unclosed_quote"
    assert len(found) == csv_rows.MAX_QUOTED_LINES + 6
    assert {row.code for row in found[1:]} == {None}
    # the first row may be anything; lines that each open a quote must not be read again for ever
    monkeypatch.setattr(csv_rows, "_MAX_LOOKED_AGAIN", 100_000)
    with pytest.raises(Unreadable, match=r"csv\.quotes") as refused:
        parsed(b'a;"\n' + b'a";"\n' * 5_000)
    assert explained(refused.value)


def test_a_line_without_end_is_refused_before_it_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "MAX_ROW", 10_000)
    with pytest.raises(Unreadable, match=r"csv\.line_too_long") as refused:
        parsed(b"a;b\n" + b"x" * 30_000, size=1_000)
    assert refused.value.params["line"] == 2
    assert explained(refused.value)
    assert parsed(b"a" + b";" * csv_rows.MAX_COLUMNS)[0].code == "csv.too_many_columns"


def test_rows_are_not_held() -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(10):
            yield b'1;"some text";4,85;45.76\n' * 4_000

    tracemalloc.start()
    begun = time.perf_counter()
    assert sum(1 for _ in rows(Lines(pieces(), b"\n"), ";")) == 40_000
    spent, (_, peak) = time.perf_counter() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20, f"{peak} bytes: less than there is to read"
    assert spent < 60


@pytest.mark.parametrize("separator", SEPARATORS)
def test_the_separator_is_the_one_that_agrees(separator: str) -> None:
    other = ";" if separator != ";" else ","
    lines = [["id", "nom", "x"], ["1", f"a{other} b", "4"], ["2", f"c{other} d{other} e", "5"]]
    sink = io.StringIO()
    csv.writer(sink, delimiter=separator).writerows(lines)
    assert judge(sink.getvalue().encode(), whole=True).separator == separator


def test_decimal_commas_do_not_make_commas_separators() -> None:
    assert judge(b"id;x;y\n1;4,85;45,76\n2;4,9;45,1\n", whole=True).separator == ";"
    assert judge(b"id,nom; usuel,x\n1,a,4.85\n2,b,4.9\n3,c,4.9\n", whole=True).separator == ","
    assert judge(b'"a,b";"c,d"\n"1,2";"3,4"\n', whole=True).separator == ";"


def test_no_separator_at_all_is_asked_about() -> None:
    with pytest.raises(Unreadable, match=r"csv\.no_separator"):
        judge(b"a;b\n" + b"text\n" * 9, whole=True)


def test_a_heading_that_is_short_of_a_name_is_told_row_by_row(tmp_path: Path) -> None:
    _, raw = one(table(tmp_path, "parcel_uid;geom", *(f"p{n};x;{SQUARE}" for n in range(5))))
    assert {bad.code for bad in raw.rejections} == {"table.too_many_cells"}
    assert raw.read == 5


def test_a_spreadsheet_may_name_its_separator(tmp_path: Path) -> None:
    dialect = judge(b"sep=,\r\na,b;c\r\n1,2;3\r\n", whole=True)
    assert (dialect.separator, dialect.skip) == (",", 1)
    part, raw = one(table(tmp_path, "sep=;", HEAD, f"a;x;{SQUARE}"))
    assert part.names == ["parcel_uid", "name", "geom"]
    assert raw.rows == [1]


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252"), ("latin-1", "cp1252"), ("utf-16", "utf-16-le")],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_are_told_by_their_bytes(
    tmp_path: Path, encoding: str, expected: str, end: str
) -> None:
    path = table(
        tmp_path, HEAD, f"é1;Mégève;{SQUARE}", f"é2;Ŷ pas ici;{SQUARE}".replace("Ŷ", "À"), encoding=encoding, end=end
    )
    (part,), remarks = opened(path)
    assert part.fields == ["parcel_uid", "name"]
    assert [row["name"] for row in part.sample.properties] == ["Mégève", "À pas ici"]
    said = next(remark for remark in remarks if remark.code == "csv.read_as")
    assert said.params["encoding"] == expected
    assert explained(said)
    # the whole file is Windows-1252: that is said once, not of every row
    assert part.sample.repairs == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_a_quoted_heading(tmp_path: Path, encoding: str) -> None:
    (part,), _ = opened(table(tmp_path, '"nom; usuel";"x";"y"', "a;843000;6519000", encoding=encoding))
    assert part.fields == ["nom; usuel"]


def test_big_endian_utf16_and_a_cut_character(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    whole = "\ufeff" + f"{HEAD}\na;é;{SQUARE}\n"
    path.write_bytes(whole.encode("utf-16-be"))
    assert one(path)[1].properties == [{"parcel_uid": "a", "name": "é"}]
    path.write_bytes(whole.encode("utf-16-be") + b"\xd8")
    with pytest.raises(Unreadable, match=r"csv\.utf16_cut"):
        one(path)


def test_one_row_in_windows_1252_among_utf8_is_mended_and_told(tmp_path: Path) -> None:
    path = table(tmp_path, HEAD, *[f"{n};été;{SQUARE}" for n in range(3_000)])
    path.write_bytes(path.read_bytes() + f"x;école;{SQUARE}\ny;\x81;{SQUARE}\n".encode("latin-1"))
    part, raw = one(path)
    assert not part.windows
    assert [(mended.row, mended.code) for mended in raw.repairs] == [(3_001, "text.windows_1252")]
    assert raw.properties[-1]["name"] == "école"
    assert codes(raw.rejections) == [(3_002, "text.encoding")]


@pytest.mark.parametrize(
    "head",
    [
        b"id;name;wkt",
        b"\xef\xbb\xbfid,name\n",
        "id;nom".encode("utf-16"),
        b"id\tname\r\n",
        "é|è".encode("cp1252"),
        b"\r\na;b",
    ],
)
def test_tables_are_told_by_their_first_line(head: bytes) -> None:
    assert looks_like_table(head)


@pytest.mark.parametrize(
    "head",
    [
        b"<a;b>",
        b'{"a";',
        b"[1, 2]",
        b"\x7fELF;\x00",
        b"word",
        b"%PDF-1.7;",
        '{"type";'.encode("utf-16"),
        b"\x00;\x00",
        b"",
    ],
)
def test_other_files_are_no_tables(head: bytes) -> None:
    assert not looks_like_table(head)


def survived(path: Path) -> str:
    """What became of a table; asserts that every row is accounted for and every refusal explained."""
    try:
        part, raw = one(path)
    except Unreadable as error:
        refused = error
    else:
        return sound(part, raw)
    assert explained(refused)
    return refused.code


def sound(part: TablePart, raw: Raw) -> str:
    assert raw.read == len(raw.rows) + len(raw.rejections)
    assert len(raw.rows) == len(raw.properties) == len(raw.geometry)
    assert all(map(explained, raw.rejections))
    assert all(row.keys() == set(part.fields) for row in raw.properties)
    return "read"


@pytest.mark.parametrize("seed", range(20))
def test_damaged_tables_never_crash(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    originals = [
        "\n".join([HEAD, *(f'{n};"a ""b""\nc";{SQUARE}' for n in range(5)), ""]).encode(),
        "\r\n".join(["id,longitude,latitude,nom", *(f'{n},"4,8{n}",45.7{n},"é, è"' for n in range(6)), ""]).encode(
            "cp1252"
        ),
        "\n".join(["id\tgeojson", *(f'{n}\t{{"type":"Point","coordinates":[4.8{n},45.7]}}' for n in range(5))]).encode(
            "utf-16"
        ),
    ]
    outcomes = set()
    for turn in range(40):
        damaged = originals[turn % 3]
        for _ in range(rng.randint(1, 3)):
            damaged = rng.choice([*MUTATIONS, separate])(damaged, rng) or b"x"
        (tmp_path / "table.csv").write_bytes(damaged)
        outcomes.add(survived(tmp_path / "table.csv"))
    assert len(outcomes) > 1


def separate(text: bytes, rng: random.Random) -> bytes:
    """Another separator in the place of one."""
    return text.replace(rng.choice(b";,\t\n").to_bytes(), rng.choice([b";", b",", b"\t", b"|", b'"', b"\r", b"\n"]), 2)


@settings(deadline=None)
@given(st.binary(max_size=400))
@example(b'"')
@example(b'"";""\n"')
@example(b"\xff\xfe")
@example(b"\r\r;\r")
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "table.csv"
    path.write_bytes(text)
    survived(path)
