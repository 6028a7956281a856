"""Pure: does a rectangle fit on this land, at any angle, with proof."""

from geo.fit.answer import Certificate, Fit, Interval, Verdict
from geo.fit.checks import UnusableShape
from geo.fit.decision import MAX_NODES, decide, decide_on, warm
from geo.fit.ground import Ground, lay_out

__all__ = [
    "MAX_NODES",
    "Certificate",
    "Fit",
    "Ground",
    "Interval",
    "UnusableShape",
    "Verdict",
    "decide",
    "decide_on",
    "lay_out",
    "warm",
]
