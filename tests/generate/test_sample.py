"""The committed sample: sound shapes, official values, every market, and the odd cases a reader must meet."""

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.land.ids import parse
from geo.land.market import of_cnig_stage
from geo.land.vocabulary import Effect, Industry, Market, Visibility
from geo.land.zoning import ZoneFacts, decide
from tests.generate.conftest import SAMPLE
from tests.generate.ground import Layer, overlaps
from tests.generate.official import CESSIONS, LISTS, POLLUTION, TYPEZONES

Sample = dict[str, Layer]


def test_it_is_small_and_holds_every_layer(sample: Sample) -> None:
    assert SAMPLE.stat().st_size <= 1_500_000
    assert set(sample) == {"parcel", "zone", "constraint", "building", "site", "network"}
    assert len(sample["parcel"].features) == 600
    assert 10 <= len(sample["site"].features) <= 15


def test_everything_says_it_is_synthetic(sample: Sample) -> None:
    for layer in sample.values():
        assert set(layer.all("synthetic")) == {True}
    assert all("(exemple)" in name for name in sample["site"].all("name"))
    assert all("xemple" in name for name in sample["parcel"].all("name"))


def test_shapes_are_valid_and_turn_as_rfc_7946_says(sample: Sample) -> None:
    for layer in sample.values():
        assert shapely.is_valid(layer.shapes).all()
        for feature in layer.features:
            if feature["geometry"]["type"] == "Polygon":
                outer, *holes = feature["geometry"]["coordinates"]
                assert shapely.is_ccw(shapely.LinearRing(outer))
                assert not any(shapely.is_ccw(shapely.LinearRing(hole)) for hole in holes)
                assert outer[0] == outer[-1]


def test_lots_never_overlap(sample: Sample) -> None:
    """Millimetres along a common side at most, which is what 8 decimals of a degree leave."""
    assert overlaps(sample["parcel"].shapes).max() < 0.2


def test_lots_lie_within_their_site(sample: Sample) -> None:
    sites = dict(zip(sample["site"].all("site_id"), sample["site"].shapes, strict=True))
    for site_id, shape in zip(sample["parcel"].all("site_id"), sample["parcel"].shapes, strict=True):
        assert shape.difference(sites[site_id]).area < 0.2


def test_buildings_lie_on_the_lot_they_name(sample: Sample) -> None:
    lots = dict(zip(sample["parcel"].all("terr_id"), sample["parcel"].shapes, strict=True))
    for terr_id, shape in zip(sample["building"].all("terr_id"), sample["building"].shapes, strict=True):
        assert lots[terr_id].contains(shape)


def test_only_lots_said_to_be_built_carry_buildings(sample: Sample) -> None:
    built = set(sample["building"].all("terr_id"))
    states = dict(zip(sample["parcel"].all("terr_id"), sample["parcel"].all("terr_etat_occup"), strict=True))
    assert {states[terr_id] for terr_id in built} == {"occupé", "vacant", "friche", "occupation transitoire"}
    occupied = {terr_id for terr_id, state in states.items() if state == "occupé"}
    assert len(occupied - built) <= 0.03 * len(occupied)


def test_the_plan_covers_every_lot_once(sample: Sample) -> None:
    zones = sample["zone"].shapes
    assert overlaps(zones).max() < 0.5
    lot, zone = shapely.STRtree(zones).query(sample["parcel"].shapes, predicate="intersects")
    parts = shapely.area(shapely.intersection(sample["parcel"].shapes[lot], zones[zone]))
    areas = shapely.area(sample["parcel"].shapes)
    assert np.abs(np.bincount(lot, parts, len(areas)) - areas).max() < 0.5
    largest = np.zeros(len(areas))
    np.maximum.at(largest, lot, parts)
    assert (largest < 0.95 * areas).sum() >= 30, "some lots straddle zones"


def test_the_plan_has_all_its_types(sample: Sample) -> None:
    assert set(sample["zone"].all("typezone")) == TYPEZONES
    named = [set(feature["properties"]) for feature in sample["zone"].features]
    assert any("destoui" in keys for keys in named)
    assert any("destdomi" in keys for keys in named)
    assert all(re.fullmatch(r"\d{8}", day) for day in sample["zone"].all("datappro"))
    assert all(len(libelle) <= 12 for libelle in sample["zone"].all("libelle"))


def test_sizes_run_from_slivers_to_tens_of_hectares(sample: Sample) -> None:
    areas = np.sort(shapely.area(sample["parcel"].shapes))
    assert 3_000 < np.median(areas) < 5_000
    assert 3 <= (areas >= 100_000).sum() <= 20
    assert 200_000 < areas[-1] <= 400_000
    assert 3 <= (areas < 1_000).sum() <= 20
    logs = np.log(areas[areas > 1_000])
    assert 0.5 < logs.std() < 1.2


def test_stated_surfaces_are_mostly_the_measured_ones(sample: Sample) -> None:
    stated = np.array(sample["parcel"].all("terr_surf_brute")) * 10_000
    ratio = stated / shapely.area(sample["parcel"].shapes)
    assert (np.abs(ratio - 1) < 0.01).mean() > 0.93
    assert 0.85 < ratio.min() < 0.97 or 1.03 < ratio.max() < 1.15
    assert ratio.max() < 1.15


def test_odd_shapes_are_there(sample: Sample) -> None:
    shapes = sample["parcel"].shapes
    rings = [len(feature["geometry"]["coordinates"]) for feature in sample["parcel"].features]
    assert sum(count > 1 for count in rings) >= 5, "holes"
    hull = shapely.area(shapes) / shapely.area(shapely.convex_hull(shapes))
    assert (hull < 0.9).sum() >= 20, "L shapes and flag lots"
    rectangles = shapely.oriented_envelope(shapes)
    assert ((shapely.area(shapes) / shapely.area(rectangles) < 0.95) & (hull > 0.99)).sum() >= 10, "trapezes"
    assert (shapely.get_num_coordinates(shapes) >= 11).sum() >= 20, "curved frontages"
    around = shapely.length(shapes) ** 2 / shapely.area(shapes)
    assert ((around > 28) & (shapely.area(shapes) > 20_000)).sum() >= 3, "strips"


def test_neighbours_share_corners_exactly_but_not_always(sample: Sample) -> None:
    features = sample["parcel"].features
    held = Counter(tuple(xy) for feature in features for xy in feature["geometry"]["coordinates"][0][:-1])
    assert sum(count > 1 for count in held.values()) > 400
    lonlat = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    corners = shapely.points(list(held))
    corner, _ = shapely.STRtree(lonlat).query(corners, predicate="dwithin", distance=2e-8)
    touching = np.bincount(corner, minlength=len(corners))
    assert (touching > np.array(list(held.values()))).sum() > 150, "corners on a side of a neighbour (T junctions)"


@pytest.mark.parametrize("field", LISTS)
def test_listed_values_are_official(sample: Sample, field: str) -> None:
    said = sample["site" if field.startswith("site_") else "parcel"].all(field)
    assert set(said) <= LISTS[field]


def test_the_official_lists_are_those_published(shared: Path) -> None:
    for name in ("terrain-eco", "site-eco"):
        schema = json.loads((shared / "cnig_sites_economiques" / f"{name}.schema.json").read_text())
        for field in schema["fields"]:
            if field["name"] in LISTS:
                assert LISTS[field["name"]] == set(field["enum"]), field["name"]


def test_the_other_lists_hold_too(sample: Sample) -> None:
    parcels = sample["parcel"]
    assert set(parcels.all("visibility")) == set(Visibility)
    assert set(parcels.all("cession_type")) <= CESSIONS | {None}
    assert set(parcels.all("sol_pollution_existe")) - {None} == POLLUTION
    assert set(parcels.all("terr_cle_en_main")) == {"oui", "non", None}
    assert set(sample["constraint"].all("effect")) == set(Effect)
    assert set(sample["network"].all("kind")) == {"substation"}


def test_every_market_a_stage_gives_is_there(sample: Sample) -> None:
    stages, cessions = (sample["parcel"].all(key) for key in ("terr_stade_comm", "cession_type"))
    markets = Counter(of_cnig_stage(*both)[0] for both in zip(stages, cessions, strict=True))
    for market in (
        Market.FOR_SALE,
        Market.FOR_LEASE,
        Market.OPTIONED,
        Market.SOLD,
        Market.RESERVED_BY_COUNCIL,
        Market.NOT_MARKETED,
        Market.UNKNOWN,
    ):
        assert markets[market] >= 3, market


def test_identifiers_follow_their_grammars(sample: Sample) -> None:
    for properties in (feature["properties"] for feature in sample["parcel"].features):
        insee = properties["commune_insee"]
        assert re.fullmatch(rf"{insee}_TERRAIN-ECO_\d{{8}}", properties["terr_id"])
        assert re.fullmatch(rf"{insee}_SITE-ECO_\d{{5}}", properties["site_id"])
        for idu in filter(None, properties.get("terr_refcad", "").split("|")):
            assert parse(idu).idu.startswith(insee)
        for day in (properties["terr_identif_date"], properties["terr_actu_date"]):
            assert re.fullmatch(r"20[12]\d-[01]\d-[0-3]\d", day)
        assert properties["terr_identif_date"] < properties["terr_actu_date"] < "2026-10-01"


def test_what_is_missing_is_missing_as_in_real_inventories(sample: Sample) -> None:
    def known(key: str) -> float:
        return sum(value is not None for value in sample["parcel"].all(key)) / 600

    assert 0.6 < known("terr_m2_prix") < 0.73
    assert 0.43 < known("power_mw") < 0.57
    assert 0.9 < known("terr_refcad") < 1.0
    assert 0.4 < known("owner_siren") < 0.9
    public = sum(value == "public" for value in sample["parcel"].all("visibility")) / 600
    assert 0.8 < public < 0.9


def test_the_plan_gives_every_answer_on_industry(sample: Sample) -> None:
    said = set()
    for properties in (feature["properties"] for feature in sample["zone"].features):
        facts = {name: properties.get(name) for name in ZoneFacts.__dataclass_fields__}
        said.add(decide(ZoneFacts(**facts)).verdict)
    assert said >= {Industry.ALLOWED, Industry.CONDITIONAL, Industry.AFTER_PLAN_CHANGE, Industry.FORBIDDEN}
