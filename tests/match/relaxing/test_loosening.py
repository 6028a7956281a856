"""A must loosened loses no match and rejects no land: on land whose facts lie at the values asked, below and above.

Every example holds a parcel that meets the stricter need, so that there is always something to lose; every fact and
every figure is drawn from one short scale, so that land often lies just at a bound.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.land.building_limits import BuildingRule, Limit
from geo.land.vocabulary import Industry, Market, Origin
from geo.match.answer import Answer, answer
from geo.match.need.reading import read_need
from geo.match.parcel.around import Around, NamedArea, Nearest
from geo.match.parcel.candidate import Candidate, Later
from tests.breadth import tried
from tests.match.parcels import AS_OF, VERSIONS, Dates, parcel, rectangle

HERE = shapely.Point(840_000.0, 6_520_000.0)
AROUND = Around(
    extents=dict.fromkeys(("station", "siding", "substation"), HERE.buffer(60_000)),
    areas={
        1: NamedArea("aid_zone", "AFR", "AFR", "afr", departments=frozenset({"38"})),
        2: NamedArea("aid_zone", "FRR", "FRR", "frr", departments=frozenset({"69"})),
    },
    people={"69123": 9_000, "38185": 300},
)
HALL = {"length_m": 120, "width_m": 60}
YARD, GAP = {"buildings": [HALL]}, {"buildings": [{"length_m": 60, "width_m": 40, "count": 2}]}
BESIDE: dict[str, dict[str, Any]] = {
    "setback_m": YARD,
    "yard_m": YARD,
    "gap_m": GAP,
    "probability": {"start_by": "2027-06-01"},
    "power_by": {"power_mw": 1},
    "production_by": {"footprint_m2": 500},
}
"""What a need must ask for the figure to count."""
NONE = object()
"""The criterion left out."""

STEPS: dict[str, list[Any]] = {
    "land_m2": [{"min": least} for least in (90_000, 40_000, 20_000, 5_000)],
    "land_m2 ": [{"min": 5_000, "max": most} for most in (20_000, 40_000, 90_000, 200_000)],
    "price_max_eur_m2": [20, 40, 60, 90, NONE],
    "power_mw": [25, 12, {"at_opening": 5, "ramp": [{"on": "2030-01-01", "mw": 12}]}, 5, 1, NONE],
    "max_km": [{"substation": 1, "station": 1}, {"substation": 1, "station": 5}, {"substation": 5}, NONE],
    "near": [[{"kind": "siding", "max_km": km}] for km in (0.05, 1, 5)] + [NONE],
    "rail_siding": [True, False],
    "aid_zone": ["AFR", True, NONE],
    "labour": [{"jobs": jobs, "minutes": 30} for jobs in (180, 100, 5)] + [NONE],
    "start_by": ["2026-12-01", "2027-06-01", "2028-12-01", NONE],
    "power_by": ["2027-01-01", "2027-06-01", NONE],
    "production_by": ["2028-02-01", "2028-12-01", NONE],
    "probability": [0.95, 0.8, 0.5, 0.1],
    "tenure": ["lease", "any"],
    "tenure ": ["buy", "any"],
    "brownfield": ["only", "any"],
    "no_enaf": [True, False],
    "fibre": [True, False],
    "use": ["industrie", NONE],
    "icpe": [{"regime": "A"}, {"regime": "E"}, NONE],
    "include": [[], ["prospect"]],
    "place": [{"communes": ["69123"], "exclude": {"communes": ["38185"]}}, {"communes": ["69123", "38185"]}, NONE],
    "place ": [{"near": {"lon": 4.83, "lat": 45.76, "km": km}} for km in (1, 9, 40)],
    "footprint_m2": [30_000, 12_000, 5_000, NONE],
    "floor_m2": [30_000, 12_000, 5_000, NONE],
    "height_m": [25, 12, 8, NONE],
    "extension": [{"land_m2": 40_000, "within_years": 2}, {"land_m2": 40_000}, {"land_m2": 10_000}, NONE],
    "buildings": [[{"length_m": 120, "width_m": wide}] for wide in (150, 110, 80, 40)] + [NONE],
    "setback_m": [30, 20, {"road": 20, "neighbour": 10}, 10, 0],
    "gap_m": [20, 10, 0],
    "yard_m": [60, 30, NONE],
}
"""From strict to loose, of each criterion; a blank tells two scales of one apart."""
SIZES = (90, 120, 200, 300)
LOW = Limit(12.0, "PLU")
BEST: dict[str, Any] = {
    "price_eur_m2": 5.0,
    "power_mw": 90.0,
    "etat_occup": "friche",
    "commune_insee": "69123",
    "nearest": {kind: Nearest(40.0, 1) for kind in ("station", "siding")},
    "substation_km": 0.5,
    "area_ids": frozenset({1, 2}),
    "networks": {"fibre": "oui"},
    "limits": {BuildingRule.HEIGHT: Limit(40.0, "PLU")},
}


MARKETS = (Market.FOR_SALE, Market.FOR_SALE, Market.FOR_LEASE, Market.OPTIONED, Market.PROSPECT)
LADDER = [
    replace(
        parcel(
            number,
            rectangle(60 + 6 * number, 50 + 5 * number),
            price_eur_m2=10.0 + 2 * number,
            power_mw=number * 0.6,
            substation_km=number / 6,
            nearest={"station": Nearest(number * 180.0, 1), "siding": Nearest(number * 130.0, 1)},
            market=MARKETS[number % 5],
            etat_occup="friche" if number % 3 == 0 else "inoccupé",
            area_ids=frozenset({1} if number % 4 == 1 else {2} if number % 4 == 2 else ()),
            commune_insee=("69123", "38185", "74010")[number % 3],
            networks={"fibre": "oui" if number % 2 else "non"},
            limits={BuildingRule.HEIGHT: Limit(6.0 + number / 2, "PLU")},
            industry=Industry.FORBIDDEN if number % 7 == 6 else Industry.ALLOWED,
            lon=4.83 + number * 0.008,
        ),
        around=AROUND,
    )
    for number in range(48)
]
"""Land from small to large, cheap to dear, near to far, ready soon to late."""


@st.composite
def ground(draw: st.DrawFn) -> Candidate:
    """A parcel of which most facts are known, each from a short scale."""

    def of(*values: Any) -> Any:
        return draw(st.sampled_from([*values, *values, None]))

    shape = rectangle(draw(st.sampled_from(SIZES)), draw(st.sampled_from(SIZES)), draw(st.sampled_from((0, 30))))
    far = {kind: of(40.0, 1_000.0, 5_000.0) for kind in ("station", "siding")}
    neighbour = parcel(90, shape, surface_m2=of(10_000.0, 40_000.0), later=Later(None, of(True, False)))
    return parcel(
        shape=shape,
        origin=draw(st.sampled_from((Origin.TERRAIN, Origin.FRICHE, Origin.CADASTRE))),
        market=of(Market.FOR_SALE, Market.FOR_LEASE, Market.OPTIONED, Market.SOLD, Market.PROSPECT),
        commune_insee=of("69123", "38185", "74010"),
        industry=of(Industry.ALLOWED, Industry.CONDITIONAL, Industry.FORBIDDEN),
        price_eur_m2=of(20.0, 40.0, 60.0, 90.0),
        power_mw=of(1.0, 5.0, 12.0, 25.0),
        substation_km=of(1.0, 5.0, 9.0),
        nearest={kind: Nearest(metres, 1) for kind, metres in far.items() if metres is not None},
        area_ids=draw(st.frozensets(st.sampled_from([1, 2]))),
        etat_occup=of("friche", "inoccupé"),
        usage=of("espace agricole", "bâti productif"),
        networks=draw(st.sampled_from([{}, {"fibre": "oui", "rail": "oui"}, {"fibre": "non"}])),
        limits=draw(
            st.sampled_from([{}, {BuildingRule.HEIGHT: Limit(12.0, "PLU")}, {BuildingRule.CES: Limit(0.3, "")}])
        ),
        surface_m2=of(shape.area, 20_000.0, 40_000.0),
        buildable_m2=of(shape.area, 5_000.0),
        lon=of(4.83, 4.9),
        beside=(neighbour,) if draw(st.booleans()) else (),
    )


def run(need: dict[str, Any], land: list[Candidate], starts: list[int | None]) -> Answer:
    """Some starts are not known, and some depend on unknown steps."""

    def readiness(one: Candidate) -> Dates | None:
        days = starts[one.id]
        if days is None:
            return None
        start = AS_OF + timedelta(days)
        later = (start, start + timedelta(30), start + timedelta(400))
        return Dates(*later, spread_days=90, doubt_days=one.id % 3 * 120)

    return answer(read_need(need), land, readiness, as_of=AS_OF, versions=VERSIONS)


def document(names: dict[str, Any]) -> dict[str, Any]:
    """A need of some criteria, with what makes them count."""
    asked: dict[str, Any] = {"land_m2": {"min": 5_000}, "limit": 100}
    for name in names:
        asked |= BESIDE.get(name.strip(), {})
    return asked | {name.strip(): value for name, value in names.items() if value is not NONE}


def kept(found: Answer) -> set[int]:
    """What is not rejected, among the rows of a page longer than the land."""
    return {row.candidate.id for row in (*found.matches, *found.to_check) if row.together is None}


@settings(deadline=None, max_examples=tried(400))
@given(st.data())
def test_loosening_a_must_loses_no_match_and_rejects_nothing(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(STEPS)), "criterion")
    first, last = sorted(data.draw(st.sets(st.integers(0, len(STEPS[name]) - 1), min_size=2, max_size=2), "steps"))
    others = data.draw(st.lists(st.sampled_from(sorted(STEPS.keys() - {"land_m2 ", "tenure"})), max_size=2), "others")
    others = [one for one in others if name.strip() not in (one.strip(), *BESIDE.get(one.strip(), ()))]
    same = {one: data.draw(st.sampled_from(STEPS[one]), one) for one in others}
    same["land_m2"] = {"min": 5_000}
    strict = document({**same, name: STEPS[name][first]})
    loose = document({**same, name: STEPS[name][last]})
    market = Market.FOR_LEASE if strict.get("tenure") == "lease" else Market.FOR_SALE
    most = rectangle(400, 300) if strict["land_m2"].get("max", 1e9) > 130_000 else rectangle(150, 125)
    drawn = data.draw(st.lists(ground(), min_size=1, max_size=6), "land")
    land = [parcel(shape=most, market=market, **BEST), *drawn]
    land = [replace(one, id=number, around=AROUND) for number, one in enumerate(land)]
    starts = [0, *data.draw(st.lists(st.sampled_from([None, 31, 243, 792]), min_size=6, max_size=6), "starts")]
    before, after = run(strict, land, starts), run(loose, land, starts)
    assert 0 in kept(before) or name == "land_m2 ", "there is something to lose"
    assert {row.candidate.id for row in before.matches} <= {row.candidate.id for row in after.matches}
    assert kept(before) <= kept(after)
    assert sum(after.counts.rejected.values()) <= sum(before.counts.rejected.values())


@pytest.mark.parametrize("name", sorted(STEPS))
def test_each_step_of_a_scale_loses_none_and_the_whole_gains_some(name: str) -> None:
    found = [run(document({name: step}), LADDER, [40 * one.id for one in LADDER]) for step in STEPS[name]]
    matches = [{row.candidate.id for row in one.matches} for one in found]
    for few, more in pairwise(range(len(found))):
        assert matches[few] <= matches[more], STEPS[name][more]
        assert kept(found[few]) <= kept(found[more]), STEPS[name][more]
    assert matches[0] < matches[-1]
