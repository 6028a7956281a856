"""A drawn zone: outline around the lots, plan tiling it, constraints that are shapes, buildings on their lot."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.generate.buildings import draw_buildings
from geo.generate.communes import COMMUNES
from geo.generate.constraints import draw_constraints
from geo.generate.dice import Dice
from geo.generate.layout import LONGEST, Layout, lay_out
from geo.generate.plan import AROUND, FARMING, INDUSTRIAL, Document, draw_document, draw_plan, zoning_at
from geo.land.constraints import kinds

DICE = st.integers(0, 1_000_000).map(lambda n: Dice(f"layout {n}"))


@given(DICE, st.integers(1, 66))
def test_lots_stand_apart_within_the_outline(dice: Dice, wanted: int) -> None:
    layout = lay_out(dice, wanted)
    outline = shapely.Polygon(layout.outline)
    lots = [shapely.Polygon(lot.ring, lot.holes) for lot in layout.lots]
    assert outline.is_valid
    assert len(set(layout.outline)) == len(layout.outline)
    assert outline.covers(shapely.union_all(lots))
    assert shapely.union_all(lots).area == pytest.approx(sum(lot.area for lot in lots))
    assert layout.length <= LONGEST


@given(DICE)
def test_the_plan_tiles_the_zone_and_around_it(dice: Dice) -> None:
    layout = lay_out(dice, 50)
    zones = draw_plan(dice, layout)
    left, right = layout.depths
    frame = shapely.box(-AROUND, -right - AROUND, layout.length + AROUND, left + AROUND)
    boxes = [shapely.Polygon(zone.ring) for zone in zones]
    assert all(box.is_valid and box.area > 0 for box in boxes)
    assert sum(box.area for box in boxes) == pytest.approx(frame.area)
    assert shapely.union_all(boxes).equals(frame)
    assert any(zone.zoning in INDUSTRIAL for zone in zones)


def test_the_plan_is_read_at_a_point() -> None:
    dice = Dice("plan")
    zones = draw_plan(dice, lay_out(dice, 50))
    s0, t0, s1, t1 = zones[0].box
    assert zoning_at(zones, (s0 + s1) // 2, (t0 + t1) // 2) is zones[0].zoning
    with pytest.raises(ValueError, match="no zone"):
        zoning_at(zones, s0 - 1, t0)


def test_a_document_says_what_its_style_has() -> None:
    zoning = INDUSTRIAL[0]
    said = {style: Document(COMMUNES[0], "20190301", style).properties(zoning) for style in STYLES}
    assert said["destinations"]["destoui"] == "51-52"
    assert "destdomi" not in said["destinations"]
    assert said["destdomi"]["destdomi"] == "02"
    assert {"formdomi", "destdomi"}.isdisjoint(said["label"])
    assert all(row["idurba"] == "01390_PLU_20190301" for row in said.values())
    assert Document(COMMUNES[0], "20190301", "destinations").properties(FARMING)["typezone"] == "A"


STYLES = ("destinations", "destdomi", "label")


def test_documents_come_in_every_style() -> None:
    found = [draw_document(Dice(f"document {n}"), COMMUNES[0]) for n in range(60)]
    assert {document.style for document in found} == set(STYLES)
    assert all((d.approved[:4] >= "2022") == (d.style == "destinations") for d in found)


def _all_constraints() -> list[tuple[Layout, list[shapely.Polygon], str, str, float]]:
    rows = []
    for n in range(60):
        dice = Dice(f"constraints {n}")
        layout = lay_out(dice, 50)
        for c in draw_constraints(dice, layout):
            rows.append((layout, [shapely.Polygon(c.rings[0], c.rings[1:])], c.kind, c.effect, c.clearance_m))
    return rows


def test_constraints_are_valid_and_do_what_their_kind_does() -> None:
    rows = _all_constraints()
    assert {row[2] for row in rows} == KINDS
    for _, shapes, kind, effect, clearance_m in rows:
        assert shapes[0].is_valid
        assert (effect, clearance_m) == (kinds()[kind].effect, kinds()[kind].clearance_m)


KINDS = {"flood_red", "flood_blue", "pprt_red", "pprt_blue", "pipeline", "wetland", "ebc", "noise"}


@given(DICE)
def test_buildings_stand_apart_on_their_lot(dice: Dice) -> None:
    for lot in lay_out(dice, 30).lots:
        halls = [shapely.Polygon(ring) for ring in draw_buildings(dice, lot)]
        ground = shapely.Polygon(lot.ring, lot.holes)
        assert all(hall.is_valid and ground.contains(hall) for hall in halls)
        assert shapely.union_all(halls).area == pytest.approx(sum(hall.area for hall in halls))


def test_a_sliver_carries_nothing() -> None:
    slivers = [lot for n in range(20) for lot in lay_out(Dice(f"s{n}"), 50).lots if lot.shape == "sliver"]
    assert slivers
    assert all(draw_buildings(Dice("b"), lot) == [] for lot in slivers)
