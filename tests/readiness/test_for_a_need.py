"""The dates of one parcel for different projects."""

from dataclasses import replace

import pytest

from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute
from geo.readiness.dates import add_months
from geo.readiness.needclass import ProjectFacts, need_class
from geo.readiness.states import states_of
from geo.readiness.status import DONE, TO_DO, UNKNOWN, StepStatus
from tests.readiness.computing import BATTERY, WORKSHOP, months, of_facts
from tests.readiness.situations import RAW, SERVICED, TODAY


def test_a_bicycle_workshop_and_a_battery_plant_on_one_parcel() -> None:
    workshop, battery = of_facts(SERVICED, WORKSHOP), of_facts(SERVICED, BATTERY)
    assert months(battery.start) > months(workshop.start) + 6
    assert months(battery.power) > months(workshop.power) + 24
    assert months(battery.production) > months(workshop.production) + 24
    assert workshop.ready_class == battery.ready_class == of_facts(SERVICED).ready_class
    assert battery.critical_path == ("PREP_A", "AE")


def test_milestones_that_do_not_apply_are_absent() -> None:
    land = of_facts(SERVICED)
    assert land.power is None
    assert land.production is None
    assert land.date_at("power", 0.5) is None
    silent = of_facts(SERVICED, ProjectFacts(regime="NC"))
    assert silent.power is None
    assert silent.production is None
    powerless = of_facts(SERVICED, replace(WORKSHOP, power_mw=None))
    assert powerless.power is None
    assert months(powerless.production) > months(powerless.start) + 9
    with pytest.raises(KeyError):
        land.milestone("end")


def test_production_waits_for_works_and_for_power() -> None:
    slow = of_facts(SERVICED, replace(WORKSHOP, power_mw=100))
    assert slow.production is not None
    assert slow.power is not None
    assert all(one >= other for one, other in zip(slow.production.days, slow.power.days, strict=True))
    assert "EL_HTB" in slow.production.path
    built = of_facts(SERVICED, replace(WORKSHOP, power_mw=100, already={"BUILD": "running"}))
    assert built.production is not None
    assert built.production.path == ("LAND_OPT", "EL_HTB")


def test_a_larger_building_takes_longer_to_build() -> None:
    sizes = (None, 3_000, 5_000, 20_000, 60_000)
    takes = []
    for floor in sizes:
        project = replace(WORKSHOP, power_mw=None, regime="E", floor_m2=floor, footprint_m2=None if floor else 2_500)
        found = of_facts(SERVICED, project)
        takes.append(months(found.production) - months(found.start))
    assert takes[0] == takes[1], "the ground it covers stands for the floor that is not said"
    assert takes[1:] == [pytest.approx(about_now, abs=1) for about_now in (12, 14, 18, 25)]


def test_a_building_under_way_is_that_of_its_size() -> None:
    """Two years after works began, a workshop is late and a plant for batteries is not."""
    for floor, late in ((3_000, True), (200_000, False)):
        project = replace(WORKSHOP, floor_m2=floor, already={"BUILD": "running"})
        need = need_class(project, default())
        brought = {code: replace(status, since=add_months(TODAY, -20)) for code, status in need.already}
        found = compute(default(), states_of(SERVICED, TODAY), replace(need, already=tuple(brought.items())), TODAY)
        assert ("overdue:BUILD" in found.flags) is late


def test_what_the_company_brings_shortens_its_own_date_only() -> None:
    land, plain = of_facts(SERVICED), of_facts(SERVICED, WORKSHOP)
    ready = of_facts(SERVICED, replace(WORKSHOP, already={"PREP_PC": "done", "LAND_OPT": "done"}))
    assert months(ready.start) < months(plain.start) - 2
    assert ready.ready_class == land.ready_class


def test_the_land_speaks_of_steps_of_the_project() -> None:
    """A lot whose operation filed for its rain water asks no file of the project."""
    project = replace(WORKSHOP, land_m2=15_000)
    codes = {row.code: row.state for row in of_facts(SERVICED, project).steps}
    assert codes["IOTA_D"] == DONE
    assert {row.code: row.state for row in of_facts(RAW, project).steps}["IOTA_D"] == TO_DO
    unsaid = {"IOTA_D": StepStatus(UNKNOWN)}
    need = need_class(project, default())
    assert {row.code: row.state for row in compute(default(), unsaid, need, TODAY).steps}["IOTA_D"] == TO_DO
