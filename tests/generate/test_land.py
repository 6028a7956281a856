"""The stream and the files: repeatable, prefixes of each other, whole or absent, and the committed sample."""

import json
import os
import threading
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
import shapely

from geo.generate.dice import Dice
from geo.generate.features import features_of
from geo.generate.land import LARGEST, SAMPLE_COUNT, SAMPLE_SEED, generate, write
from geo.generate.placing import places
from geo.generate.planted import planted_zone
from tests.generate.conftest import SAMPLE
from tests.generate.ground import layers, overlaps


def parcels(count: int, seed: int) -> list[bytes]:
    return [orjson.dumps(f) for f in generate(count, seed) if f["properties"]["layer"] == "parcel"]  # type: ignore[index]


def test_the_committed_sample_is_what_its_rule_gives(tmp_path: Path) -> None:
    made = tmp_path / "sample.geojson"
    write(made, SAMPLE_COUNT, SAMPLE_SEED)
    assert made.read_bytes() == SAMPLE.read_bytes()
    assert (SAMPLE_COUNT, SAMPLE_SEED) == (600, 1)


@pytest.mark.parametrize("count", [1, 5, 6, 7, 61, 700, 2_000])
def test_it_gives_the_count_asked(count: int) -> None:
    assert len(parcels(count, 4)) == count


def test_fewer_are_the_first_of_more() -> None:
    assert parcels(150, 9) == parcels(400, 9)[:150]


def test_another_seed_is_other_land() -> None:
    assert parcels(100, 1)[6:] != parcels(100, 2)[6:]


@pytest.mark.parametrize(("count", "seed"), [(0, 1), (-3, 1), (LARGEST + 1, 1), (10, -1)])
def test_it_refuses_at_once_what_it_cannot_give(count: int, seed: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="count must be"):
        generate(count, seed)
    with pytest.raises(ValueError, match="count must be"):
        write(tmp_path / "none.geojson", count, seed)
    assert list(tmp_path.iterdir()) == []


def test_a_collection_has_one_feature_a_line(tmp_path: Path) -> None:
    path = tmp_path / "land.geojson"
    written = write(path, 80, 3)
    lines = path.read_text().splitlines()
    assert lines[0] == '{"type":"FeatureCollection","features":['
    assert lines[-1] == "]}"
    features = [json.loads(line.removesuffix(",")) for line in lines[1:-1]]
    assert features == json.loads(path.read_text())["features"] == list(generate(80, 3))
    assert sum(written.values()) == len(features)
    assert written["parcel"] == 80


@pytest.mark.parametrize("suffix", [".geojsonl", ".ndjson", ".geojsonseq", ".NDJSON"])
def test_a_line_file_has_nothing_but_features(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"land{suffix}"
    write(path, 70, 3)
    assert [json.loads(line) for line in path.read_text().splitlines()] == list(generate(70, 3))
    assert path.read_bytes().endswith(b"}\n")


def test_progress_counts_up_to_the_end(tmp_path: Path) -> None:
    told: list[int] = []
    write(tmp_path / "land.geojson", 300, 3, told.append)
    assert told[-1] == 300
    assert all(a <= b for a, b in pairwise(told))


def test_a_broken_writing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "land.geojson"
    path.write_text("before")

    def stop(parcels: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(path, 300, 3, stop)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("land.geojson", "before")]


def test_a_missing_folder_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write(tmp_path / "nowhere" / "land.geojson", 10, 3)


def test_it_writes_into_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "pipe.ndjson"
    os.mkfifo(path)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()), daemon=True)
    reader.start()
    write(path, 10, 3)
    reader.join(timeout=10)
    assert len(got[0].splitlines()) == sum(1 for _ in generate(10, 3))


def test_a_zone_larger_than_its_cell_is_refused() -> None:
    place = next(places(1))
    wide = replace(planted_zone(place), outline=((0, 0), (200_000, 0), (200_000, 1_000)))
    with pytest.raises(ValueError, match="reaches"):
        list(features_of(Dice("wide"), wide, 6))


@pytest.fixture(scope="module")
def many() -> dict[str, Any]:
    return layers(generate(6_000, 11))


def test_far_zones_are_as_sound_as_the_sample(many: dict[str, Any]) -> None:
    for layer in many.values():
        assert shapely.is_valid(layer.shapes).all()
    assert overlaps(many["parcel"].shapes).max() < 0.5
    sites = many["site"].shapes
    assert min(a.distance(b) for k, a in enumerate(sites) for b in sites[:k]) > 0


def test_every_key_is_its_own(many: dict[str, Any]) -> None:
    keys = [feature["id"] for layer in many.values() for feature in layer.features]
    assert len(set(keys)) == len(keys)
    cadastral = [ref for refs in many["parcel"].all("terr_refcad") if refs for ref in refs.split("|")]
    assert len(set(cadastral)) == len(cadastral)


def test_a_commune_has_one_plan(many: dict[str, Any]) -> None:
    zones = many["zone"]
    said = set(zip(zones.all("insee"), zones.all("idurba"), zones.all("datappro"), strict=True))
    assert len({insee for insee, _, _ in said}) == len(said)


def test_sizes_are_log_normal_around_four_thousand(many: dict[str, Any]) -> None:
    areas = shapely.area(many["parcel"].shapes)
    ordered = sorted(areas)
    assert 3_000 < ordered[len(ordered) // 2] < 5_000
    assert ordered[-1] <= 400_000
    assert sum(area >= 100_000 for area in areas) >= 20
    assert sum(area < 1_000 for area in areas) < 0.03 * len(areas)
