"""What changes when a step is over: for what-if questions and for entering a good outcome."""

from collections.abc import Mapping

from geo.readiness.catalogue import Catalogue
from geo.readiness.status import DONE, NOT_NEEDED, UNKNOWN, StepStatus


def finished(catalogue: Catalogue, states: Mapping[str, StepStatus], code: str) -> dict[str, StepStatus]:
    """``states`` once ``code`` is over with a favourable outcome: what it might have called for is not needed.

    A negative diagnostic, a survey without protected species... Steps known to be needed stay.
    """
    after = {**states, code: StepStatus(DONE, source="finished")}
    for step in catalogue.steps.values():
        status = states.get(step.code)
        if step.outcome_of == code and status is not None and status.state == UNKNOWN:
            after[step.code] = StepStatus(NOT_NEEDED, source=f"outcome of {code}")
    return after
