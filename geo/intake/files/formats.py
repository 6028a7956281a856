"""Which format a file is, judged from its first bytes and never from its name."""

import re
from enum import StrEnum

from geo.intake.files.csv_dialect import looks_like_table
from geo.intake.problems import Unreadable

HEAD_BYTES = 4096
"""How many bytes :func:`sniff` wants to see."""

_GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_BLANK = b"\xef\xbb\xbf \t\r\n\x1e"


class Format(StrEnum):
    """The formats intake opens."""

    GEOJSON = "geojson"
    GEOPACKAGE = "geopackage"
    FLATGEOBUF = "flatgeobuf"
    SHAPEFILE = "shapefile"
    EDIGEO = "edigeo"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    ZIP = "zip"
    TAR = "tar"
    GZIP = "gzip"
    BZIP2 = "bzip2"


ARCHIVES = frozenset({Format.ZIP, Format.TAR})
PACKED = frozenset({Format.GZIP, Format.BZIP2})
TABLES = frozenset({Format.CSV, Format.XLSX, Format.PARQUET})


def sniff(head: bytes) -> Format:
    """The format whose mark ``head`` (the first bytes of a file) bears.

    A workbook (XLSX) bears the mark of a zip archive and is told from others by its members, not here. Text with a
    separator in its first line counts as CSV.

    Raises:
        Unreadable: empty, XML (an OGR virtual file in disguise among them), or no format intake opens.
    """
    if not head.strip(_BLANK + b"\x00"):
        raise Unreadable("format.empty")
    binary = _binary(head)
    if binary is not None:
        return binary
    text = head.lstrip(_BLANK)
    if text.startswith(b"{"):
        return Format.GEOJSON
    if text.startswith(b"BOMT 12:") and b".THF" in text[:24].upper():
        return Format.EDIGEO
    if looks_like_table(head):
        return Format.CSV
    raise _foreign(head, text)


_MARKS = (
    (b"fgb\x03fgb", Format.FLATGEOBUF),
    (b"\x00\x00\x27\x0a", Format.SHAPEFILE),
    (b"PAR1", Format.PARQUET),
    (b"PK\x03\x04", Format.ZIP),
    (b"PK\x05\x06", Format.ZIP),
    (b"\x1f\x8b", Format.GZIP),
    (b"BZh", Format.BZIP2),
)


def _binary(head: bytes) -> Format | None:
    if head.startswith(b"SQLite format 3\x00"):
        return _sqlite(head)
    if head.startswith(b"PK\x03\x04") and head[30:84] == _OPEN_DOCUMENT:
        raise Unreadable("format.ods")
    if head[257:262] == b"ustar":
        return Format.TAR
    return next((found for mark, found in _MARKS if head.startswith(mark)), None)


def _sqlite(head: bytes) -> Format:
    # bytes 68-71 of a SQLite header are the application id; older GeoPackages leave it to the tables
    if head[68:72] in (*_GEOPACKAGE_IDS, b"\x00\x00\x00\x00"):
        return Format.GEOPACKAGE
    raise Unreadable("format.sqlite")


def _is_web_page(text: bytes) -> bool:
    """Whether the text begins as HTML does, after comments or an XML declaration: a sign-in page, not a file."""
    begun = re.sub(rb"<!--.*?-->|<\?xml[^>]*>", b"", text, flags=re.DOTALL).lstrip(_BLANK).lower()
    return begun.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<title"))


def _foreign(head: bytes, text: bytes) -> Unreadable:
    """The refusal of what is not ours; the content itself is never quoted back."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head[:4]:
        return Unreadable("text.utf16")
    if _is_web_page(text):
        return Unreadable("format.html")
    if text.startswith(b"<"):
        return Unreadable("format.xml")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Unreadable("format.xls")
    if head.startswith(b"7z\xbc\xaf\x27\x1c"):
        return Unreadable("format.7z")
    return Unreadable("format.unknown")
