"""The project-side steps a need triggers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.readiness.catalogue_file import default
from geo.readiness.needclass import NeedClass, ProjectFacts, class_of_key, need_class
from geo.readiness.status import RUNNING, TO_DO, UNKNOWN

WORKSHOP = ProjectFacts(regime="NC", power_mw=0.2, floor_m2=3_000, footprint_m2=2_500, land_m2=8_000)
BATTERY = ProjectFacts(
    regime="A", seveso="SH", power_mw=150, water_m3h=100, gas_m3h=20, floor_m2=200_000, land_m2=500_000, aid=True
)


def of(project: ProjectFacts) -> NeedClass:
    return need_class(project, default())


def states(project: ProjectFacts) -> dict[str, str]:
    return {code: status.state for code, status in of(project).steps}


def test_a_workshop_and_a_battery_plant() -> None:
    assert of(WORKSHOP).key == "APPEAL|BUILDx2|EL_BT|LITIG?|PC|PREP_PC"
    assert of(BATTERY).key == "AE|AID_FILE|APPEAL|BUILDx5|EL_HTB|GAS|LITIG?|PC|PREP_A|PREP_PC|WATER"


def test_needs_of_one_class_are_one_key_and_hash() -> None:
    bigger = replace(WORKSHOP, floor_m2=4_000, power_mw=0.1)
    assert of(bigger) == of(WORKSHOP)
    assert len({of(bigger), of(WORKSHOP), of(BATTERY)}) == 2


@pytest.mark.parametrize(
    ("regime", "asked", "not_asked"),
    [
        ("NC", {}, {"D_DEC", "E_REG", "AE", "PREP_E", "PREP_A"}),
        ("D", {"D_DEC": TO_DO}, {"E_REG", "AE"}),
        ("DC", {"D_DEC": TO_DO}, {"E_REG", "AE"}),
        ("E", {"E_REG": TO_DO, "PREP_E": TO_DO}, {"D_DEC", "AE"}),
        ("A", {"AE": TO_DO, "PREP_A": TO_DO}, {"D_DEC", "E_REG", "IOTA_D", "IOTA_A", "CASE_PROJECT"}),
        (None, {"D_DEC": UNKNOWN, "E_REG": UNKNOWN, "AE": UNKNOWN, "PREP_A": UNKNOWN}, set()),
    ],
)
def test_regime(regime: str | None, asked: dict[str, str], not_asked: set[str]) -> None:
    found = states(replace(BATTERY, regime=regime, seveso=None))
    assert asked.items() <= found.items()
    assert not not_asked & found.keys()


def test_seveso_means_authorisation() -> None:
    assert states(ProjectFacts(regime=None, seveso="SB"))["AE"] == TO_DO
    assert "E_REG" not in states(ProjectFacts(regime=None, seveso="SB"))


@pytest.mark.parametrize(
    ("power", "km", "free", "asked"),
    [
        (None, 5, 10, {}),
        (0.0, 5, 10, {}),
        (0.25, 5, 10, {"EL_BT": TO_DO}),
        (0.26, 5, 10, {"EL_HTA": TO_DO}),
        (10, 10, 20, {"EL_HTA": TO_DO}),
        (10, 12, 20, {"EL_HTB": TO_DO}),
        (40, 2.5, 50, {"EL_HTA": TO_DO}),
        (41, 1, 50, {"EL_HTB": TO_DO}),
        (4, None, 10, {"EL_HTA": TO_DO}),
        (10, None, 20, {"EL_HTA": TO_DO, "EL_HTB": UNKNOWN}),
        (10, 5, 8, {"EL_HTA": TO_DO, "EL_SRC": TO_DO}),
        (10, 5, None, {"EL_HTA": TO_DO, "EL_SRC": UNKNOWN}),
        (1, 5, None, {"EL_HTA": TO_DO}),
        (500, 5, None, {"EL_HTB": TO_DO}),
    ],
)
def test_power_by_distance_and_room(power: float | None, km: float, free: float, asked: dict[str, str]) -> None:
    found = states(replace(WORKSHOP, power_mw=power, substation_km=km, substation_free_mw=free))
    offer = {"EL_OFFER": TO_DO} if "EL_HTA" in asked else {}
    assert {code: state for code, state in found.items() if code.startswith("EL_")} == asked | offer


@pytest.mark.parametrize(
    ("facts", "code", "state"),
    [
        ({"land_m2": 10_000.0}, "IOTA_D", None),
        ({"land_m2": 10_001.0}, "IOTA_D", TO_DO),
        ({"land_m2": 200_000.0}, "IOTA_A", TO_DO),
        ({"land_m2": 200_000.0}, "IOTA_D", None),
        ({"land_m2": None, "footprint_m2": 12_000.0}, "IOTA_D", TO_DO),
        ({"land_m2": None, "footprint_m2": 2_000.0}, "IOTA_D", UNKNOWN),
        ({"land_m2": None, "footprint_m2": None}, "IOTA_D", UNKNOWN),
        ({"land_m2": None, "footprint_m2": None}, "IOTA_A", None),
        ({"floor_m2": 10_000.0}, "CASE_PROJECT", TO_DO),
        ({"floor_m2": 9_999.0}, "CASE_PROJECT", None),
        ({"floor_m2": None, "footprint_m2": None}, "CASE_PROJECT", UNKNOWN),
        ({"floor_m2": 10_000.0, "regime": None}, "CASE_PROJECT", UNKNOWN),
        ({"floor_m2": 10_000.0, "regime": "E"}, "CASE_PROJECT", None),
        ({"floor_m2": None, "footprint_m2": None}, "BUILD", None),
        ({"floor_m2": None}, "BUILD", TO_DO),
        ({"water_m3h": 4.0}, "WATER", None),
        ({"water_m3h": 5.0}, "WATER", TO_DO),
        ({"gas_m3h": 1.0}, "GAS", TO_DO),
        ({"aid": True}, "AID_FILE", TO_DO),
        ({"rail": True, "siding_exists": True}, "RAIL_EX", TO_DO),
        ({"rail": True, "siding_exists": True}, "RAIL_NEW", None),
        ({"rail": True, "siding_exists": False}, "RAIL_NEW", TO_DO),
        ({"rail": True, "siding_exists": False}, "RAIL_EX", None),
        ({"rail": True}, "RAIL_NEW", UNKNOWN),
        ({"rail": False, "siding_exists": False}, "RAIL_NEW", None),
    ],
)
def test_triggers(facts: dict[str, object], code: str, state: str | None) -> None:
    assert states(replace(WORKSHOP, **facts)).get(code) == state  # type: ignore[arg-type]


def test_what_the_company_has_done_leaves_the_class() -> None:
    done = replace(WORKSHOP, already={"PREP_PC": "done", "PC": "running"})
    assert of(done).key == "APPEAL|BUILDx2|EL_BT|LITIG?|PC~"
    assert dict(of(done).already)["PC"].state == RUNNING
    assert of(replace(WORKSHOP, already={"PREP_PC": "not_needed"})) == of(
        replace(WORKSHOP, already={"PREP_PC": "done"})
    )


def test_a_file_that_was_handed_in_is_written() -> None:
    handed_in = replace(BATTERY, already={"AE": "running"})
    asked = {word.rstrip("~?!") for word in of(handed_in).key.split("|")}
    assert "PREP_A" not in asked
    assert "PREP_PC" in asked
    assert (
        of(replace(WORKSHOP, power_mw=2, already={"EL_OFFER": "expired", "EL_HTA": "running"})).key
        == of(replace(WORKSHOP, power_mw=2, already={"EL_HTA": "running"})).key
    )


def test_the_floor_is_no_less_than_the_ground_covered() -> None:
    assert "BUILDx4" in of(replace(WORKSHOP, floor_m2=3_000, footprint_m2=30_000)).key.split("|")
    assert "BUILDx4" in of(replace(WORKSHOP, floor_m2=30_000, footprint_m2=3_000)).key.split("|")


def test_a_code_may_have_an_x_of_its_own() -> None:
    code, build = "Taxe x2", default().steps["BUILD"]
    catalogue = replace(default(), steps={**default().steps, code: replace(build, code=code)})
    made = need_class(WORKSHOP, catalogue)
    assert "Taxe x2x2" in made.key.split("|")
    assert class_of_key(made.key, catalogue) == made


def test_a_class_is_found_again_from_its_key() -> None:
    for project in (WORKSHOP, BATTERY, ProjectFacts(power_mw=30)):
        found = of(project)
        assert class_of_key(found.key, default()) == found
    wrong_sizes = ("PCx2", "BUILDx1", "BUILDx6", "BUILDx02")
    for key in ("", "PC|", "pc", "VRD", "PC|BUILD", "PC|PC", "PC!", "PC??", "PC~|BUILD", "owner", *wrong_sizes):
        with pytest.raises(ValueError, match="no class of needs"):
            class_of_key(key, default())


def test_what_the_company_did_on_the_land_stays_in_the_key() -> None:
    assert of(replace(WORKSHOP, already={"LAND_OPT": "done"})).key.endswith("LAND_OPT!|LITIG?|PC|PREP_PC")


def test_what_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no such step in the catalogue: GONE"):
        of(replace(WORKSHOP, already={"GONE": "done"}))
    with pytest.raises(ValueError, match="regime 'X'"):
        of(replace(WORKSHOP, regime="X"))
    with pytest.raises(ValueError, match="state 'over'"):
        of(replace(WORKSHOP, already={"PC": "over"}))


NUMBER = st.none() | st.floats(0, 1e6)


@given(
    st.builds(
        ProjectFacts,
        regime=st.sampled_from([None, "NC", "D", "DC", "E", "A"]),
        seveso=st.sampled_from([None, "SB", "SH"]),
        power_mw=NUMBER,
        substation_km=NUMBER,
        substation_free_mw=NUMBER,
        water_m3h=NUMBER,
        gas_m3h=NUMBER,
        floor_m2=NUMBER,
        land_m2=NUMBER,
        footprint_m2=NUMBER,
        aid=st.booleans(),
        rail=st.booleans(),
        siding_exists=st.none() | st.booleans(),
    )
)
def test_any_need_has_a_class_with_one_way_to_power(project: ProjectFacts) -> None:
    made = of(project)
    assert hash(made) == hash(of(project))
    certain = {code for code, status in made.steps if status.state == TO_DO}
    assert len(certain & {"EL_BT", "EL_HTA", "EL_HTB"}) == (1 if project.power_mw else 0)
    assert {"PC", "PREP_PC"} <= certain
