"""Dates of small catalogues and of facts, in months, for tests of what they come to."""

import pytest

from geo.readiness.catalogue import Catalogue
from geo.readiness.catalogue_file import default
from geo.readiness.compute import compute
from geo.readiness.dates import MEAN_MONTH
from geo.readiness.facts import LandFacts
from geo.readiness.needclass import ProjectFacts, need_class
from geo.readiness.result import Milestone, Readiness
from geo.readiness.states import states_of
from geo.readiness.status import StepStatus
from tests.readiness.situations import TODAY

WORKSHOP = ProjectFacts(regime="NC", power_mw=0.2, floor_m2=3_000, footprint_m2=2_500, land_m2=8_000)
BATTERY = ProjectFacts(regime="A", seveso="SH", power_mw=150, water_m3h=100, floor_m2=200_000, land_m2=500_000)


def of(catalogue: Catalogue, **states: str | StepStatus) -> Readiness:
    wrapped = {code: state if isinstance(state, StepStatus) else StepStatus(state) for code, state in states.items()}
    return compute(catalogue, wrapped, None, TODAY, draws=2_000)


def of_facts(facts: LandFacts, project: ProjectFacts | None = None) -> Readiness:
    need = None if project is None else need_class(project, default())
    return compute(default(), states_of(facts, TODAY), need, TODAY)


def months(milestone: Milestone | None, probability: float = 0.5) -> float:
    assert milestone is not None
    return milestone.days[round(probability * 100) - 1] / MEAN_MONTH


def about(*wanted: float) -> object:
    """These months, in whole days: up to a day more."""
    return pytest.approx(wanted if len(wanted) > 1 else wanted[0], abs=1.1 / MEAN_MONTH)
