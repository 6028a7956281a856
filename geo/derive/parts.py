"""The parts of what is derived, as the bits that the database's dirty marks carry."""

from enum import IntFlag


class Part(IntFlag):
    """One part each; the triggers of migrations/foundation/30_derived.sql use the same numbers."""

    MEASURE = 1
    PLACE = 2
    ZONING = 4
    BUILDABLE = 8
    POWER = 16
    READINESS = 32
    SERVED = 64


EVERYTHING = Part(127)

RECIPES = dict.fromkeys(Part, 1) | {Part.POWER: 2, Part.READINESS: 2}
"""Raise a part's number when its computation changes: the next derivation then does that part of every parcel anew."""

FEEDS = {
    Part.MEASURE: EVERYTHING,
    Part.PLACE: Part.SERVED,
    Part.ZONING: Part.READINESS | Part.SERVED,
    Part.BUILDABLE: Part.READINESS | Part.SERVED,
    Part.POWER: Part.SERVED,
    Part.READINESS: Part.SERVED,
    Part.SERVED: Part(0),
}
"""The parts that read a part, and are made anew with it."""
