"""10,000 damaged files through our own parsers, 500 through the GDAL process: no crash, no hang, each refusal told."""

import bz2
import gzip
import io
import random
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from geo.intake.files import gdal
from tests.intake.files.containers import boxes, shapefile, write_ogr, zipped
from tests.intake.mutations import BINARY, MUTATIONS, damaged, layered, outcome
from tests.intake.written_files import DATA, collection, feature, needs_data, square, squares, write

pytestmark = pytest.mark.slow
OURS, GDALS = 10_000, 500
LONGEST_SECONDS = 30.0
"""No single file may take longer, whatever it says; most take a few milliseconds."""
Spoilt = Callable[[random.Random], tuple[bytes, str]]


def run(folder: Path, files: Iterator[tuple[bytes, str]], count: int, **options: object) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    longest = 0.0
    for _, (content, name) in zip(range(count), files, strict=False):
        started = time.monotonic()
        outcomes[outcome(write(folder, content, name), **options)] += 1
        longest = max(longest, time.monotonic() - started)
    print(f"{sum(outcomes.values())} files, longest {longest:.2f} s:", dict(outcomes.most_common()))  # noqa: T201
    assert sum(outcomes.values()) == count
    assert longest < LONGEST_SECONDS
    assert outcomes["gdal.crashed"] == outcomes["gdal.timeout"] == outcomes["gdal.protocol"] == 0
    assert len(outcomes) > 1
    return outcomes


def texts(seed: int) -> Iterator[tuple[bytes, str]]:
    rng = random.Random(seed)
    etalab = collection(
        feature(square(6 + n / 500), id=f"74173000AB{n + 1:04d}", section="AB", numero=str(n + 1), contenance=n)
        for n in range(4)
    )
    originals = [layered(), etalab, b"\n".join(map(orjson.dumps, squares(4)))]
    while True:
        original = rng.choice(originals)
        if rng.random() < 0.2:
            yield damaged(gzip.compress(original), BINARY, rng), "land.geojson.gz"
        elif rng.random() < 0.1:
            yield gzip.compress(damaged(original, MUTATIONS, rng)), "land.geojson.gz"
        else:
            yield damaged(original, MUTATIONS, rng, most=rng.choice([1, 1, 3])), "land.geojson"


@pytest.mark.parametrize("seed", range(4))
def test_ten_thousand_damaged_texts(tmp_path: Path, seed: int) -> None:
    outcomes = run(tmp_path, texts(seed), OURS // 4)
    assert outcomes["read"] > 100


def one_file(original: Path) -> Spoilt:
    raw = original.read_bytes()
    return lambda rng: (damaged(raw, BINARY, rng), original.name)


def one_part(parts: dict[str, bytes], pack: Callable[[dict[str, bytes]], bytes], name: str) -> Spoilt:
    """One of the files of a source damaged, the archive around it sound, so that the damage reaches GDAL."""

    def spoil(rng: random.Random) -> tuple[bytes, str]:
        chosen = rng.choice(sorted(parts))
        return pack(parts | {chosen: damaged(parts[chosen], BINARY, rng)}), name

    return spoil


def tarred(parts: dict[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for name, content in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return raw.getvalue()


def spoilt_forever(spoil: Spoilt, seed: str) -> Iterator[tuple[bytes, str]]:
    rng = random.Random(seed)
    while True:
        yield spoil(rng)


def originals(folder: Path, kind: str) -> Spoilt:
    fields: dict[str, Any] = {"parcel_uid": [f"p{n}" for n in range(30)], "nom": ["été"] * 30, "prix": [1.5] * 30}
    if kind == "shp":
        files = shapefile(folder / "shp", 30, **fields)
        return one_part({path.name: path.read_bytes() for path in files}, tarred, "parcels.tar")
    if kind == "zip":
        return one_file(zipped(folder / "a.zip", *shapefile(folder / "shp", 30, **fields)))
    return one_file(write_ogr(folder / f"a.{kind}", boxes(30), **fields))


@pytest.mark.parametrize(("kind", "count"), [("gpkg", 140), ("fgb", 110), ("shp", 110), ("zip", 20)])
def test_damaged_containers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, count: int) -> None:
    monkeypatch.setattr(gdal, "SILENCE_SECONDS", LONGEST_SECONDS / 2)
    run(tmp_path, spoilt_forever(originals(tmp_path, kind), kind), count)


@needs_data
def test_damaged_sheets_of_the_cadastre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gdal, "SILENCE_SECONDS", LONGEST_SECONDS / 2)
    sheet = DATA / "edigeo_pci" / "edigeo-25354000AB01.tar.bz2"
    with tarfile.open(fileobj=io.BytesIO(bz2.decompress(sheet.read_bytes()))) as archive:
        found = {info.name: archive.extractfile(info) for info in archive}
        parts = {name: content.read() for name, content in found.items() if content is not None}
    outcomes = run(tmp_path, spoilt_forever(one_part(parts, tarred, "edigeo-25354000AB01.tar"), "edigeo"), 120)
    assert outcomes["read"] > 20, "the damage must get past our own checks for GDAL to see it"
