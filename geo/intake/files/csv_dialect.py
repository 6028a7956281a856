"""How a CSV file is written: its encoding, its separator and its line ends, judged from its first bytes."""

import codecs
import re
from collections import Counter
from dataclasses import dataclass

from geo.intake.files.csv_rows import Lines, Row, rows
from geo.intake.problems import Unreadable

HEAD_BYTES = 256 << 10
"""How much of a file the judgement looks at."""
SEPARATORS = (";", ",", "\t", "|")
_SAMPLE_ROWS = 60
_AGREEING = 0.5
"""The least share of the first rows that have one number of fields."""
_FOREIGN = ("<", "[", "{", "%PDF", "\xff\xfe", "\xfe\xff", "\xef\xbb\xbf")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How to read a file. ``encoding`` is utf-8, utf-16-le, utf-16-be or cp1252.

    ``bom`` bytes are passed over, then ``skip`` lines (``sep=;``, which spreadsheets write first).
    """

    separator: str
    encoding: str
    bom: int
    line_end: bytes
    skip: int

    @property
    def utf16(self) -> bool:
        """Whether the bytes have to be carried to UTF-8 before they are cut into lines."""
        return self.encoding.startswith("utf-16")


def looks_like_table(head: bytes) -> bool:
    """Whether a file that begins so may be CSV: text with a separator in its first line, no markup and no JSON."""
    encoding, bom = _encoding(head)
    text = head[bom:].decode("latin-1" if encoding == "utf-8" else encoding, "replace").lstrip("\r\n \x1e")
    first = re.split("[\r\n]", text, maxsplit=1)[0]
    if first.startswith(_FOREIGN) or _CONTROL.search(first):
        return False
    return any(separator in first for separator in SEPARATORS)


def judge(head: bytes, *, whole: bool) -> Dialect:
    """The dialect of a file that begins with ``head``; ``whole`` when that is all of it.

    Raises:
        Unreadable: no separator cuts the first rows into the same number of fields.
    """
    encoding, bom = _encoding(head)
    text = head[bom:]
    if encoding.startswith("utf-16"):
        text = text[: len(text) & ~1].decode(encoding, "replace").encode()
    line_end = b"\n" if b"\n" in text or b"\r" not in text else b"\r"
    if not whole:
        text = text[: text.rfind(line_end) + 1] or text
    if encoding == "utf-8" and not _is_utf8(text):
        encoding = "cp1252"
    told = text.partition(line_end)[0].strip().lower()
    if told.startswith(b"sep=") and len(told) == 5 and told[4:].decode("latin-1") in SEPARATORS:
        return Dialect(told[4:].decode(), encoding, bom, line_end, 1)
    return Dialect(_separator(text, line_end), encoding, bom, line_end, 0)


def _encoding(head: bytes) -> tuple[str, int]:
    for mark, name in _UTF16.items():
        if head.startswith(mark):
            return name, len(mark)
    return "utf-8", len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        # a character cut in two by the end of what was looked at is no proof of anything
        return error.reason == "unexpected end of data" and error.start >= len(text) - 4
    return True


def _separator(text: bytes, line_end: bytes) -> str:
    """The separator that cuts most of the first rows into the same number of fields, more than one."""
    best: tuple[float, int, str] | None = None
    for separator in SEPARATORS:
        widths = Counter(len(row.cells) for row in _first_rows(text, line_end, separator) if row.code is None)
        width, agreeing = widths.most_common(1)[0] if widths else (1, 0)
        if width > 1 and (best is None or (agreeing / widths.total(), width) > best[:2]):
            best = agreeing / widths.total(), width, separator
    if best is not None and best[0] >= _AGREEING:
        return best[2]
    if any(separator.encode() in text.partition(line_end)[0] for separator in SEPARATORS):
        raise Unreadable("csv.no_separator")
    return ";"  # one column only: any separator reads it


def _first_rows(text: bytes, line_end: bytes, separator: str) -> list[Row]:
    found: list[Row] = []
    try:
        for row in rows(Lines([text], line_end), separator):
            found.append(row)
            if len(found) == _SAMPLE_ROWS:
                break
    except Unreadable:
        pass  # what was found so far is judged; the real reading says what is wrong
    return found
