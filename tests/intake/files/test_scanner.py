"""Features read byte by byte: what is called plain is what the ordinary reader reads, to the last bit."""

import numpy as np
import orjson
import pytest
import shapely

from geo.intake.files.geojson import Features
from geo.intake.files.scan_kernel import FALSE, NULL, NUMBER, TEXT, TRUE, WIDE
from geo.intake.files.scanner import Scanned, scan

FEATURE = b'{"type":"Feature","properties":{"a":1,"b":"x"},"geometry":{"type":"Polygon","coordinates":[[%s]]}}'
RING = b"[0.5,1],[4,2],[3,5.25],[0.5,1]"


def scanned(*features: bytes) -> Scanned:
    ends = np.cumsum([len(one) for one in features])
    spans = np.column_stack([np.concatenate([[0], ends[:-1]]), ends])
    return scan(np.frombuffer(b"".join(features), np.uint8), spans, [b"a", b"b"])


def ordinary(feature: bytes) -> bytes | None:
    """The ring as the ordinary reader has it, as bytes; None where it refuses the row."""
    raw = Features(feature, [(0, len(feature))], 1, True).raw()
    return None if raw.rejections else np.asarray(shapely.get_coordinates(raw.geometry)).tobytes()


@pytest.mark.parametrize(
    ("number", "plain"),
    [
        ("5", True),
        ("-5", True),
        ("5.9300001", True),
        ("45.123456789012", True),
        ("0.1", True),
        ("0.30000000000000004", False),
        ("9007199254740993", False),
        ("123456789012345678901234567890", False),
        ("0." + "0" * 22 + "1", False),
        ("-0.0", False),
        ("-0", False),
        ("0", True),
        ("1e1", False),
        ("1.5E2", False),
        ("01", False),
        ("1.", False),
        (".5", False),
        ("+5", False),
        ("-", False),
        ("5 5", False),
        ("NaN", False),
        ("null", False),
        ('"5"', False),
        ("[5]", False),
    ],
)
def test_numbers(number: str, plain: bool) -> None:
    ring = f"[{number},1],[40,2],[3,50],[{number},1]".encode()
    found = scanned(FEATURE % ring)
    assert bool(found.plain[0]) is plain
    if plain:
        assert np.column_stack([found.x, found.y]).tobytes() == ordinary(FEATURE % ring)


@pytest.mark.parametrize(
    "ring",
    [
        b"",
        b"[0,0],[1,1],[0,0]",
        b"[0,0],[1,0],[1,1],[0,1e-9]",
        b"[0,0],[1,0],[1,1]",
        b"[0,0,1],[1,0,1],[1,1,1],[0,0,1]",
        b"[0],[1,0],[1,1],[0]",
        b"[0,0],[1,0],[1,1],[0,0],",
        b"[0,0] [1,0],[1,1],[0,0]",
        b"[0,0],[1,0],[1,1],[0,0]],[[0,0],[1,0],[1,1],[0,0]",
    ],
)
def test_rings_that_are_not_plain(ring: bytes) -> None:
    assert not scanned(FEATURE % ring).plain[0]


GOOD = FEATURE % RING


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"Feature"', b'"feature"'),
        (b'{"type":"Feature"', b'{"type":"Feature","type":"Feature"'),
        (b'{"type":"Feature"', b'{"type":"Feature","bbox":[1]'),
        (b'"a":1', b'"a":1,"a":2'),
        (b'"a":1,"b":"x"', b'"b":"x","a":1'),
        (b'"a":1', b'"a":01'),
        (b'"a":1', b'"a":[1]'),
        (b'"a":1', b'"a":tru'),
        (b'"b":"x"', b'"b":"x","c":1'),
        (b',"b":"x"', b""),
        (b',"b":"x"', b',"b":"x",'),
        (b'"x"', b'"\\u0041"'),
        (b'"x"', b'"\x01"'),
        (b'"x"', b'"x'),
        (b"]]}}", b"]]}}}"),
        (b"]]}}", b"]]},}"),
        (b'"Polygon"', b'"MultiPolygon"'),
        (b'"Polygon"', b'"LineString"'),
        (b'"coordinates"', b'"coordinate"'),
    ],
)
def test_features_that_are_not_plain(before: bytes, after: bytes) -> None:
    assert before in GOOD
    found = scanned(GOOD, GOOD.replace(before, after), GOOD)
    assert found.plain.tolist() == [True, False, True]
    assert np.diff(found.offsets).tolist() == [4, 0, 4]
    assert found.x.tolist() == [0.5, 4, 3, 0.5] * 2


def test_values_and_blanks() -> None:
    values = [(b'"x y"', TEXT), ('"é"'.encode(), WIDE), (b"-1.5", NUMBER), (b"true", TRUE), (b"false", FALSE)]
    values.append((b"null", NULL))
    features = [GOOD.replace(b'"x"', value).replace(b":", b" :\n ").replace(b",", b"\t,\r") for value, _ in values]
    found = scanned(*features)
    assert found.plain.all()
    assert found.kinds[:, 1].tolist() == [kind for _, kind in values]
    text = b"".join(features)
    for (value, _), start, end in zip(values, found.starts[:, 1], found.ends[:, 1], strict=True):
        assert text[start:end] == value.strip(b'"')
    assert all(orjson.loads(one)["type"] == "Feature" for one in features)
