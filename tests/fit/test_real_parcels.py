"""Real cadastral parcels against an independent reference: exact erosion at 1 degree steps, with witnesses."""

import csv
import gzip
import json
import os
import sys
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.fit import Verdict, decide

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("EMPRISE_SHARED_DATA", ROOT.parent / "shared" / "data")) / "megeve_74173"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"../shared/data is absent: {DATA}")

Row = dict[str, str]
TO_LAMBERT = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with (DATA / "fit_reference_rectangles.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def parcels(rows: list[Row]) -> dict[str, Polygon | MultiPolygon]:
    wanted = {row["id"] for row in rows}
    with gzip.open(DATA / "parcelles.geojson.gz", "rt") as text:
        features = json.load(text)["features"]
    return {
        feature["properties"]["parcel_uid"]: _projected(shape(feature["geometry"]))
        for feature in features
        if feature["properties"]["parcel_uid"] in wanted
    }


def _projected(parcel: BaseGeometry) -> Polygon | MultiPolygon:
    """From longitude and latitude to EPSG:2154."""

    def to_lambert(lonlat: np.ndarray) -> np.ndarray:
        return np.column_stack(TO_LAMBERT.transform(lonlat[:, 0], lonlat[:, 1]))

    moved = shapely.transform(parcel, to_lambert)
    assert isinstance(moved, Polygon | MultiPolygon)
    return moved


def test_no_witnessed_yes_is_refused_and_every_fit_stands(
    rows: list[Row], parcels: dict[str, Polygon | MultiPolygon], capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(rows) > 1000
    found = 0
    for row in rows:
        parcel = parcels[row["id"]]
        answer = decide(parcel, float(row["w"]), float(row["h"]))
        if row["fits"] == "yes":
            assert answer.verdict is not Verdict.NO, row
            found += answer.verdict is Verdict.FITS
        if answer.placement is not None:
            assert parcel.covers(answer.placement), row
            if row["fits"] == "no":
                with capsys.disabled():
                    sys.stdout.write(f"refused by the reference, placed here: {row['id']} {answer.placement.wkt}\n")
    assert found >= 0.98 * sum(row["fits"] == "yes" for row in rows)


@pytest.mark.parametrize("setback", [3.0, 5.0])
def test_fits_with_a_setback_keep_their_distance(
    rows: list[Row], parcels: dict[str, Polygon | MultiPolygon], setback: float
) -> None:
    fits = 0
    for row in rows[::3]:
        parcel = parcels[row["id"]]
        answer = decide(parcel, float(row["w"]), float(row["h"]), setback=setback)
        if answer.placement is not None:
            assert parcel.boundary.distance(answer.placement) >= setback - 1e-9
            fits += 1
        if row["fits"] == "no":
            assert answer.verdict is not Verdict.FITS, "what does not fit the parcel does not fit it less a setback"
    assert fits > 10
