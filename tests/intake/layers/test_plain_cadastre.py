"""Plain rows taken a chunk at a time: what is staged and what is reported is that of the ordinary way, to the byte."""

import gzip
import math
import random
from collections.abc import Callable, Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest

from geo.intake.chunk import Chunk
from geo.intake.files.geojson import Features
from geo.intake.layers.plain_cadastre import PlainCadastre, fits
from geo.intake.problems import Unreadable
from geo.intake.report import Findings
from geo.intake.rows import columns_of
from geo.intake.source import Source, open_source
from geo.intake.texts import hashes, remember, salt_of
from geo.store.layers import LAYERS
from geo.store.merging import staging
from geo.store.merging.copying import Target, head_of
from tests.conftest import SRID
from tests.intake.mutations import MUTATIONS, damaged
from tests.intake.written_files import LAT, LON, collection

TARGET: Target = staging.target(1, LAYERS["cadastre"])
READ = "read so"
Told = tuple[list[bytes], dict[str, Any], set[str], list[Any]]


def ring(east: float, north: float, rng: random.Random, *, corners: int = 9) -> list[list[float]]:
    """A star about a place (degrees), of some ten metres, closed."""
    turns = [2 * math.pi * (n + rng.random()) / corners for n in range(corners)]
    radii = [rng.uniform(1e-4, 3e-4) for _ in turns]
    drawn = [
        [round(east + radius * math.cos(turn), 7), round(north + radius * math.sin(turn), 7)]
        for turn, radius in zip(turns, radii, strict=True)
    ]
    return [*drawn, drawn[0]]


def surface(positions: list[list[float]]) -> int:
    pairs = list(pairwise(positions))
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)
    return round(abs(twice) / 2 * 111_320**2 * math.cos(math.radians(LAT)))


def parcel(number: int, rng: random.Random) -> dict[str, Any]:
    """A feature as Etalab writes it."""
    outline = ring(LON + number % 40 / 1000, LAT + number // 40 / 1000, rng)
    idu = f"74173000{rng.choice(['AB', '0C'])}{number + 1:04d}"
    properties = {"id": idu, "commune": "74173", "prefixe": "000", "section": idu[8:10].lstrip("0")}
    properties |= {"numero": str(number + 1), "contenance": surface(outline), "arpente": rng.random() < 0.5}  # type: ignore[dict-item]
    properties |= {"created": f"20{rng.randint(10, 25)}-05-17", "updated": "2023-08-01"}
    geometry = {"type": "Polygon", "coordinates": [outline]}
    if rng.random() < 0.2:
        geometry = {"type": "MultiPolygon", "coordinates": [[outline]]}
    return {"type": "Feature", "id": idu, "geometry": geometry, "properties": properties}


def rows_of(batch: Any) -> Iterator[bytes]:
    for row in zip(*columns_of(batch, TARGET, SRID), strict=True):
        yield head_of(TARGET) + b"".join(row)


def ordinary(chunk: Chunk, staged: list[bytes], found: Findings) -> None:
    for batch in chunk.batches() if chunk.piece.read else ():
        remember(chunk, batch, READ)
        staged += rows_of(batch)
        found.add(batch)


def told(source: Source, take: Callable[[Chunk, Findings], bytes] | None) -> Told:
    """All rows that would be staged, the findings, the fields used, and what is said once a file."""
    staged: list[bytes] = []
    plain, found, used, once = [], Findings(), set(), []
    for chunk in source.chunks():
        if take is not None:
            plain.append(take(chunk, found))
        ordinary(chunk, staged, found)
        used |= chunk.heard.used
        once += chunk.heard.once
    rows = sorted(staged, key=lambda row: row[2:10])
    return [*plain, *rows], found.dump(), used, once


def both_ways(path: Path, **options: Any) -> int:
    """Assert that both ways tell the same; how many rows were taken as plain ones."""
    taken_rows = 0
    with open_source(path, layer="cadastre", **options) as source:
        expected = told(source, None)
    with open_source(path, layer="cadastre", **options) as source:
        taken: dict[int, PlainCadastre] = {}

        def take(chunk: Chunk, found: Findings) -> bytes:
            nonlocal taken_rows
            assert fits(chunk.plan, TARGET)
            salt = salt_of(chunk.plan, READ)
            assert salt is not None
            part = taken.setdefault(
                chunk.heard.part, PlainCadastre(chunk.plan, TARGET, lambda features: hashes(features, salt))
            )
            assert isinstance(chunk.piece, Features)
            some = part.take(chunk.piece)
            if some is None:
                return b""
            found.count("cadastre", some.count)
            chunk.piece = some.left
            taken_rows += some.count
            return some.rows

        found = told(source, take)
    assert b"".join(sorted(separate(b"".join(found[0])))) == b"".join(sorted(expected[0]))
    assert found[1:] == expected[1:]
    return taken_rows


def separate(rows: bytes) -> Iterator[bytes]:
    """Rows of binary COPY that stand end to end, one by one."""
    at = 0
    while at < len(rows):
        begin, at = at, at + 2
        for _ in range(int.from_bytes(rows[begin : begin + 2], "big")):
            size = int.from_bytes(rows[at : at + 4], "big", signed=True)
            at += 4 + max(0, size)
        yield rows[begin:at]


def write(folder: Path, text: bytes) -> Path:
    path = folder / "cadastre.geojson"
    path.write_bytes(text)
    return path


def refused(path: Path) -> bool:
    try:
        with open_source(path, layer="cadastre") as source:
            list(source)
    except Unreadable:
        return True
    return False


def test_plain_rows_are_taken(tmp_path: Path) -> None:
    rng = random.Random(1)
    path = write(tmp_path, collection(parcel(n, rng) for n in range(400)))
    assert 390 < both_ways(path) < 400, "one is left to show the fields"
    assert 390 < both_ways(path, batch_rows=150) < 400
    assert both_ways(path, commune="74173") > 390
    assert both_ways(path, commune="74174") == 0, "all are refused"


ODD: list[Callable[[dict[str, Any]], object]] = [
    lambda one: one["properties"].update(id="74173000AB0000"),
    lambda one: one["properties"].update(id="74173 000 AB 0012"),
    lambda one: one["properties"].update(id="74173000ab0012"),
    lambda one: one["properties"].update(id="20173000AB0012"),
    lambda one: one["properties"].update(id=None),
    lambda one: one["properties"].update(id=74173000120012),
    lambda one: one["properties"].update(id="x"),
    lambda one: one["properties"].update(section=True),
    lambda one: one["properties"].update(numero="é\x7f"),
    lambda one: one["properties"].update(numero="Ã©"),
    lambda one: one["properties"].update(commune="x" * 5_000),
    lambda one: one["properties"].update(contenance=None),
    lambda one: one["properties"].update(contenance=0),
    lambda one: one["properties"].update(contenance=-3),
    lambda one: one["properties"].update(contenance=1e300),
    lambda one: one["properties"].update(contenance="1 234,5"),
    lambda one: one["properties"].update(contenance=one["properties"]["contenance"] * 1.0801),
    lambda one: one["properties"].update(contenance=one["properties"]["contenance"] * 0.9),
    lambda one: one["properties"].update(contenance=one["properties"]["contenance"] * 1.4),
    lambda one: one["properties"].update(arpente="oui"),
    lambda one: one["properties"].update(arpente="peut-être"),
    lambda one: one["properties"].update(arpente=None),
    lambda one: one["properties"].update(created="17/05/2010"),
    lambda one: one["properties"].update(created="2010-02-30"),
    lambda one: one["properties"].update(created=""),
    lambda one: one["properties"].update(updated=20100517),
    lambda one: one["properties"].update(updated=["2010"]),
    lambda one: one["properties"].update(updated='a"b'),
    lambda one: one["properties"].pop("created"),
    lambda one: one.update(properties=dict(reversed(one["properties"].items()))),
    lambda one: one.update(properties={}),
    lambda one: one.update(properties=None),
    lambda one: one.update(bbox=[0, 0, 1, 1]),
    lambda one: one.update(id={"a": 1}),
    lambda one: one.update(id=12),
    lambda one: one.update(type="feature"),
    lambda one: one.update(geometry=None),
    lambda one: one["geometry"].update(type="Polygon", coordinates=[]),
    lambda one: one["geometry"].update(type="Point", coordinates=[LON, LAT]),
    lambda one: _ring(one).pop(),
    lambda one: _ring(one)[-1].__setitem__(0, _ring(one)[0][0] + 1e-7),
    lambda one: _ring(one)[-1].__setitem__(0, _ring(one)[0][0] + 1e-3),
    lambda one: _ring(one).insert(3, _ring(one)[2]),
    lambda one: _ring(one).insert(3, _ring(one)[6]),
    lambda one: _ring(one).__setitem__(slice(2, 4), reversed(_ring(one)[2:4])),
    lambda one: _ring(one).__setitem__(slice(1, -1), reversed(_ring(one)[1:-1])),
    lambda one: _ring(one)[2].append(12.5),
    lambda one: _put(one, lambda x, y: [x, y, 3.0]),
    lambda one: _put(one, lambda x, y: [y, x]),
    lambda one: _put(one, lambda x, y: [x, LAT]),
    lambda one: _put(one, lambda x, y: [x + 40, y]),
    lambda one: _put(one, lambda x, y: ["6.0", y], only=2),
    lambda one: _put(one, lambda x, y: [None, y], only=2),
    lambda one: _put(one, lambda x, y: [x + 1.23456789e-9, y], only=2),
    lambda one: _put(one, lambda x, y: [x, _ring(one)[3][1]], only=2),
    lambda one: _flat_top(_ring(one)),
    lambda one: one["geometry"].update(type="Polygon", coordinates=[_ring(one), _small(_ring(one))]),
    lambda one: one["geometry"].update(type="MultiPolygon", coordinates=[[_ring(one)], [_moved(_ring(one))]]),
    lambda one: one["geometry"].update(type="Polygon", coordinates=[_many(_ring(one))]),
]


def _ring(one: dict[str, Any]) -> list[list[float]]:
    found = one["geometry"]["coordinates"][0]
    return found[0] if one["geometry"]["type"] == "MultiPolygon" else found  # type: ignore[no-any-return]


def _put(one: dict[str, Any], other: Callable[[float, float], list[Any]], *, only: int | None = None) -> None:
    outline = _ring(one)
    for place in range(len(outline)) if only is None else [only]:
        outline[place] = other(*outline[place])


def _small(outline: list[list[float]]) -> list[list[float]]:
    x, y = (sum(place[k] for place in outline[:-1]) / (len(outline) - 1) for k in (0, 1))
    return [[round(x + (px - x) / 4, 7), round(y + (py - y) / 4, 7)] for px, py in reversed(outline)]


def _moved(outline: list[list[float]]) -> list[list[float]]:
    return [[round(x + 2e-3, 7), y] for x, y in outline]


def _many(outline: list[list[float]]) -> list[list[float]]:
    """The same ring with nine positions more on each side, so that there are more than are looked at."""
    sides = pairwise(outline)
    more = [[round(a[k] + (b[k] - a[k]) * t / 10, 7) for k in (0, 1)] for a, b in sides for t in range(10)]
    return [*more, more[0]]


def _flat_top(outline: list[list[float]]) -> None:
    top = max(range(len(outline) - 1), key=lambda k: outline[k][1])
    beside = (top + 1) % (len(outline) - 1)
    outline[beside][1] = outline[top][1]
    outline[-1] = outline[0]


@pytest.mark.parametrize("odd", range(len(ODD)))
def test_a_chunk_with_an_odd_row_among_others(tmp_path: Path, odd: int) -> None:
    rng = random.Random(odd)
    features = [parcel(n, rng) for n in range(24)]
    for place in {0, 7, 8} if odd % 2 else {9}:
        ODD[odd](features[place])
    path = write(tmp_path, collection(features))
    if not refused(path):
        both_ways(path, batch_rows=12)


def test_a_list_of_cadastral_parcels_of_sites_is_no_cadastre(tmp_path: Path) -> None:
    """Rows of one site become one there (geo.intake.layers.foncier), whatever they are read as."""
    rng = random.Random(4)
    features = [parcel(n, rng) for n in range(24)]
    for number, one in enumerate(features):
        one["properties"] |= {"id_site_eco": f"74173_SITE-ECO_{number // 6}"}
    both_ways(write(tmp_path, collection(features)))


@pytest.mark.parametrize("seed", range(4))
def test_many_oddities_and_fields_of_all_kinds(tmp_path: Path, seed: int) -> None:
    rng = random.Random(1_000 + seed)
    features = [parcel(n, rng) for n in range(120)]
    for one in features:
        if rng.random() < 0.25:
            rng.choice(ODD[:29])(one)
    if seed % 2:
        for one in features:
            one["properties"] |= {"commune_nom": rng.choice(["Megève", "Arâches", "Passy"]), "idpar": "autre"}
    indent = orjson.OPT_INDENT_2 if seed % 3 == 0 else 0
    text = orjson.dumps({"type": "FeatureCollection", "features": features}, option=indent)
    both_ways(write(tmp_path, text), batch_rows=50)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    good = collection(parcel(n, rng) for n in range(30))
    taken = 0
    for _ in range(12):
        path = write(tmp_path, damaged(good, MUTATIONS, rng))
        taken += 0 if refused(path) else both_ways(path)
    assert taken > 12


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_damaged_files_by_the_thousand(tmp_path: Path, seed: int) -> None:
    rng = random.Random(10_000 + seed)
    good = collection(parcel(n, rng) for n in range(30))
    for _ in range(50):
        path = write(tmp_path, damaged(good, MUTATIONS, rng, most=6))
        if not refused(path):
            both_ways(path)


@pytest.mark.parametrize(("name", "least"), [("pas_de_calais_62/parcelles_7_communes.geojson.gz", 0.8)])
def test_real_files(shared: Path, tmp_path: Path, name: str, least: float) -> None:
    path = shared / name
    count = orjson.loads(gzip.decompress(path.read_bytes()))["features"]
    assert both_ways(path) > least * len(count)


def test_numbers_are_those_of_python(tmp_path: Path) -> None:
    """Coordinates spelt in every length come out as float() reads them, or go the ordinary way."""
    rng = random.Random(5)
    features = [parcel(n, rng) for n in range(60)]
    texts = []
    for one in features:
        for place in _ring(one)[:-1]:
            place[:] = [round(value + rng.uniform(-1e-8, 1e-8), rng.randint(5, 16)) for value in place]
        _ring(one)[-1] = _ring(one)[0]
        texts.append(orjson.dumps(one))
    text = b'{"type":"FeatureCollection","features":[' + b",\n".join(texts) + b"]}"
    assert both_ways(write(tmp_path, text), batch_rows=20) > 0


def test_what_is_staged_counts_each_row_once(tmp_path: Path) -> None:
    rng = random.Random(9)
    path = write(tmp_path, collection(parcel(n, rng) for n in range(50)))
    with open_source(path, layer="cadastre") as source:
        (chunk,) = source.chunks()
        assert isinstance(chunk.piece, Features)
        some = PlainCadastre(chunk.plan, TARGET, None).take(chunk.piece)
    assert some is not None
    numbers = [int.from_bytes(row[6:10], "big") for row in separate(some.rows)]
    assert sorted(chain(numbers, some.left.numbers)) == list(range(1, 51))
