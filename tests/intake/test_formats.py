import pytest

from geo.intake.formats import Format, sniff
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
    ],
)
def test_formats_are_told_by_their_bytes(head: bytes, expected: Format) -> None:
    assert sniff(head) is expected


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"", "format.empty"),
        (b" \n\x00", "format.empty"),
        (b'<OGRVRTDataSource><SrcDataSource relativeToVRT="0">/etc/passwd', "format.xml"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>', "format.xml"),
        ('{"type"'.encode("utf-16"), "text.encoding"),
        ('{"type"'.encode("utf-16-be"), "text.encoding"),
        (b"BZh91AY", "format.bzip2"),
        (b"id;name;wkt", "format.unknown"),
        (b"[1, 2]", "format.unknown"),
        (b"SQLite format 3\x00" + bytes(52) + b"Fosl" + bytes(28), "format.sqlite"),
    ],
)
def test_the_rest_is_refused_without_quoting_it(head: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        sniff(head)
    assert refused.value.code == code
    assert "passwd" not in refused.value.message
