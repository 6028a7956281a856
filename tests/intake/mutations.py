"""Damaging good files at random, and judging what becomes of them."""

import random
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import shapely

from geo.intake.problems import Unreadable
from tests.intake.written_files import Read, collection, explained, feature, read, square

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


def splice(text: bytes, rng: random.Random) -> bytes:
    """One piece written over another place."""
    start, length = rng.randrange(len(text)), rng.randint(1, max(1, len(text) // 4))
    place = rng.randrange(len(text))
    return text[:place] + text[start : start + length] + text[place + length :]


def miscount(text: bytes, rng: random.Random) -> bytes:
    """A number in the header, where counts and lengths stand, that is not true."""
    at = 4 * rng.randrange(min(len(text), 400) // 4 + 1)
    false = rng.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, rng.randrange(1 << 32)])
    return text[:at] + struct.pack(rng.choice("<>") + "I", false) + text[at + 4 :]


MUTATIONS: list[Mutation] = [flip, cut, drop, insert, repeat]
BINARY: list[Mutation] = [flip, cut, drop, splice, miscount]


def damaged(original: bytes, mutations: list[Mutation], rng: random.Random, most: int = 2) -> bytes:
    """The original after one mutation or a few."""
    for _ in range(rng.randint(1, most)):
        original = rng.choice(mutations)(original, rng) or b"{"
    return original


def outcome(path: Path, **options: object) -> str:
    """What became of a file; asserts that whatever is kept is sound and whatever is refused is explained."""
    try:
        found = read(path, **options)
    except Unreadable as error:
        refused = error
    else:
        return sound(found)
    assert "." in refused.code
    assert explained(refused)
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
        assert explained(rejection)
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
