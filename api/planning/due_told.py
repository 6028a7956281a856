"""A status to say again, as it is answered and printed."""

from typing import Any

from geo.derive.due import Due, DueStatus
from geo.readiness.catalogue_file import in_use


def told_due(one: Due, status: DueStatus, lang: str) -> dict[str, Any]:
    """The parcel, the step by its name in the language, its state, and when it was last said to be so."""
    return {
        "parcel": one.parcel,
        "name": one.name,
        "organisation": one.organisation,
        "step": status.step,
        "label": in_use().steps[status.step].label[lang],
        "state": status.state,
        "since": None if status.since is None else status.since.isoformat(),
        "attested_on": None if status.said_on is None else status.said_on.isoformat(),
        "due_on": status.due_on.isoformat(),
    }
