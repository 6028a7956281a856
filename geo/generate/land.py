"""Synthetic industrial land, as features and as a file. The same count and seed always give the same bytes.

``sample_parcels.geojson`` at the top of the repository is ``emprise generate land --count 600 --seed 1``.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson

from geo.generate.dice import Dice
from geo.generate.drawing import Drawing, draw_zone
from geo.generate.features import Feature, features_of
from geo.generate.placing import Place, places
from geo.generate.plan import draw_document
from geo.generate.planted import planted_zone

SAMPLE_COUNT, SAMPLE_SEED = 600, 1
"""What the committed sample is made with."""

LARGEST = 1_200_000
"""No more parcels than this: the grid of zones would run out."""

LINE_SUFFIXES = (".geojsonl", ".ndjson", ".geojsonseq")
"""File names that get one feature a line and nothing else."""


def generate(count: int, seed: int) -> Iterator[Feature]:
    """GeoJSON features (EPSG:4326, longitude first, 8 decimals) of exactly ``count`` parcels and what is around them.

    Zone by zone: a site, its plan zones, constraints and substations, then each parcel followed by its
    buildings; ``properties.layer`` says which. The first zone is the planted one (see ``planted``).
    ValueError when ``count`` is not 1 to ``LARGEST`` or ``seed`` is negative.
    """
    if not 1 <= count <= LARGEST or seed < 0:
        raise ValueError(f"count must be 1 to {LARGEST} and seed 0 or more, got {count} and {seed}")
    return _zones(count, seed)


def _zones(count: int, seed: int) -> Iterator[Feature]:
    left = count
    for place in places(seed):
        for feature in _zone(place, seed, left):
            left -= _layer(feature) == "parcel"
            yield feature
        if left == 0:
            return
    raise RuntimeError(f"the grid ran out of cells with {left} parcels to go")  # pragma: no cover


def _zone(place: Place, seed: int, wanted: int) -> Iterator[Feature]:
    """One zone, drawn from its own seed: what comes before does not change it."""
    dice = Dice(f"emprise {seed} {place.number}")
    return features_of(dice, _drawing(dice, place, seed), wanted)


def _drawing(dice: Dice, place: Place, seed: int) -> Drawing:
    if place.number == 0:
        return planted_zone(place)
    document = draw_document(Dice(f"emprise {seed} {place.commune.insee}"), place.commune)
    return draw_zone(dice, place, document)


def write(path: Path, count: int, seed: int, progress: Callable[[int], None] | None = None) -> dict[str, int]:
    """Write the features to ``path`` as they come, in constant memory; how many of each layer were written.

    A FeatureCollection with one feature a line, or bare lines when the name ends in one of ``LINE_SUFFIXES``.
    ``progress`` is told the number of parcels so far, now and then. A file appears whole or not at all.
    ValueError as ``generate``, OSError when the file cannot be written.
    """
    features = generate(count, seed)
    bare = path.suffix.lower() in LINE_SUFFIXES
    if path.exists() and not path.is_file():  # a pipe or a device: nothing to put aside
        return _write(path, features, bare, progress)
    part = path.with_name(f"{path.name}.part")
    try:
        written = _write(part, features, bare, progress)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return written


def _write(
    path: Path, features: Iterator[Feature], bare: bool, progress: Callable[[int], None] | None
) -> dict[str, int]:
    written: Counter[str] = Counter()
    with path.open("wb") as out:
        if not bare:
            out.write(b'{"type":"FeatureCollection","features":[\n')
        between = b"\n" if bare else b",\n"
        for number, feature in enumerate(features):
            out.write(between if number else b"")
            out.write(orjson.dumps(feature))
            layer = _layer(feature)
            written[layer] += 1
            if progress and layer == "site":
                progress(written["parcel"])
        out.write(b"\n" if bare else b"\n]}\n")
    if progress:
        progress(written["parcel"])
    return dict(written)


def _layer(feature: Feature) -> str:
    properties = feature["properties"]
    return str(properties["layer"]) if isinstance(properties, dict) else ""
