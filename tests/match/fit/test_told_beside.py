"""What stands beside a match: whether another beats it, what it costs, what to begin with, in which bin it is asked."""

from datetime import date
from typing import Any

import pytest

from geo.match.costs import costs, critical_step
from geo.match.judged import judge_all
from geo.match.need.demand import bins_of
from geo.match.pareto import unbeaten
from geo.match.wishes import wishes_of
from tests.match.parcels import AS_OF, need, parcel, ready

ASKED = need(wishes={"price_max_eur_m2": {"ideal": 20, "worst": 60}, "power_mw": {}}, power_mw=10)


@pytest.mark.parametrize(
    ("first", "second", "unbeaten_ones"),
    [
        ({"price_eur_m2": 30.0}, {"price_eur_m2": 40.0}, [True, False]),
        ({"price_eur_m2": 30.0, "power_mw": 5.0}, {"price_eur_m2": 40.0}, [True, True]),
        ({"price_eur_m2": 30.0}, {"price_eur_m2": 30.0}, [True, True]),
        ({"price_eur_m2": 30.0}, {"price_eur_m2": None}, [True, True]),
        ({"price_eur_m2": 20.0}, {"price_eur_m2": None, "power_mw": 5.0}, [True, False]),
    ],
)
def test_a_match_is_beaten_by_one_as_good_everywhere_and_better_once(
    first: dict[str, Any], second: dict[str, Any], unbeaten_ones: list[bool]
) -> None:
    rows = judge_all(ASKED, [parcel(1, **first), parcel(2, **second)], ready, wishes_of(ASKED, AS_OF))
    assert unbeaten(rows) == unbeaten_ones


STEPS = [
    {"code": "LAND_OPT", "state": "done", "criticality": 0.9, "p50_start": None, "p50_end": None},
    {"code": "DUP", "state": "to_do", "criticality": 0.4, "p50_start": "2026-01-01", "p50_end": "2027-01-01"},
    {"code": "PC", "state": "to_do", "criticality": 0.7, "p50_start": "2027-01-01", "p50_end": "2027-04-01"},
    {"code": "VRD", "state": "not_needed", "criticality": 0.0, "p50_start": None, "p50_end": None},
]


def test_costs_add_the_land_and_name_what_nobody_knows() -> None:
    found = costs([parcel(1, price_eur_m2=40.0, surface_m2=10_000.0)], {"steps": STEPS})
    assert found["land_eur"] == 400_000
    assert [(step["code"], step["low_eur"], step["payer"]) for step in found["steps"]] == [("DUP", 30_000, "owner")]
    assert found["missing"] == ["PC"], "steps that are over cost nothing more"
    assert costs([parcel(price_eur_m2=None)], None) == {"land_eur": None, "steps": [], "missing": ["land"]}


def test_the_critical_step_is_the_one_that_decides_most_often() -> None:
    path = ["LAND_OPT", "DUP", "PC"]
    assert critical_step({"steps": STEPS, "critical_path": path}) == "PC"
    assert critical_step({"steps": STEPS, "critical_path": ["LAND_OPT", "DUP"]}) == "DUP"
    assert critical_step({"steps": STEPS[:1], "critical_path": path}) is None
    assert critical_step(None) is None


@pytest.mark.parametrize(
    ("asked", "bins"),
    [
        ({"land_m2": "8 ha", "use": "industrie"}, ("industrie", "5-10", "none", "any")),
        ({"land_m2": {"max": "1 ha"}}, ("any", "any", "none", "any")),
        ({"buildings": [{"length_m": 220, "width_m": 120}], "land_m2": None}, ("any", "2-5", "none", "any")),
        ({"land_m2": "50 ha", "power_mw": 40}, ("any", ">=50", ">=40", "any")),
        ({"preset": "food", "place": {"communes": ["69123", "69381"]}}, ("food", "1-2", "1-5", "69")),
        ({"land_m2": 1, "place": {"departments": ["38"], "communes": ["69123"]}}, ("any", "<1", "none", "several")),
    ],
)
def test_a_need_is_counted_in_bins_that_name_nobody(asked: dict[str, Any], bins: tuple[str, ...]) -> None:
    asked = asked if "preset" not in asked else asked | {"land_m2": "1,5 ha"}
    found = bins_of(need(**asked), date(2026, 11, 23))
    assert (found.sector, found.surface_class, found.power_class, found.departement) == bins
    assert found.quarter == date(2026, 10, 1)
