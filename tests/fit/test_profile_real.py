"""Profiles of real cadastral parcels against rectangles with a known witness, and against the decision."""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry import shape

from geo.fit import Verdict, decide
from geo.fit.profile import Told
from geo.fit.profile_build import measure

Row = dict[str, str]
LAMBERT = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)


def to_lambert(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitude and latitude in EPSG:2154."""
    return np.column_stack(LAMBERT.transform(lonlat[:, 0], lonlat[:, 1]))


def rows(folder: Path) -> dict[str, list[Row]]:
    """The rectangles of each parcel."""
    found: dict[str, list[Row]] = {}
    with (folder / "fit_reference_rectangles.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["id"], []).append(row)
    return found


def parcels(folder: Path, wanted: set[str]) -> Iterator[tuple[str, Polygon | MultiPolygon]]:
    """The parcels of these ids in EPSG:2154."""
    with gzip.open(folder / "parcelles.geojson.gz", "rt") as text:
        features = json.load(text)["features"]
    for feature in features:
        if feature["properties"]["parcel_uid"] in wanted:
            outline = shapely.transform(shape(feature["geometry"]), to_lambert)
            assert isinstance(outline, Polygon | MultiPolygon)
            yield feature["properties"]["parcel_uid"], outline


def test_no_witnessed_rectangle_is_refused_and_little_is_open(shared: Path) -> None:
    folder = shared / "megeve_74173"
    asked = rows(folder)
    told: list[Told] = []
    for id_, parcel in parcels(folder, set(asked)):
        profile = measure(parcel)
        assert len(profile.to_bytes()) <= 400
        for row in asked[id_]:
            sides = float(row["w"]), float(row["h"])
            told.append(profile.tell(*sides))
            assert not (row["fits"] == "yes" and told[-1] is Told.NO), row
            if told[-1] is Told.YES and row["fits"] == "no":
                assert decide(parcel, *sides).verdict is Verdict.FITS, f"the reference saw no place: {row}"
            behind = profile.tell(*sides, 5.0)
            verdict = decide(parcel, *sides, setback=5.0).verdict
            assert not (behind is Told.YES and verdict is Verdict.NO), row
            assert not (behind is Told.NO and verdict is Verdict.FITS), row
    assert len(told) > 1000
    assert told.count(Told.OPEN) <= 0.05 * len(told)
