"""What columns say of many parcels is what the rules say of each: verdicts, scores and ranks, to the last digit."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.land.building_limits import BuildingRule, Limit
from geo.land.vocabulary import Industry, Market, Origin
from geo.match.criteria.order import ORDER, asked_rules
from geo.match.judged import judge_all
from geo.match.need.places import Near
from geo.match.need.reading import read_need
from geo.match.parcel.around import Around, Beside, NamedArea, Nearest, Thing, Travel
from geo.match.parcel.candidate import Candidate
from geo.match.ranking import ranking
from geo.match.screen.asking import DOUBT, Asking
from geo.match.screen.dating import ByCandidate
from geo.match.screen.land import land_of
from geo.match.screen.rounding import rounded
from geo.match.screen.screening import Screening
from geo.match.screen.verdicts import FORMS, number_of, verdicts
from geo.match.wishes import wishes_of
from tests.breadth import tried
from tests.match.parcels import AS_OF, Dates, parcel, rectangle

HERE = (840_000.0, 6_520_000.0)
KNOWN = shapely.box(HERE[0] - 9_000, HERE[1] - 8_000, HERE[0] + 7_000, HERE[1] + 9_000)
AROUND = Around(
    things={1: Thing("gare-1", "Gare", "sncf", "2026-01-01")},
    extents={"station": KNOWN, "port": shapely.Point(*HERE), "siding": KNOWN},
    keys={"station": frozenset({"gare-1"}), "port": frozenset({"quai"})},
    areas={
        1: NamedArea("aid_zone", "AFR1", "AFR Nord", shape=shapely.box(HERE[0], HERE[1], HERE[0] + 900, HERE[1] + 900)),
        2: NamedArea("scot", "S1", "SCoT du Lac", departments=frozenset({"69"})),
        3: NamedArea("aid_zone", "FRR", "FRR", "frr", departments=frozenset({"38"})),
    },
    epcis=frozenset({"metropole de lyon", "200046977"}),
    travels={
        "69123": {"gare-1": Travel(12, 9.0, "table", None), "station": Travel(12, None, "table", None)},
        "lot-1": {"gare-1": Travel(45, 40.0, "table", None)},
    },
    people={"69123": 5_000},
    beside=Beside("7", frozenset({1, 3}), Near(lon=4.83, lat=45.76, km=5), frozenset({"38185"})),
    reach={"69123": Travel(20, None, "table", None)},
)
QUIET = replace(AROUND, travels={}, extents={}, areas={}, people={}, reach={}, beside=Beside("7"))
UNEVEN = {
    BuildingRule.HEIGHT: Limit(10.0, "PLU", loosest=Limit(None, "PLU")),
    BuildingRule.CES: Limit(0.1, "PLU", loosest=Limit(0.5, "PLU")),
}
PLACES = (
    {"communes": ["69123"]},
    {"departments": ["38"], "exclude": {"communes": ["38185"]}},
    {"named": ["SCoT du Lac", "nulle part"]},
    {"named": ["Métropole de Lyon"], "near": {"lon": 4.8, "lat": 45.76, "km": 8}},
    {"polygon": {"type": "Polygon", "coordinates": [[[4.7, 45.6], [4.9, 45.6], [4.9, 45.9], [4.7, 45.6]]]}},
    {"minutes_from": {"lon": 4.83, "lat": 45.76, "minutes": 15}},
    {"adjacent_to": "7"},
)


@st.composite
def candidates(draw: st.DrawFn) -> Candidate:
    spot = (HERE[0] + draw(st.integers(-9_000, 9_000)), HERE[1] + draw(st.integers(-9_000, 9_000)))
    shape = rectangle(draw(st.integers(50, 400)), draw(st.integers(40, 300)), draw(st.integers(0, 179)), spot)
    kinds = draw(st.lists(st.sampled_from(["station", "freight_station", "port", "siding", "substation"]), unique=True))
    known = parcel(
        shape=shape,
        origin=draw(st.sampled_from(Origin)),
        market=draw(st.none() | st.sampled_from(Market)),
        commune_insee=draw(st.sampled_from([None, "69123", "69383", "38185"])),
        epci_name=draw(st.sampled_from([None, "Métropole de Lyon", "Autre"])),
        source_id=draw(st.sampled_from([None, "lot-1", "lot-2"])),
        industry=draw(st.none() | st.sampled_from(Industry)),
        price_eur_m2=draw(st.none() | st.floats(1, 150)),
        power_mw=draw(st.none() | st.sampled_from([0.0, 4.0, 8.0, 30.0])),
        substation_km=draw(st.none() | st.floats(0, 10)),
        nearest={kind: Nearest(draw(st.floats(0, 12_000)), 1) for kind in kinds},
        area_ids=draw(st.frozensets(st.sampled_from([1, 2]))),
        etat_occup=draw(st.sampled_from([None, "friche", "vacant", "inconnu"])),
        usage=draw(st.sampled_from([None, "espace agricole", "bâti productif"])),
        networks=draw(st.sampled_from([{}, {"fibre": "oui", "gas": "non"}, {"fibre": "non", "rail": "oui"}])),
        limits=draw(
            st.sampled_from(
                [{}, {BuildingRule.HEIGHT: Limit(10.0, "PLU"), BuildingRule.CES: Limit(0.3, "PLU")}, UNEVEN]
            )
        ),
        surface_m2=draw(st.sampled_from([None, shape.area, 10_000.0])),
        surface_stated_m2=draw(st.sampled_from([None, 0.0, 2_400.0, 5_000.0, 9_000.0, 40_000.0, 120_001.0])),
        buildable_m2=draw(st.sampled_from([None, 0.0, shape.area * 0.7])),
        lon=draw(st.none() | st.floats(4.7, 5.0)),
        geometry=draw(st.sampled_from([shape, shape, None])),
        location=draw(st.sampled_from([None, shapely.Point(spot)])),
        scale=draw(st.floats(0.999, 1.002)),
    )
    if known.geometry is not None:
        known = replace(known, location=None)
    return replace(known, lat=None if known.lon is None else 45.76)


NEEDS = st.fixed_dictionaries(
    {"land_m2": st.sampled_from([{"min": 10_000}, {"min": 5_000, "max": 60_000}])},
    optional={
        "use": st.sampled_from(["industrie", "bureau"]),
        "tenure": st.sampled_from(["buy", "lease"]),
        "place": st.sampled_from(PLACES),
        "brownfield": st.just("only"),
        "no_enaf": st.just(True),
        "price_max_eur_m2": st.integers(10, 100),
        "power_mw": st.sampled_from([4, {"at_opening": 4, "ramp": [{"on": "2030-01-01", "mw": 9}]}]),
        "max_km": st.sampled_from([{"substation": 4}, {"station": 5, "port": 10}]),
        "near": st.sampled_from(
            [[{"kind": "station", "max_km": 6, "max_minutes": 15}], [{"kind": "siding", "max_km": 3}]]
        ),
        "rail_siding": st.just(True),
        "aid_zone": st.sampled_from([True, "AFR"]),
        "labour": st.just({"jobs": 150, "minutes": 30}),
        "fibre": st.just(True),
        "gas_m3h": st.just(500),
        "floor_m2": st.sampled_from([3_000, 30_000]),
        "footprint_m2": st.just(6_000),
        "height_m": st.sampled_from([8, 12]),
        "extension": st.sampled_from([{"land_m2": 5_000}, {"land_m2": 90_000}]),
        "start_by": st.dates(AS_OF, date(2030, 1, 1)).map(date.isoformat),
        "icpe": st.sampled_from([{"regime": "E"}, {"regime": "A"}]),
        "include": st.just(["prospect"]),
    },
)
WISHED = st.sets(st.sampled_from(["land_m2", "use", "price_max_eur_m2", "power_mw", "start_by", "fibre", "near"]))


def readiness(one: Candidate) -> Dates | None:
    if one.id % 5 == 0:
        return None
    return Dates(AS_OF + timedelta(days=137 * one.id % 900), spread_days=90, doubt_days=one.id % 2 * 200)


MOST_DOUBT = {"extension": 0.6, "max_km": 0.4, "near": 0.4, "aid_zone": 0.15, "rail_siding": 0.1, "place": 0.1}
"""The share of parcels that columns may leave to the rule itself; of every other rule they tell it of all."""


def test_columns_say_what_the_rules_say() -> None:
    doubted, judged = Counter[str](), Counter[str]()

    @settings(deadline=None, max_examples=tried(320))
    @given(NEEDS, WISHED, st.lists(candidates(), min_size=1, max_size=8), st.sampled_from([AROUND, QUIET]))
    def said(asked: dict[str, Any], wished: set[str], drawn: list[Candidate], around: Around) -> None:
        for name, doubtful in said_alike(asked, wished, drawn, around).items():
            doubted[name] += doubtful
            judged[name] += len(drawn)

    said()
    assert MOST_DOUBT.keys() <= judged.keys()
    for name, asked in judged.items():
        most = MOST_DOUBT[name] * asked + asked**0.5 if name in MOST_DOUBT else 0
        assert doubted[name] <= most, (name, doubted[name], asked)


def said_alike(asked: dict[str, Any], wished: set[str], drawn: list[Candidate], around: Around) -> dict[str, int]:
    """Columns tell what rules do, or leave it to them; how many parcels each rule is left."""
    named = [one for one in sorted(wished) if one in asked or one in ("use", "start_by", "price_max_eur_m2")]
    need = read_need(asked | {"wishes": {name: {"weight": 1.7} for name in named}})
    land = [replace(one, id=number, around=around) for number, one in enumerate(drawn, 1)]
    ask = Asking(
        need,
        land_of(land),
        ByCandidate(need, land, readiness),
        around,
    )
    rows, doubted = ask.land.rows, {}
    for one in asked_rules(need):
        if one.rule.name in FORMS:
            told = verdicts(ask, one.rule, rows)
            expected = [number_of(one.rule.evaluate(need, parcel_, readiness(parcel_))) for parcel_ in land]
            settled = [known if said == DOUBT else said for said, known in zip(told.tolist(), expected, strict=True)]
            assert settled == expected, one.rule.name
            doubted[one.rule.name] = int(np.count_nonzero(told == DOUBT))
    by_id = {one.id: one for one in land}
    wishes = wishes_of(need, AS_OF)
    judged = judge_all(need, land, readiness, wishes)
    for sort in ("score", "start"):
        screening = Screening(ask, wishes, lambda ids: [(by_id[id_], readiness(by_id[id_])) for id_ in ids], sort)
        passing = [one for one in judged if not one.blocking]
        for waiting, asks in ((screening.clear, False), (screening.asking, True)):
            ranked = sorted((one for one in passing if bool(one.asking) == asks), key=ranking(need, sort))
            assert ask.land.ids(waiting.rows[waiting.first(len(land))]) == [one.candidate.id for one in ranked]
        assert sum(screening.rejected.values()) == len(land) - len(passing)
    return doubted


def test_every_rule_but_notes_has_a_form() -> None:
    """One that has none is asked of each parcel: right, and slow."""
    assert {rule.name for rule in ORDER} - FORMS.keys() == {"layers", "access"}


@settings(deadline=None, max_examples=tried(300))
@given(st.lists(st.floats(-10, 10) | st.integers(0, 4_000_000).map(lambda n: n / 2_000_000), min_size=1))
def test_rounding_is_that_of_python(values: list[float]) -> None:
    assert rounded(np.array(values), 6).tolist() == [round(value, 6) for value in values]
