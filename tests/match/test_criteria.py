"""Each criterion: pass, fail, unknown."""

from datetime import date
from typing import Any

import pytest

from geo.land.departments import department_of
from geo.land.vocabulary import Industry, Market, Origin
from geo.match.criteria.criterion import Criterion, Role, Verdict
from geo.match.criteria.order import ORDER, RULES, judge
from geo.match.need.need import Need
from geo.match.parcel.candidate import ReadinessView
from tests.match.parcels import Dates, need, parcel

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN


def of(name: str, asked: dict[str, Any], readiness: ReadinessView | None = None, **facts: Any) -> Criterion:
    (found,) = [c for c in judge(need(**asked), parcel(**facts), readiness) if c.name == name]
    return found


def check(found: Criterion, verdict: Verdict, code: str) -> None:
    assert (found.verdict, found.code) == (verdict, code)
    assert ("who" in found.detail) == (verdict is UNKNOWN)


@pytest.mark.parametrize(
    ("market", "verdict"),
    [
        (Market.FOR_SALE, PASS),
        (Market.FOR_LEASE, PASS),
        (Market.OPTIONED, PASS),
        (Market.PROSPECT, PASS),
        (Market.UNDER_PROMISE, FAIL),
        (Market.SOLD, FAIL),
        (Market.RESERVED_BY_COUNCIL, FAIL),
        (Market.KEPT_BY_OWNER, FAIL),
        (Market.NOT_MARKETED, FAIL),
        (Market.UNKNOWN, UNKNOWN),
    ],
)
def test_market(market: Market, verdict: Verdict) -> None:
    check(of("market", {}, market=market), verdict, f"market.{market.value}")


@pytest.mark.parametrize("market", [Market.FOR_SALE, Market.FOR_LEASE])
def test_market_shows_its_day_and_conditions(market: Market) -> None:
    found = of("market", {}, market=market, market_conditions=True, market_on=date(2026, 5, 4))
    check(found, PASS, f"market.{market.value}_with_conditions")
    assert found.detail == {"on": "2026-05-04"}


def test_conditions_say_nothing_of_land_that_is_not_offered() -> None:
    check(of("market", {}, market=Market.SOLD, market_conditions=True), FAIL, "market.sold")


def test_a_market_nobody_recorded_is_unknown() -> None:
    check(of("market", {}, market=None), UNKNOWN, "market.unknown")


@pytest.mark.parametrize(
    ("facts", "include", "verdict", "code"),
    [
        ({}, [], PASS, "origin.offered"),
        ({"market": Market.PROSPECT}, [], FAIL, "origin.prospect_not_asked"),
        ({"market": Market.PROSPECT}, ["prospect"], PASS, "origin.prospect"),
        ({"origin": Origin.CADASTRE, "market": None}, [], FAIL, "origin.prospect_not_asked"),
        ({"origin": Origin.CADASTRE, "market": Market.UNKNOWN}, ["prospect"], PASS, "origin.prospect"),
        ({"origin": Origin.CADASTRE, "market": Market.FOR_SALE}, [], PASS, "origin.offered"),
        ({"origin": Origin.TERRAIN, "market": None}, [], PASS, "origin.offered"),
    ],
)
def test_origin(facts: dict[str, Any], include: list[str], verdict: Verdict, code: str) -> None:
    check(of("origin", {"include": include}, **facts), verdict, code)


@pytest.mark.parametrize(
    ("tenure", "facts", "verdict", "code"),
    [
        ("buy", {}, PASS, "tenure.for_sale"),
        ("lease", {}, FAIL, "tenure.for_sale"),
        ("buy", {"market": Market.FOR_LEASE}, FAIL, "tenure.for_lease"),
        ("lease", {"market": Market.FOR_LEASE}, PASS, "tenure.for_lease"),
        ("buy", {"market": Market.OPTIONED}, PASS, "tenure.by_agreement"),
        ("lease", {"market": Market.OPTIONED}, UNKNOWN, "tenure.unknown"),
        ("buy", {"market": Market.PROSPECT}, PASS, "tenure.by_agreement"),
        ("buy", {"market": None}, UNKNOWN, "tenure.unknown"),
    ],
)
def test_tenure(tenure: str, facts: dict[str, Any], verdict: Verdict, code: str) -> None:
    check(of("tenure", {"tenure": tenure}, **facts), verdict, code)


SQUARE = {"type": "Polygon", "coordinates": [[[4.8, 45.7], [4.9, 45.7], [4.9, 45.8], [4.8, 45.8], [4.8, 45.7]]]}
NEAR = {"lon": 4.83, "lat": 45.70, "km": 10}


@pytest.mark.parametrize(
    ("place", "facts", "verdict", "code"),
    [
        ({"communes": ["69123"]}, {}, PASS, "place.inside"),
        ({"communes": ["38185"]}, {}, FAIL, "place.outside"),
        ({"communes": ["38185"]}, {"commune_insee": None}, UNKNOWN, "place.unknown"),
        ({"communes": ["69123"]}, {"commune_insee": "69383"}, PASS, "place.inside"),
        ({"communes": ["69123"]}, {"commune_insee": "69390"}, FAIL, "place.outside"),
        ({"departments": ["69"]}, {}, PASS, "place.inside"),
        ({"departments": ["38", "2A"]}, {}, FAIL, "place.outside"),
        ({"communes": ["38185"], "departments": ["69"]}, {}, PASS, "place.inside"),
        ({"named": ["200046977"]}, {}, PASS, "place.inside"),
        ({"named": ["metropole de LYON"]}, {}, PASS, "place.inside"),
        ({"named": ["Bièvre-Isère"]}, {"epci_name": "bièvre isère"}, PASS, "place.inside"),
        ({"named": ["200000000"]}, {}, FAIL, "place.outside"),
        ({"named": ["200000000"]}, {"epci_siren": None}, UNKNOWN, "place.unknown"),
        ({"named": ["Bièvre"]}, {"epci_name": None}, UNKNOWN, "place.unknown"),
        ({"communes": ["69123"], "named": ["Bièvre"]}, {"epci_name": None}, PASS, "place.inside"),
        ({"polygon": SQUARE}, {}, PASS, "place.inside"),
        ({"polygon": SQUARE}, {"lat": 46.0}, FAIL, "place.outside"),
        ({"polygon": SQUARE}, {"lat": None}, UNKNOWN, "place.unknown"),
        ({"near": NEAR}, {}, PASS, "place.inside"),
        ({"near": NEAR}, {"lat": 45.9}, FAIL, "place.too_far"),
        ({"near": NEAR}, {"lon": None}, UNKNOWN, "place.unknown"),
        ({"near": NEAR, "departments": ["38"]}, {}, FAIL, "place.outside"),
        ({"exclude": {"communes": ["69123"]}}, {}, FAIL, "place.outside"),
        ({"exclude": {"communes": ["38185"]}}, {}, PASS, "place.inside"),
        ({"exclude": {"communes": ["38185"]}}, {"commune_insee": None}, UNKNOWN, "place.unknown"),
        ({"minutes_from": {"lon": 4, "lat": 45, "minutes": 30}}, {}, UNKNOWN, "place.minutes_from.not_recorded"),
        ({"adjacent_to": "12"}, {}, UNKNOWN, "place.adjacent_to.not_found"),
        ({"adjacent_to": "12", "departments": ["38"]}, {}, FAIL, "place.outside"),
        ({"communes": []}, {}, PASS, "place.inside"),
    ],
)
def test_place(place: dict[str, Any], facts: dict[str, Any], verdict: Verdict, code: str) -> None:
    check(of("place", {"place": place}, **facts), verdict, code)


def test_a_distance_is_measured_along_the_earth() -> None:
    """One degree of latitude is 111.2 km on the mean sphere."""
    found = of("place", {"place": {"near": {"lon": 4.83, "lat": 44.76, "km": 100}}})
    assert found.detail == {
        "part": "near",
        "km": pytest.approx(111.195, abs=0.01),
        "asked_max": 100,
        "straight_line": True,
    }


@pytest.mark.parametrize(
    ("insee", "department"), [("74173", "74"), ("2A004", "2A"), ("97411", "974"), ("98735", "987")]
)
def test_department_of_a_commune(insee: str, department: str) -> None:
    assert department_of(insee) == department


READY = Dates(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("industry", "readiness", "verdict", "code"),
    [
        (Industry.ALLOWED, None, PASS, "use.allowed"),
        (Industry.CONDITIONAL, None, PASS, "use.conditional"),
        (Industry.AFTER_PLAN_CHANGE, READY, PASS, "use.after_plan_change"),
        (Industry.AFTER_PLAN_CHANGE, None, UNKNOWN, "use.after_plan_change"),
        (Industry.AFTER_PLAN_CHANGE, Dates(), UNKNOWN, "use.after_plan_change"),
        (Industry.AFTER_PLAN_CHANGE, Dates(date.max), FAIL, "use.plan_change_blocked"),
        (Industry.FORBIDDEN, READY, FAIL, "use.forbidden"),
        (Industry.UNKNOWN, READY, UNKNOWN, "use.unknown"),
        (None, READY, UNKNOWN, "use.unknown"),
    ],
)
def test_use(industry: Industry | None, readiness: Dates | None, verdict: Verdict, code: str) -> None:
    found = of("use", {"use": "industrie"}, readiness, industry=industry, zone_label="UX", industry_confidence=0.5)
    check(found, verdict, code)
    assert found.detail["zone_label"] == "UX"
    assert "rule" not in found.detail


def test_another_use_is_not_recorded() -> None:
    check(of("use", {"use": "bureau"}), UNKNOWN, "use.not_recorded")


@pytest.mark.parametrize(
    ("facts", "verdict", "code"),
    [
        ({"origin": Origin.FRICHE, "etat_occup": None}, PASS, "brownfield.yes"),
        ({"etat_occup": "Friche"}, PASS, "brownfield.yes"),
        ({"etat_occup": "vacant"}, FAIL, "brownfield.no"),
        ({"etat_occup": None}, UNKNOWN, "brownfield.unknown"),
        ({"etat_occup": "sans objet"}, UNKNOWN, "brownfield.unknown"),
    ],
)
def test_brownfield(facts: dict[str, Any], verdict: Verdict, code: str) -> None:
    found = of("brownfield", {"brownfield": "only"}, pollution="pollution supposée", **facts)
    check(found, verdict, code)
    assert (found.detail.get("pollution") is None) == (verdict is UNKNOWN)


@pytest.mark.parametrize(
    ("asked", "buildable", "code"),
    [
        ({"min": 10_000}, 9_999.0, "land.enough_but_constrained"),
        ({"min": 10_000}, 10_000.0, "land.enough"),
        ({"min": 10_000}, None, "land.enough"),
        ({"max": 20_000}, 0.0, "land.enough"),
    ],
)
def test_enough_land_may_be_constrained(asked: dict[str, float], buildable: float | None, code: str) -> None:
    found = of("land_m2", {"land_m2": asked}, surface_m2=10_000.0, buildable_m2=buildable)
    check(found, PASS, code)
    assert found.detail == ({} if buildable is None else {"buildable_m2": buildable})


@pytest.mark.parametrize(
    ("surface", "verdict", "code"),
    [
        (79_999.0, FAIL, "land.too_small"),
        (80_000.0, PASS, "land.enough"),
        (120_000.0, PASS, "land.enough"),
        (120_001.0, FAIL, "land.too_large"),
        (None, UNKNOWN, "land.unknown"),
    ],
)
def test_land(surface: float | None, verdict: Verdict, code: str) -> None:
    check(of("land_m2", {"land_m2": {"min": "8 ha", "max": "12 ha"}}, surface_m2=surface), verdict, code)


@pytest.mark.parametrize(
    ("stated", "verdict", "code"),
    [
        (39_999.0, FAIL, "land.stated_too_small"),
        (40_000.0, UNKNOWN, "land.stated"),
        (79_999.0, UNKNOWN, "land.stated"),
        (80_000.0, UNKNOWN, "land.stated"),
        (120_001.0, UNKNOWN, "land.stated"),
        (240_000.0, UNKNOWN, "land.stated"),
        (240_001.0, FAIL, "land.stated_too_large"),
        (0.0, UNKNOWN, "land.unknown"),
    ],
)
def test_a_surface_that_is_only_stated_proves_nothing_but_may_refuse(
    stated: float, verdict: Verdict, code: str
) -> None:
    """It is told, with its source, and a surveyor is asked; far from what is asked, no measure would mend it."""
    asked = {"land_m2": {"min": "8 ha", "max": "12 ha"}}
    found = of("land_m2", asked, surface_m2=None, surface_stated_m2=stated, source="cartofriches")
    check(found, verdict, code)
    assert found.source == "cartofriches"
    if stated:
        assert found.fact == found.detail["stated_m2"] == stated
        assert found.detail.get("who") == ("surveyor" if verdict is UNKNOWN else None)
    check(of("land_m2", asked, surface_m2=90_000.0, surface_stated_m2=stated), PASS, "land.enough")


def test_land_says_how_much_was_asked() -> None:
    found = of("land_m2", {"land_m2": {"min": "8 ha"}}, surface_m2=5_000.04)
    assert found.detail == {"surface_m2": 5_000.0, "asked_min": 80_000}


@pytest.mark.parametrize(
    ("price", "verdict", "code"),
    [(60.0, PASS, "price.within"), (60.5, FAIL, "price.too_high"), (None, UNKNOWN, "price.unknown")],
)
def test_price(price: float | None, verdict: Verdict, code: str) -> None:
    check(of("price_max_eur_m2", {"price_max_eur_m2": 60}, price_eur_m2=price), verdict, code)


@pytest.mark.parametrize(
    ("asked", "power", "verdict", "code"),
    [
        (10, 10.0, PASS, "power.enough"),
        (10, 9.9, FAIL, "power.too_low"),
        (10, None, UNKNOWN, "power.unknown"),
        ({"at_opening": 5, "ramp": [{"on": "2030-01-01", "mw": 20}]}, 12.0, UNKNOWN, "power.ramp_unknown"),
        ({"at_opening": 5, "ramp": [{"on": "2030-01-01", "mw": 20}]}, 20.0, PASS, "power.enough"),
        ({"at_opening": 5, "ramp": [{"on": "2030-01-01", "mw": 20}]}, 4.0, FAIL, "power.too_low"),
    ],
)
def test_power(asked: object, power: float | None, verdict: Verdict, code: str) -> None:
    found = of("power_mw", {"power_mw": asked}, power_mw=power, substation_km=2.5)
    check(found, verdict, code)
    assert found.detail["substation_km"] == 2.5


@pytest.mark.parametrize(
    ("asked", "km", "verdict", "code"),
    [
        ({"substation": 3}, 2.0, PASS, "distance.within"),
        ({"substation": 3}, 4.0, FAIL, "distance.too_far"),
        ({"substation": 3}, None, UNKNOWN, "distance.unknown"),
        ({"substation": 3, "motorway": 5}, 2.0, UNKNOWN, "max_km.not_recorded"),
        ({"substation": 3, "motorway": 5}, 4.0, FAIL, "distance.too_far"),
    ],
)
def test_distance(asked: dict[str, float], km: float | None, verdict: Verdict, code: str) -> None:
    check(of("max_km", {"max_km": asked}, substation_km=km), verdict, code)


@pytest.mark.parametrize(
    ("name", "milestone"), [("start_by", "start"), ("power_by", "power"), ("production_by", "production")]
)
def test_dates(name: str, milestone: str) -> None:
    soon = date(2026, 11, 1)
    days = {"start": soon, "power": soon, "production": soon, milestone: date(2027, 6, 30)}
    dates = Dates(days["start"], days["power"], days["production"], spread_days=100)
    asked = {name: "2027-06-30", "probability": 0.5, "power_mw": 5, "footprint_m2": 500}
    check(of(name, asked, dates), PASS, "date.in_time")
    late = of(name, {**asked, "probability": 0.8}, dates)
    check(late, FAIL, "date.late")
    assert late.detail == {
        "milestone": milestone, "probability": 0.8, "wanted": "2027-06-30", "reached_on": "2027-08-29"
    }  # fmt: skip
    check(of(name, asked, Dates(spread_days=1)), UNKNOWN, "date.unknown")
    check(of(name, asked, None), UNKNOWN, "date.unknown")


def test_a_date_that_unknown_steps_decide_is_unknown() -> None:
    dates = Dates(start=date(2027, 6, 30), doubt_days=100)
    found = of("start_by", {"start_by": "2027-05-01", "probability": 0.5}, dates)
    check(found, UNKNOWN, "date.depends")
    assert (found.detail["reached_on"], found.detail["earliest"]) == ("2027-06-30", "2027-03-22")
    check(of("start_by", {"start_by": "2027-03-21", "probability": 0.5}, dates), FAIL, "date.late")
    check(of("start_by", {"start_by": "2027-06-30", "probability": 0.5}, dates), PASS, "date.in_time")


def test_a_blocked_step_is_never_in_time() -> None:
    found = of("start_by", {"start_by": "2199-12-31"}, Dates(start=date.max))
    check(found, FAIL, "date.never")
    assert (found.fact, found.detail["reached_on"]) == (None, None)


UNRECORDED: dict[str, Any] = {
    "height_m": 30, "yard_m": 35, "water_m3h": 20, "gas_m3h": 500, "fibre": True, "effluents_m3d": 5,
    "rail_siding": True, "slope_max_pct": 3, "aid_zone": "AFR", "labour": {"jobs": 10, "minutes": 30},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(UNRECORDED))
def test_what_is_not_recorded_is_unknown_never_ignored(name: str) -> None:
    found = of(name, {name: UNRECORDED[name]})
    check(found, UNKNOWN, f"{name}.not_recorded")
    assert found.asks


def test_what_is_declined_is_no_criterion() -> None:
    asked = need(fibre=False, rail_siding=False, brownfield="any", tenure="any", aid_zone=False)
    assert [c.name for c in judge(asked, parcel(), None)] == ["market", "origin", "land_m2"]


@pytest.mark.parametrize(
    ("icpe", "role"),
    [
        ({"regime": "E"}, Role.NOTE),
        ({"regime": "NC"}, Role.NOTE),
        ({"regime": "A"}, Role.MUST),
        ({"regime": "E", "seveso": "SB"}, Role.MUST),
    ],
)
def test_the_regime_excludes_only_when_it_can(icpe: dict[str, Any], role: Role) -> None:
    found = of("icpe", {"icpe": icpe})
    check(found, UNKNOWN, "icpe.admission_not_recorded")
    assert found.detail["who"] == ("environment_authority" if role is Role.MUST else "planning_authority")
    assert found.role is role


def test_every_criterion_of_a_need_is_judged() -> None:
    """A field of the need is a criterion, a parameter of one, or it tells about the answer: none is forgotten."""
    parameters = {
        "schema_",
        "name",
        "preset",
        "setback_m",
        "gap_m",
        "probability",
        "already",
        "include",
        "wishes",
        "limit",
    }
    criteria = set(RULES) - {"market", "origin", "layers", "access"}
    assert set(Need.model_fields) == parameters | criteria | {"buildings"}
    assert criteria == set(Need.model_json_schema()["properties"]["wishes"]["propertyNames"]["enum"])


def test_naming_a_criterion_in_wishes_makes_it_a_wish() -> None:
    asked = need(use="industrie", fibre=True, wishes={"use": {}, "land_m2": {}})
    roles = {c.name: c.role for c in judge(asked, parcel(industry=Industry.FORBIDDEN), None)}
    assert roles == {
        "market": Role.MUST, "origin": Role.MUST, "use": Role.WISH, "land_m2": Role.WISH, "fibre": Role.MUST
    }  # fmt: skip


def test_criteria_are_read_in_the_order_of_the_table() -> None:
    names = [rule.name for rule in ORDER]
    assert names[:12] == [
        "market", "origin", "tenure", "place", "use", "brownfield", "no_enaf", "land_m2", "footprint_m2", "floor_m2",
        "extension", "price_max_eur_m2",
    ]  # fmt: skip
    assert len(names) == len(set(names))


def test_a_rule_judges_also_when_nothing_was_asked() -> None:
    """Wishes measure by preference what the need asks no value for: no rule may depend on a value."""
    for rule in ORDER:
        assert rule.evaluate(need(), parcel(), READY).name == rule.name
