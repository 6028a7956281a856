"""The parts of what is derived, as the bits that the database's dirty marks carry."""

from enum import IntFlag


class Part(IntFlag):
    """One part each; the triggers of migrations/foundation/30_derived.sql use the same numbers."""

    MEASURE = 1
    PLACE = 2
    ZONING = 4
    BUILDABLE = 8
    NEAREST = 16
    READINESS = 32
    SERVED = 64
    PROFILE = 128
    FRONTAGE = 256
    NEIGHBOURS = 512
    COVERED = 1024


EVERYTHING = Part(511) | Part.NEIGHBOURS | Part.COVERED

RECIPES = dict.fromkeys(Part, 1) | {Part.PLACE: 2, Part.READINESS: 2}
"""Raise a part's number when its computation changes: the next derivation then does that part of every parcel anew."""

FEEDS = {
    Part.MEASURE: EVERYTHING,
    Part.PLACE: Part.SERVED,
    Part.ZONING: Part.READINESS | Part.SERVED,
    Part.BUILDABLE: Part.PROFILE | Part.READINESS | Part.SERVED,
    Part.NEAREST: Part.SERVED,
    Part.READINESS: Part.SERVED,
    Part.SERVED: Part(0),
    Part.PROFILE: Part(0),
    Part.FRONTAGE: Part(0),
    Part.NEIGHBOURS: Part(0),
    Part.COVERED: Part(0),
}
"""The parts that read a part, and are made anew with it."""

OF_OTHERS = Part.NEIGHBOURS | Part.COVERED
"""What other parcels make stale, hidden ones among them: nobody is told of it, by geo/store/views/views.py."""
