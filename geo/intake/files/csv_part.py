"""A CSV file as a part of a source: a stream of rows, read as often as needed, never held whole."""

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path

from geo.intake.files.bytestream import ByteStream
from geo.intake.files.csv_dialect import HEAD_BYTES, Dialect, judge
from geo.intake.files.csv_rows import Lines, Row, rows
from geo.intake.files.part import Told
from geo.intake.files.table_columns import Chosen
from geo.intake.files.table_part import TablePart, make_part
from geo.intake.problems import Remark, Unreadable

_SPELT = {"\t": "TAB"}


def open_part(path: Path, name: str, asked: str | None, chosen: Chosen) -> tuple[TablePart, list[Remark]]:
    """The table of a CSV file, and how it was read. Raises Unreadable."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        whole = not file.read(1)
    dialect = judge(head, whole=whole)
    heading = next(_rows(path, dialect, lambda _: None), None)

    def opening(told: Told) -> Iterator[Row]:
        found = _rows(path, dialect, told)
        next(found, None)
        return (row for row in found if row.code or any(cell is not None for cell in row.cells))

    part, remarks = make_part(name, heading, opening, asked, chosen, windows=dialect.encoding == "cp1252")
    separator = _SPELT.get(dialect.separator, dialect.separator)
    said = {"part": name, "separator": separator, "encoding": dialect.encoding, "columns": len(part.names)}
    return part, [Remark(0, name, separator, "csv.read_as", params=said), *remarks]


def _rows(path: Path, dialect: Dialect, told: Told) -> Iterator[Row]:
    """All rows of the file, its heading included."""
    size = max(1, path.stat().st_size)
    with ByteStream(path, gzipped=False) as stream:

        def pieces() -> Iterator[bytes]:
            skip = dialect.bom
            for piece in stream.pieces():
                told(stream.position / size)
                yield piece[skip:]
                skip = max(0, skip - len(piece))

        lines = Lines(_as_utf8(pieces(), dialect) if dialect.utf16 else pieces(), dialect.line_end)
        for _ in range(dialect.skip):
            lines.next()
        yield from rows(lines, dialect.separator)


def _as_utf8(pieces: Iterable[bytes], dialect: Dialect) -> Iterator[bytes]:
    """UTF-16 carried to UTF-8; halves of characters are kept, so that their row alone is refused."""
    decoder = codecs.getincrementaldecoder(dialect.encoding)("surrogatepass")
    try:
        for piece in pieces:
            yield decoder.decode(piece).encode("utf-8", "surrogatepass")
        yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise Unreadable("csv.utf16_cut") from error
