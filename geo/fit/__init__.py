"""Pure: does a building fit on this land, at any angle, with proof.

What decides is compiled, and comes when it is first asked for: neighbours in this room are found without it.
"""

from typing import TYPE_CHECKING

from geo.fit.answer import Certificate, Fit, Interval, Verdict
from geo.fit.checks import UnusableShape
from geo.fit.ground import Ground, Limit, beside, lay_out

if TYPE_CHECKING:
    from geo.fit.decision import MAX_NODES, decide, decide_on, warm

__all__ = [
    "MAX_NODES",
    "Certificate",
    "Fit",
    "Ground",
    "Interval",
    "Limit",
    "UnusableShape",
    "Verdict",
    "beside",
    "decide",
    "decide_on",
    "lay_out",
    "warm",
]


def __getattr__(name: str) -> object:
    """The decision, with its compiler, once someone decides."""
    if name not in ("MAX_NODES", "decide", "decide_on", "warm"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from geo.fit import decision

    return getattr(decision, name)
