import pytest

from geo.intake.files.formats import Format, sniff
from geo.intake.problems import Unreadable

GPKG = b"SQLite format 3\x00" + bytes(52) + b"GPKG" + bytes(28)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b'{"type":"FeatureCollection"', Format.GEOJSON),
        (b'\xef\xbb\xbf \r\n {"type"', Format.GEOJSON),
        (b'\x1e{"type":"Feature"}', Format.GEOJSON),
        (GPKG, Format.GEOPACKAGE),
        (b"SQLite format 3\x00" + bytes(84), Format.GEOPACKAGE),
        (b"fgb\x03fgb\x01rest", Format.FLATGEOBUF),
        (b"\x00\x00\x27\x0a" + bytes(96), Format.SHAPEFILE),
        (b"PK\x03\x04...", Format.ZIP),
        (b"\x1f\x8b\x08...", Format.GZIP),
        (b"BZh91AY", Format.BZIP2),
        (bytes(257) + b"ustar\x0000", Format.TAR),
        (b"PAR1" + bytes(40), Format.PARQUET),
        (b"BOMT 12:E000AB01.THF\r\nCSET 03:IRV", Format.EDIGEO),
        (b"id;name;wkt\n1;a;POINT(1 2)", Format.CSV),
        (b"\xef\xbb\xbfnom,commune\n", Format.CSV),
        (b"a\tb\n1\t2\n", Format.CSV),
    ],
)
def test_formats_are_told_by_their_bytes(head: bytes, expected: Format) -> None:
    assert sniff(head) is expected


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"", "format.empty"),
        (b" \n\x00", "format.empty"),
        (b"\n <!DOCTYPE html>\n<html><head><title>Connexion</title>", "format.html"),
        (b'<?xml version="1.0"?><!-- sso --><html xmlns="http://www.w3.org/1999/xhtml">', "format.html"),
        (b'<OGRVRTDataSource><SrcDataSource relativeToVRT="0">/etc/passwd', "format.xml"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>', "format.xml"),
        ('{"type"'.encode("utf-16"), "text.utf16"),
        ('{"type"'.encode("utf-16-be"), "text.utf16"),
        (b"7z\xbc\xaf\x27\x1c", "format.7z"),
        (b"%PDF-1.7 a;b", "format.unknown"),
        (b"plain words", "format.unknown"),
        (b"[1, 2]", "format.unknown"),
        (b"SQLite format 3\x00" + bytes(52) + b"Fosl" + bytes(28), "format.sqlite"),
    ],
)
def test_the_rest_is_refused_without_quoting_it(head: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        sniff(head)
    assert refused.value.code == code
    assert "passwd" not in str(refused.value)
