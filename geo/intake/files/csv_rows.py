"""Rows of a CSV file out of its bytes, one at a time: RFC 4180 quoting, bounded memory, and a reason for each bad row.

A quote that is never closed costs one row, not the rest of the file: the row is refused and reading goes on with the
next line.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from geo.intake.problems import Unreadable

MAX_ROW = 16 << 20
"""Bytes of one row, quoted line breaks included (a boundary of 400 000 vertices)."""
MAX_QUOTED_LINES = 1_000
"""More lines than this inside one pair of quotes means that a quote was forgotten."""
MAX_COLUMNS = 2_000
_MAX_LOOKED_AGAIN = 256 << 20
"""Bytes that may be read a second time after forgotten quotes, over the whole file."""


@dataclass(slots=True)
class Row:
    """One row of a table: its cells (None where empty), or the code of why it has none.

    ``line`` is the line of the file it begins on, 0 where there are no lines. ``recoded`` says that its text was
    Windows-1252.
    """

    line: int
    cells: list[object]
    code: str | None = None
    params: dict[str, object] = field(default_factory=dict)
    recoded: bool = False


@dataclass(slots=True)
class _Line:
    number: int
    text: bytes


class Lines:
    """The lines of a text that comes in pieces, with one step back. Raises Unreadable at a line without end."""

    def __init__(self, pieces: Iterable[bytes], line_end: bytes) -> None:
        self._fresh = self._cut(pieces, line_end)
        self._returned: deque[_Line] = deque()

    def _cut(self, pieces: Iterable[bytes], line_end: bytes) -> Iterator[_Line]:
        number = 0
        waiting: list[bytes] = []  # pieces of a line that goes on, joined once
        size = 0
        for piece in pieces:
            first, *lines = piece.split(line_end)
            waiting.append(first)
            size += len(first)
            if size > MAX_ROW:
                raise Unreadable("csv.line_too_long", line=number + 1, most_mib=MAX_ROW >> 20)
            if not lines:
                continue
            number += 1
            yield _Line(number, b"".join(waiting).removesuffix(b"\r"))
            *lines, rest = lines
            for line in lines:
                number += 1
                yield _Line(number, line.removesuffix(b"\r"))
            waiting, size = [rest], len(rest)
        last = b"".join(waiting)
        if last:
            yield _Line(number + 1, last.removesuffix(b"\r"))

    def next(self) -> _Line | None:
        """The next line, None at the end."""
        return self._returned.popleft() if self._returned else next(self._fresh, None)

    def give_back(self, lines: list[_Line]) -> None:
        """Lines to be read again."""
        self._returned.extendleft(reversed(lines))


def rows(lines: Lines, separator: str) -> Iterator[Row]:
    """All rows but blank ones, the heading included.

    Raises:
        Unreadable: a line without end, or forgotten quotes without end.
    """
    again, mark = 0, separator.encode()
    while (line := lines.next()) is not None:
        if b'"' not in line.text:
            if line.text.strip() or mark in line.text:  # a tab is blank to strip, yet parts two empty cells
                yield _row([line], separator)
            continue
        held, fault = _record(lines, line, mark)
        if fault is None:
            yield _row(held, separator)
            continue
        again += sum(len(one.text) for one in held[1:])
        if again > _MAX_LOOKED_AGAIN:
            raise Unreadable("csv.quotes", line=line.number)
        lines.give_back(held[1:])
        yield Row(line.number, [], fault)


def _record(lines: Lines, line: _Line, mark: bytes) -> tuple[list[_Line], str | None]:
    """The lines of one row, and what is wrong with its quotes."""
    held, size = [line], len(line.text)
    inside, stray = _scan(line.text, mark, inside=False)
    if stray:
        return held, "csv.stray_quote"
    while inside and not stray and size <= MAX_ROW and len(held) <= MAX_QUOTED_LINES:
        more = lines.next()
        if more is None:
            break
        held.append(more)
        size += len(more.text)
        inside, stray = _scan(more.text, mark, inside=True)
    return held, "csv.unclosed_quote" if inside or stray else None


def _scan(line: bytes, mark: bytes, *, inside: bool) -> tuple[bool, bool]:
    """Whether quotes are open at the end of a line, and whether text follows a closing quote."""
    at = 0
    while True:
        if not inside:
            if line[at : at + 1] != b'"':  # quotes inside an unquoted field are text
                at = line.find(mark, at) + 1
                if not at:
                    return False, False
                continue
            at += 1
        close = line.find(b'"', at)
        if close < 0:
            return True, False
        at, inside = close + 1, line[close + 1 : close + 2] == b'"'
        if inside:
            at += 1
            continue
        end = line.find(mark, at)
        if line[at : end if end >= 0 else len(line)].strip():
            return False, True
        if end < 0:
            return False, False
        at = end + 1


def _row(held: list[_Line], separator: str) -> Row:
    number = held[0].number
    raw = held[0].text if len(held) == 1 else b"\n".join(line.text for line in held)
    if b"\x00" in raw:
        return Row(number, [], "csv.nul")
    text, recoded = _decoded(raw)
    if text is None:
        return Row(number, [], "text.encoding")
    cells = _cells(text, separator)
    if len(cells) > MAX_COLUMNS:
        return Row(number, [], "csv.too_many_columns", {"found": len(cells), "most": MAX_COLUMNS})
    return Row(number, cells, recoded=recoded)


def _decoded(raw: bytes) -> tuple[str | None, bool]:
    """UTF-8, else Windows-1252 (what French spreadsheets write), else nothing."""
    try:
        return raw.decode("utf-8"), False
    except UnicodeDecodeError:
        try:
            return raw.decode("cp1252"), True
        except UnicodeDecodeError:
            return None, False


_FIELD = {
    mark: re.compile(rf'"((?:[^"]|"")*+)"\s*?({re.escape(mark)}|\Z)|([^{re.escape(mark)}]*)({re.escape(mark)}|\Z)')
    for mark in ";,\t|"
}


def _cells(text: str, separator: str) -> list[object]:
    """The fields of one sound row; empty ones are None."""
    if '"' not in text:
        return [field or None for field in text.split(separator)]
    cells: list[object] = []
    at, more = 0, True
    while more:
        found = _FIELD[separator].match(text, at)
        assert found is not None  # noqa: S101 - the second alternative matches anything
        quoted, plain = found[1], found[3]
        cells.append((plain if quoted is None else quoted.replace('""', '"')) or None)
        at, more = found.end(), bool(found[4] if quoted is None else found[2])
    return cells
