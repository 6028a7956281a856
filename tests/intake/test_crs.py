import numpy as np
import pytest

from geo.intake.crs import Frame, of_member, of_wkt, parse
from geo.intake.problems import Unreadable
from tests.intake.written_files import L93_X, L93_Y, LAT, LON


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EPSG:2154", "EPSG:2154"),
        ("epsg:2154", "EPSG:2154"),
        (" EPSG:3946 ", "EPSG:3946"),
        ("EPSG:27572", "EPSG:27572"),
        ("urn:ogc:def:crs:EPSG::27572", "EPSG:27572"),
        ("urn:ogc:def:crs:EPSG::2154", "EPSG:2154"),
        ("urn:ogc:def:crs:EPSG:9.9:2154", "EPSG:2154"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("OGC:CRS84", "EPSG:4326"),
    ],
)
def test_codes_are_read_in_every_spelling(text: str, code: str) -> None:
    assert parse(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2154",
        "EPSG:999999",
        "EPSG:5720",  # a height, no plane
        "+proj=longlat +nadgrids=/etc/passwd",
        "/etc/passwd",
        "IGNF:LAMB93",
        "EPSG:2154+5720",
    ],
)
def test_anything_but_a_known_code_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(text)
    assert refused.value.code == {"EPSG:999999": "crs.not_known", "EPSG:5720": "crs.not_plane"}.get(text, "crs.unknown")


def named(name: object) -> dict[str, object]:
    return {"crs": {"type": "name", "properties": {"name": name}}}


def test_the_crs_member_of_2008_is_honoured() -> None:
    assert of_member(named("urn:ogc:def:crs:EPSG::2154")) == "EPSG:2154"
    assert of_member({"name": "x"}) is None


@pytest.mark.parametrize(
    "members",
    [
        {"crs": None},
        {"crs": {"type": "link", "properties": {"href": "file:///etc/passwd"}}},
        {"crs": {"type": "name"}},
        {"crs": {"type": "name", "properties": None}},
        named(2154),
        named("my own"),
    ],
)
def test_an_unclear_crs_member_is_asked_about(members: dict[str, object]) -> None:
    with pytest.raises(Unreadable) as refused:
        of_member(members)
    assert refused.value.code in ("crs.no_code_in_member", "crs.unknown")


def test_definitions_are_recognised_and_never_executed() -> None:
    esri = (
        'PROJCS["RGF93_Lambert_93",GEOGCS["GCS_RGF93",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137,298.257222101]],'
        'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199432955]],PROJECTION["Lambert_Conformal_Conic"],'
        'PARAMETER["standard_parallel_1",49],PARAMETER["standard_parallel_2",44],PARAMETER["latitude_of_origin",46.5],'
        'PARAMETER["central_meridian",3],PARAMETER["false_easting",700000],PARAMETER["false_northing",6600000],'
        'UNIT["Meter",1]]'
    )
    assert of_wkt(esri) == "EPSG:2154"
    assert of_wkt("EPSG:3946") == "EPSG:3946"
    for bad in (
        "nonsense",
        'LOCAL_CS["drawing",UNIT["metre",1]]',
        esri.replace('"central_meridian",3', '"central_meridian",9'),
    ):
        with pytest.raises(Unreadable):
            of_wkt(bad)


def test_degrees_go_to_lambert_93_and_metres_stay() -> None:
    xy = np.array([[LON, LAT]])
    there = Frame("EPSG:4326", 2154).transform(xy)
    assert there[0] == pytest.approx([934_370, 6_492_970], abs=1_000)
    same = Frame("EPSG:2154", 2154)
    assert same.same
    assert same.transform(there) is there
    assert (Frame("EPSG:4326", 2154).degrees, same.degrees) == (True, False)


def test_the_envelope_is_that_of_the_target() -> None:
    frame = Frame("EPSG:4326", 2154)
    assert frame.takes(LON, LAT)
    for outside in ((LAT, LON), (200, 45), (6, 95), (-60, 5), (float("nan"), 45), (1e300, 1e300)):
        assert not frame.takes(*outside)
    assert Frame("EPSG:4326", 2975).takes(55.5, -21.1), "La Réunion in its own system"


LAMBERT = {"called": "RGF93 v1 / Lambert-93"}


@pytest.mark.parametrize(
    ("source", "x", "y", "code", "more"),
    [
        ("EPSG:4326", L93_X, L93_Y, "crs.metres", {"likely": "EPSG:2154"}),
        ("EPSG:4326", 1_931_500, 5_144_000, "crs.metres", {"likely": "EPSG:3946"}),
        ("EPSG:4326", 5e7, 5e7, "crs.not_degrees", {}),
        ("EPSG:4326", LAT, LON, "crs.axes_swapped", {}),
        ("EPSG:2154", L93_Y, L93_X, "crs.axes_swapped_metres", {}),
        ("EPSG:4326", -70.0, -30.0, "geometry.outside", {"name": "EPSG:2154"}),
        ("EPSG:2154", 5e6, 5e6, "geometry.outside", {"name": "EPSG:2154"}),
        ("EPSG:2154", 0, 0, "geometry.outside", {"name": "EPSG:2154"}),
        ("EPSG:27572", L93_X, L93_Y, "crs.another", {"name": "EPSG:27572", "likely": "EPSG:2154", **LAMBERT}),
        ("EPSG:3946", L93_X, L93_Y, "crs.another", {"name": "EPSG:3946", "likely": "EPSG:2154", **LAMBERT}),
        ("EPSG:2154", LON, LAT, "crs.another", {"name": "EPSG:2154", "likely": "EPSG:4326", "called": "WGS 84"}),
    ],
)
def test_why_a_point_may_be_outside(source: str, x: float, y: float, code: str, more: dict[str, str]) -> None:
    found, params = Frame(source, 2154).explain(x, y)
    assert found == code
    assert params == {"x": pytest.approx(x, rel=1e-5), "y": pytest.approx(y, rel=1e-5)} | more


def test_old_systems_say_how_exact_they_are() -> None:
    assert Frame("EPSG:27572", 2154).accuracy_m > 1
    assert Frame("EPSG:2154", 2154).accuracy_m <= 1


def test_a_system_without_area_of_use_cannot_be_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    class Nowhere:
        area_of_use = None

    monkeypatch.setattr("geo.intake.crs.pyproj.CRS.from_epsg", lambda code: Nowhere())
    with pytest.raises(Unreadable, match=r"crs\.no_area"):
        _ = Frame("EPSG:4326", 2154).envelope
