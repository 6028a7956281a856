"""Good files damaged at random: every outcome is a read or a refusal that says why, never a crash or a hang."""

import gzip
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import pytest
import shapely

from geo.intake.problems import Unreadable
from tests.intake.containers import boxes, shapefile, write_ogr, zipped
from tests.intake.files import Read, collection, feature, read, square, squares, write

Mutation = Callable[[bytes, random.Random], bytes]
TOKENS = (
    b"NaN",
    b"1e999",
    b"null",
    b"true",
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b"\\",
    b"\x00",
    b"\xff",
    b"-",
    b"999999",
)


def flip(text: bytes, rng: random.Random) -> bytes:
    found = bytearray(text)
    for _ in range(rng.randint(1, 6)):
        found[rng.randrange(len(found))] = rng.randrange(256)
    return bytes(found)


def cut(text: bytes, rng: random.Random) -> bytes:
    return text[: rng.randrange(len(text))]


def drop(text: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(text))
    return text[:start] + text[start + rng.randint(1, 40) :]


def insert(text: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(text))
    return text[:start] + rng.choice(TOKENS) * rng.randint(1, 3) + text[start:]


def repeat(text: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(text))
    return text[:start] + text[max(0, start - rng.randint(1, 200)) :]


MUTATIONS: list[Mutation] = [flip, cut, drop, insert, repeat]


def outcome(path: Path, **options: object) -> str:
    """What became of a file; asserts that whatever is kept is sound and whatever is refused is explained."""
    try:
        found = read(path, **options)
    except Unreadable as error:
        refused = error
    else:
        return sound(found)
    assert "." in refused.code
    assert refused.message
    return refused.code


def sound(found: Read) -> str:
    for batch in found.batches:
        shapes = batch.geometry[~shapely.is_missing(batch.geometry)]
        assert shapely.is_valid(shapes).all()
        assert np.isfinite(shapely.bounds(shapes)).all()
        assert len(batch.rows) == len(batch.keys) == len(batch.digests) == len(batch.geometry)
        assert all(len(values) == len(batch.rows) for values in batch.fields.values())
    for rejection in found.rejections:
        assert rejection.row > 0
        assert rejection.message
    assert len(set(found.rows)) == len(found.rows)
    orjson.dumps([[one.before, one.after] for one in found.repairs])
    return "read"


def layered() -> bytes:
    rows = [
        feature(
            square(6.00),
            layer="parcel",
            terr_id="t1",
            terr_stade_comm="en vente",
            terr_surf_brute=1.5,
            terr_refcad="74173000AB0012",
        ),
        feature(
            square(6.01),
            layer="zone",
            libelle="UX",
            typezone="U",
            insee="74173",
            datappro="20170321",
            libelong="Zone dédiée",
        ),
        feature(square(6.02), layer="constraint", kind="flood", effect="restricts", clearance_m=5),
        feature(square(6.03), layer="building", height_m=4),
        feature({"type": "Point", "coordinates": [6.05, 45.5]}, layer="network", voltage_kv=63),
        feature(square(6.06), layer="commune", insee="74173", nom="Megève"),
    ]
    return collection(rows)


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
        damaged = originals[turn % 3]
        for _ in range(rng.randint(1, 2)):
            damaged = rng.choice(MUTATIONS)(damaged, rng) or b"{"
        options = {} if turn % 2 else {"layer": rng.choice(["parcels", "cadastre", "zones", "areas", "sites"])}
        outcomes.add(outcome(write(tmp_path, damaged), **options))
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
        outcome(write(tmp_path, rng.choice([flip, cut, drop])(raw, rng), f"b.{kind}"))
