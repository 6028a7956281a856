"""Dates as they are kept: the same at any probability as those computed."""

from datetime import date, timedelta

import pytest

from geo.readiness.batch import Batch
from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute
from geo.readiness.kept import Kept, packed
from geo.readiness.needclass import NeedClass, ProjectFacts, need_class, place_case
from geo.readiness.result import NEVER, day_of_quantile
from geo.readiness.states import states_of
from geo.readiness.status import BLOCKED, RUNNING, StepStatus
from tests.readiness.situations import RAW, SERVICED, TODAY

CATALOGUE = default()
PLANT = need_class(ProjectFacts(regime="E", power_mw=10, substation_km=4, footprint_m2=9_000), CATALOGUE)
LANDS = [
    {},
    states_of(SERVICED, TODAY),
    states_of(RAW, TODAY),
    {"PLU_REV": StepStatus(BLOCKED)},
    {"VRD": StepStatus(RUNNING, TODAY - timedelta(days=99))},
]


@pytest.mark.parametrize("project", [None, PLANT])
def test_what_is_kept_is_what_was_computed(project: NeedClass | None) -> None:
    kept = packed(Batch(CATALOGUE, LANDS, TODAY, lambda status: status, draws=200).dates(project))
    for land, one in zip(LANDS, kept, strict=True):
        found = compute(CATALOGUE, land, project, TODAY, draws=200)
        assert project is not None or one.ready_class(TODAY) == found.ready_class
        for name in ("start", "start_cleared", "power", "production"):
            milestone = found.milestone(name)
            for probability in (0.01, 0.333, 0.5, 0.8, 0.99, 0.995):
                for optimistic in (False, True):
                    days = one.days(name, probability, optimistic=optimistic)
                    if milestone is None:
                        assert days is None
                    else:
                        values = milestone.optimistic if optimistic else milestone.days
                        assert days == day_of_quantile(values, probability)


def test_little_is_kept() -> None:
    nothing, *_, blocked, _ = packed(Batch(CATALOGUE, LANDS, TODAY, lambda status: status, draws=200).dates(None))
    assert nothing == Kept(bytes(198), None, None, None)
    assert (blocked.days("start", 0.01), blocked.days("start_cleared", 0.01)) == (NEVER, NEVER)
    assert blocked.ready_class(TODAY) == "over_12"


def test_a_probability_is_between_none_and_all() -> None:
    for probability in (0.0, 1.0, -0.1):
        with pytest.raises(ValueError, match="between 0 and 1"):
            Kept(bytes(198), None, None, None).days("start", probability)


def test_places_are_few_cases_for_a_need() -> None:
    places = [(km / 10, free) for km in range(400) for free in (None, 0.0, 3.0, 9.9, 10.0, 55.5)]
    for power in (0.1, 1.0, 4.0, 10.0, 30.0, 41.0):
        cases: dict[tuple[str, ...], set[str]] = {}
        for km, free in [*places, (None, None), (None, 20.0)]:
            project = ProjectFacts(power_mw=power, substation_km=km, substation_free_mw=free)
            key = need_class(project, CATALOGUE).key
            cases.setdefault(place_case(power, km, free), set()).add(key)
        assert len(cases) <= 6
        assert all(len(keys) == 1 for keys in cases.values())


def test_days_are_those_of_the_class_of_the_portals() -> None:
    half_a_year = (date(2027, 5, 22) - TODAY).days
    for days, name in ((half_a_year, "0_6"), (half_a_year + 1, "6_12")):
        assert Kept(days.to_bytes(2, "big") * 99, None, None, None).ready_class(TODAY) == name
