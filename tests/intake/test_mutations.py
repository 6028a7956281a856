"""Good files damaged at random: every outcome is a read or a refusal that says why, never a crash or a hang.

A few of each here; ten thousand and five hundred in test_mutations_slow.
"""

import gzip
import random
from pathlib import Path

import orjson
import pytest

from tests.intake.files.containers import boxes, shapefile, write_ogr, zipped
from tests.intake.mutations import BINARY, MUTATIONS, cut, damaged, drop, flip, layered, outcome
from tests.intake.written_files import collection, feature, read, square, squares, write


@pytest.mark.parametrize("seed", range(12))
def test_damaged_geojson_never_crashes(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    etalab = collection(
        feature(square(6 + n / 500), id=f"74173000AB{n + 1:04d}", section="AB", numero=str(n + 1), contenance=n)
        for n in range(4)
    )
    originals = [layered(), etalab, b"\n".join(map(orjson.dumps, squares(4)))]
    outcomes = set()
    for turn in range(30):
        text = damaged(originals[turn % 3], MUTATIONS, rng)
        options = {} if turn % 2 else {"layer": rng.choice(["parcels", "cadastre", "zones", "areas", "sites"])}
        outcomes.add(outcome(write(tmp_path, text), **options))
    assert len(outcomes) > 1


VALUES: list[object] = [
    None,
    True,
    "",
    "NaN",
    "\x00",
    "abc",
    -1,
    1e300,
    10**25,
    [],
    [1],
    {},
    {"a": [None]},
    "é" * 300,
    "0",
    0.5,
]


@pytest.mark.parametrize("seed", range(8))
def test_strange_values_in_every_field_never_crash(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    document = orjson.loads(layered())
    for _ in range(12):
        changed = orjson.loads(orjson.dumps(document))
        for one in changed["features"]:
            for name in one["properties"]:
                if name != "layer" and rng.random() < 0.4:
                    value = rng.choice(VALUES)
                    one["properties"][name] = 1e25 if value == 10**25 else value
        assert outcome(write(tmp_path, orjson.dumps(changed))) == "read"


@pytest.mark.parametrize("seed", range(3))
def test_damaged_gzip_never_crashes(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    packed = gzip.compress(layered())
    for _ in range(25):
        outcome(write(tmp_path, rng.choice([flip, cut, drop])(packed, rng), "land.geojson.gz"))


@pytest.mark.parametrize("kind", ["gpkg", "fgb", "zip"])
def test_damaged_containers_never_crash(tmp_path: Path, kind: str) -> None:
    rng = random.Random(kind)
    keys = [f"p{n}" for n in range(20)]
    if kind == "zip":
        original = zipped(tmp_path / "a.zip", *shapefile(tmp_path / "shp", 20))
    else:
        original = write_ogr(tmp_path / f"a.{kind}", boxes(20), parcel_uid=keys)
    raw = original.read_bytes()
    for _ in range(8):
        outcome(write(tmp_path, damaged(raw, BINARY, rng), f"b.{kind}"))


@pytest.mark.parametrize("intruder", [b"[6.0, 45.5]", b"[]", b'["\xe9"]', b"{}", b'{"type": 3}'])
def test_what_is_no_object_among_the_features_is_refused_by_row(tmp_path: Path, intruder: bytes) -> None:
    """Found by the ten thousand: a position where a feature should be."""
    first, second = (orjson.dumps(one) for one in squares(2))
    text = b'{"type": "FeatureCollection", "features": [' + b", ".join([first, intruder, second]) + b"]}"
    found = read(write(tmp_path, text))
    assert found.keys == ["p1", "p2"]
    assert [one.row for one in found.rejections] == [2]
