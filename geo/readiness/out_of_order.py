"""Steps said to have begun while something they need is left: something before them was not recorded, or is wrong."""

from collections.abc import Mapping
from datetime import date

from geo.readiness.begun import state_on
from geo.readiness.catalogue import Catalogue
from geo.readiness.status import BLOCKED, DONE, RUNNING, TO_DO, StepStatus

_LEFT = (TO_DO, RUNNING, BLOCKED)


def out_of_order(catalogue: Catalogue, statuses: Mapping[str, StepStatus], as_of: date) -> dict[str, tuple[str, ...]]:
    """By step, what is left before it. A step whose file may begin early may run, but not be over."""
    states = {code: state_on(catalogue.steps[code], status, as_of) for code, status in statuses.items()}
    found = {}
    for code, state in states.items():
        step = catalogue.steps[code]
        left = tuple(one for one in step.needs if states.get(one) in _LEFT)
        if left and (state == DONE or (state == RUNNING and not step.early)):
            found[code] = left
    return found
