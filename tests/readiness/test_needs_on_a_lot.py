"""Needs as a company writes them, on one lot: each its own dates."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from geo.land.vocabulary import Origin
from geo.match.need.need import Need
from geo.match.need.reading import read_need
from geo.match.parcel.candidate import Candidate
from geo.match.readiness.readiness import project_facts
from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute
from geo.readiness.needclass import need_class
from geo.readiness.result import Readiness
from geo.readiness.states import states_of
from tests.readiness.situations import SERVICED, TODAY

NEEDS = Path(__file__).with_name("needs")
LOT = Candidate(id=1, origin=Origin.TERRAIN, substation_km=4.0, substation_free_mw=10.0)


def need(name: str, **changes: Any) -> Need:
    return read_need(json.loads((NEEDS / f"{name}.json").read_text(encoding="utf-8")) | changes)


def on_the_lot(asked: Need, lot: Candidate = LOT) -> Readiness:
    return compute(default(), states_of(SERVICED, TODAY), need_class(project_facts(asked, lot), default()), TODAY)


def months(found: Readiness, milestone: str) -> float:
    reached = found.milestone(milestone)
    assert reached is not None
    return reached.days[79] / 30.4


def test_a_bicycle_workshop_and_a_battery_plant_get_different_dates_on_one_parcel() -> None:
    bicycles, batteries = on_the_lot(need("bicycle")), on_the_lot(need("battery"))
    assert bicycles.ready_class == batteries.ready_class == "0_6"  # the land is the same
    assert {"D_DEC", "EL_HTA", "PC"} <= {row.code for row in bicycles.steps}
    assert {"AE", "PREP_A", "EL_HTB", "WATER", "GAS"} <= {row.code for row in batteries.steps}
    assert not {"AE", "E_REG", "WATER", "GAS", "EL_HTB"} & {row.code for row in bicycles.steps}
    assert months(bicycles, "start") < 12 < 16 < months(batteries, "start")
    assert months(batteries, "power") > months(bicycles, "power") + 30
    assert months(batteries, "production") > months(bicycles, "production") + 24
    assert bicycles.critical_path != batteries.critical_path


def test_the_room_at_the_substation_and_its_distance_decide_on_power() -> None:
    asked = need("bicycle", power_mw={"at_opening": 8})
    near = months(on_the_lot(asked), "power")
    full = months(on_the_lot(asked, replace(LOT, substation_free_mw=3.0)), "power")
    far = months(on_the_lot(asked, replace(LOT, substation_km=20.0)), "power")
    assert near + 20 < full
    assert near + 24 < far
    doubt = on_the_lot(asked, replace(LOT, substation_free_mw=None))
    assert "EL_SRC" in doubt.unknown
    reached = doubt.milestone("power")
    assert reached is not None
    assert reached.optimistic[79] / 30.4 == pytest.approx(near, abs=0.1)
    assert reached.days[79] / 30.4 == pytest.approx(full, abs=0.1)


def test_what_the_company_has_done_brings_the_dates_nearer() -> None:
    begun = need("battery", already={"PREP_A": "done", "EL_HTB": "running"})
    for milestone in ("start", "power", "production"):
        assert months(on_the_lot(begun), milestone) < months(on_the_lot(need("battery")), milestone) - 4
