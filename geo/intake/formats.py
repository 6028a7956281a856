"""Which format a file is, judged from its first bytes and never from its name."""

from enum import StrEnum

from geo.intake.problems import Unreadable

HEAD_BYTES = 512
"""How many bytes :func:`sniff` wants to see."""

_GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
_BLANK = b"\xef\xbb\xbf \t\r\n\x1e"
READABLE = "GeoJSON, GeoJSONSeq, GeoPackage, FlatGeobuf, zipped Shapefile (each also gzipped)"


class Format(StrEnum):
    """The formats intake opens."""

    GEOJSON = "geojson"
    GEOPACKAGE = "geopackage"
    FLATGEOBUF = "flatgeobuf"
    SHAPEFILE = "shapefile"
    ZIP = "zip"
    GZIP = "gzip"


def sniff(head: bytes) -> Format:
    """The format whose mark ``head`` (the first bytes of a file) bears.

    Raises:
        Unreadable: empty, XML (an OGR virtual file in disguise among them), or no format intake opens.
    """
    if not head.strip(_BLANK + b"\x00"):
        raise Unreadable("format.empty", "the file is empty; expected one of: " + READABLE)
    binary = _binary(head)
    if binary is not None:
        return binary
    text = head.lstrip(_BLANK)
    if text.startswith(b"{"):
        return Format.GEOJSON
    raise _foreign(head, text)


def _binary(head: bytes) -> Format | None:
    if head.startswith(b"SQLite format 3\x00"):
        return _sqlite(head)
    if head.startswith(b"fgb\x03fgb"):
        return Format.FLATGEOBUF
    if head.startswith(b"\x00\x00\x27\x0a"):
        return Format.SHAPEFILE
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Format.ZIP
    if head.startswith(b"\x1f\x8b"):
        return Format.GZIP
    return None


def _sqlite(head: bytes) -> Format:
    # bytes 68-71 of a SQLite header are the application id; older GeoPackages leave it to the tables
    if head[68:72] in (*_GEOPACKAGE_IDS, b"\x00\x00\x00\x00"):
        return Format.GEOPACKAGE
    raise Unreadable("format.sqlite", "this is a SQLite database of another application, not a GeoPackage")


def _foreign(head: bytes, text: bytes) -> Unreadable:
    """The refusal of what is not ours; the content itself is never quoted back."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head[:4]:
        return Unreadable("text.encoding", "the text is UTF-16 or binary; save the GeoJSON as UTF-8")
    if text.startswith(b"<"):
        return Unreadable(
            "format.xml",
            "this is XML (GML, KML or an OGR virtual file), whatever its name says; it was not opened. "
            "Readable are: " + READABLE,
        )
    if head.startswith(b"BZh"):
        return Unreadable("format.bzip2", "bzip2 archives (EDIGEO) are not read yet; readable: " + READABLE)
    return Unreadable("format.unknown", "the content is of no known format; readable are: " + READABLE)
