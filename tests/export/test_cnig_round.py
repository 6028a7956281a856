"""What a valid official row says is what the file made of its record says, whatever it says (no database needed)."""

import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyproj
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.export.cnig import official_row
from geo.export.cnig_files import write_csv
from geo.intake.batch import Batch
from geo.intake.layers.cnig_fields import CLASSES, Kind, Official
from geo.store.merging.unmoved import STILL_M
from tests.breadth import tried
from tests.intake.written_files import collection, feature, read, square

DEGREES = pyproj.Transformer.from_crs("EPSG:2154", "EPSG:4326", always_xy=True)
WORDS = st.text(st.sampled_from("abcdéèçÀ0129 ,;'\"|()-"), min_size=1, max_size=20).map(
    lambda text: " ".join(f"x{text}x".split())
)
DAYS = st.integers(0, 40_000).map(lambda days: (date(1900, 1, 1) + timedelta(days)).isoformat())
NUMBERS = st.integers(0, 10**7) | st.integers(0, 10**9).map(lambda number: number / 1000)
PLACE = {
    "pole-eco": {"type": "Point", "coordinates": [6.0, 45.5]},
    "etablissement": {"type": "Point", "coordinates": [6, 45]},
}
IDENTIFIERS = {"pole_id": "POLE", "site_id": "SITE", "terr_id": "TERRAIN"}
SPECIAL: Mapping[str, st.SearchStrategy[Any]] = {
    "SIRET": st.just("34749951900010"),
    "SIREN": st.just("347499519"),
    "etab_nat_juridique": st.sampled_from(["5710", "5499"]),
    "etab_contact_mail": st.just("contact@example.com"),
    "etab_contact_tel": st.just("03 89 45 16 78"),
    "source_contact": st.just("contact@example.com"),
    "activite_code": st.just("B05.10Z|V89.04Z"),
    "proprio_type": st.sampled_from(["P4a", "P4a|G1a"]),
    "proprio_personne": st.just("personne morale"),
    "desserte_distance": st.just("2|6|46"),
    "geompoint": st.none(),
}


def values_of(name: str, official: Official) -> st.SearchStrategy[Any]:
    """Valid values of a field."""
    if official.name in SPECIAL:
        return SPECIAL[official.name]
    if name != "friches" and official.name in IDENTIFIERS:
        tail = st.integers(1, 99_999).map(lambda n: f"80024_{IDENTIFIERS[official.name]}-ECO_{n:05}")
        return tail
    return {
        Kind.LISTED: st.sampled_from(official.values or ("x",)),
        Kind.CHOICES: st.lists(st.sampled_from(official.values[:-3] or ("x",)), min_size=1, unique=True).map("|".join),
        Kind.NUMBER: NUMBERS,
        Kind.HECTARES: st.integers(1, 10**8).map(lambda metres: metres / 10_000),
        Kind.WHOLE: st.integers(0, 10**6),
        Kind.DAY: DAYS,
        Kind.YEAR: st.integers(1900, 2100).map(str),
        Kind.FLAG: st.sampled_from(["oui", "non"]),
        Kind.REFERENCES: st.sampled_from(["80024000ZO0030", "80024000ZO0030|80024000ZO0034"]),
        Kind.SIREN: st.just("200071223"),
        Kind.INSEE: st.sampled_from(["80024", "2A004"]),
        Kind.URL: st.just("https://example.org/x"),
        Kind.CODE: st.just("80024_7"),
    }.get(official.kind, WORDS)


@st.composite
def rows(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A valid row of a class, optional fields sometimes empty, without its geometry."""
    row = {}
    for official in CLASSES[name]:
        if official.column == "geom" or official.kind is Kind.POINT:
            continue
        value = draw(values_of(name, official))
        row[official.name] = value if official.required or draw(st.booleans()) else None
    return row


def batch_of(path: Path) -> Batch:
    found = read(path)
    assert found.rejections == [], found.rejections
    (batch,) = found.batches
    return batch


def record_of(batch: Batch) -> dict[str, Any]:
    """The only row of a batch as the base would hand it out."""
    record: dict[str, Any] = {name: values[0] for name, values in batch.fields.items()}
    geometry = batch.geometry[0]
    centre = shapely.centroid(geometry)
    degrees = shapely.transform(geometry, lambda xy: shapely.get_coordinates(
        shapely.points(*DEGREES.transform(xy[:, 0], xy[:, 1]))))  # fmt: skip
    return record | {
        "key": batch.keys[0],
        "geom": geometry,
        "degrees": degrees,
        "centre": DEGREES.transform(centre.x, centre.y),
    }


def check(name: str, row: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "in.geojson"
        first.write_bytes(collection([feature(PLACE.get(name, square()), **row)]))
        before = batch_of(first)
        made = official_row(name, record_of(before))
        assert made.row is not None, made.told
        assert made.told == []
        second = Path(folder) / "out.csv"
        with second.open("w", encoding="utf-8", newline="") as target:
            write_csv(target, name, [made])
        after = batch_of(second)
    assert after.keys == before.keys
    assert after.fields == before.fields
    assert shapely.hausdorff_distance(after.geometry[0], before.geometry[0]) < STILL_M


QUICK = settings(max_examples=tried(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(rows("pole-eco"))
def test_poles(row: dict[str, Any]) -> None:
    check("pole-eco", row)


@QUICK
@given(rows("site-eco"))
def test_sites(row: dict[str, Any]) -> None:
    check("site-eco", row)


@QUICK
@given(rows("terrain-eco"))
def test_terrains(row: dict[str, Any]) -> None:
    check("terrain-eco", row)


@QUICK
@given(rows("etablissement"))
def test_establishments(row: dict[str, Any]) -> None:
    check("etablissement", row)


@QUICK
@given(rows("friches"))
def test_brownfields(row: dict[str, Any]) -> None:
    check("friches", row)
