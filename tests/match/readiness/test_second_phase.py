"""By when a second phase may start on the land next door: in time, late, or not known."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from geo.land.vocabulary import Industry
from geo.match.criteria.criterion import Verdict
from geo.match.criteria.order import RULES
from geo.match.fit.fit import FitVerdict
from geo.match.fit.phases import decide_phases
from geo.match.parcel.candidate import Later
from geo.match.readiness.second_phase import alone, in_time
from tests.match.parcels import Dates, need, parcel, rectangle

FIVE_YEARS = date(2031, 10, 1)
IN_TIME, UNKNOWN, LATE = (
    Later(date(2030, 1, 1), True),
    Later(date(2032, 1, 1), None),
    Later(date(2033, 1, 1), False),
)
NEXT = parcel(2, rectangle(100, 90, at=(840_300.0, 6_520_000.0)))


@pytest.mark.parametrize(
    ("view", "told"),
    [
        (None, Later()),
        (Dates(), Later()),
        (Dates(FIVE_YEARS), Later(FIVE_YEARS, True)),
        (Dates(FIVE_YEARS + timedelta(1)), Later(FIVE_YEARS + timedelta(1), False)),
        (Dates(FIVE_YEARS + timedelta(9), doubt_days=9), Later(FIVE_YEARS + timedelta(9), None)),
        (Dates(date.max), Later(date.max, False)),
    ],
)
def test_in_time_late_or_unknown(view: Dates | None, told: Later) -> None:
    """Late only where it is late even if no unknown step has to run."""
    assert in_time(view, 0.5, FIVE_YEARS) == told


def test_the_second_phase_asks_for_its_own_permits() -> None:
    whole = need(
        buildings=[{"length_m": 120, "width_m": 80}],
        land_m2="9 ha",
        footprint_m2=9_000,
        icpe={"regime": "A"},
        already={"PREP_PC": "done"},
        extension={"land_m2": "2 ha", "buildings": [{"length_m": 60, "width_m": 40}], "within_years": 5},
    )
    later = alone(whole)
    assert (later.already, later.footprint_m2, later.extension) == ({}, None, None)
    assert later.land_m2 is not None
    assert (later.land_m2.min, later.buildings) == (20_000, whole.extension and whole.extension.buildings)
    assert later.icpe == whole.icpe


@pytest.mark.parametrize(
    ("beside", "code", "on"),
    [
        ([IN_TIME], "extension.next_door", "2030-01-01"),
        ([LATE, UNKNOWN, IN_TIME], "extension.next_door", "2030-01-01"),
        ([LATE, UNKNOWN], "extension.next_door_undated", "2032-01-01"),
        ([Later()], "extension.next_door_undated", None),
        ([LATE], "extension.next_door_late", "2033-01-01"),
        ([Later(date.max, False)], "extension.next_door_late", None),
    ],
)
def test_the_best_neighbour_decides_and_none_proves_a_no(beside: list[Later], code: str, on: str | None) -> None:
    asked = need(land_m2="2 ha", extension={"land_m2": "5000 m2", "within_years": 5})
    land = tuple(replace(NEXT, id=2 + at, later=one) for at, one in enumerate(beside))
    found = RULES["extension"].evaluate(asked, parcel(surface_m2=20_000.0, beside=land), None)
    assert (found.code, found.detail["on"]) == (code, on)
    assert found.verdict is (Verdict.PASS if code == "extension.next_door" else Verdict.UNKNOWN)
    ready = RULES["extension"].evaluate(need(land_m2="2 ha", extension={"land_m2": 5_000}), parcel(
        surface_m2=20_000.0, beside=land), None)  # fmt: skip
    assert ready.code == "extension.next_door", "no years are asked"


@pytest.mark.parametrize(("later", "fits"), [(IN_TIME, True), (UNKNOWN, False), (Later(), False), (LATE, False)])
def test_a_building_stands_next_door_only_in_time(later: Later, fits: bool) -> None:
    """Where that is not known, the fit is as open as where no neighbour is."""
    asked = need(
        buildings=[{"length_m": 80, "width_m": 60}],
        extension={"buildings": [{"length_m": 80, "width_m": 60}], "within_years": 5},
    )
    land = parcel(1, rectangle(100, 90), beside=(replace(NEXT, later=later),))
    found = decide_phases(asked, land)
    assert (found.verdict, found.later_on) == ((FitVerdict.FITS, 2) if fits else (FitVerdict.OPEN, None))
    forbidden = replace(land, beside=(replace(NEXT, later=IN_TIME, industry=Industry.FORBIDDEN),))
    assert decide_phases(asked, forbidden).verdict is FitVerdict.OPEN
