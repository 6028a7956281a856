"""The profile of a parcel: which buildings fit, which do not and which are open, told in a microsecond.

A *curve* is a ladder of lengths, each with a width for which a place was found and a width refused at every angle.
With a setback d, a building fits where the one larger by d all round fits; and where it stands, every box inscribed in
the building widened by a disc of radius d lies in the parcel: sides L + 2d cos t and W + 2d sin t for any t.

Where constraints take a part of the parcel these two lie far apart, since nothing is kept from a constraint's edge. A
third curve is then of what is buildable behind the commonest setback.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from geo.compiler import lean
from geo.fit.checks import check_length

Floats = NDArray[np.float64]

VERSION = 1
"""Of the bytes: another version's are not read."""
MOST_RUNGS = 78
"""Of all curves together: 394 bytes."""

LADDER: Floats = 5.0 * np.power(1.025, np.arange(256), dtype=np.float64)
"""Lengths (planar metres) a curve may have a rung at."""
BEHIND = 4.99
"""The setback of the third curve: 5 m of the ground are 4.995 to 5.008 m of the map in France."""
LEAST = 5.0
"""Widths below it are not told apart."""

_QUANTUM = 2e-4
_UNPROVED = 65_535
_RUNG = np.dtype([("rung", "u1"), ("lower", "<u2"), ("upper", "<u2")])


class Told(StrEnum):
    """What a profile says of a building; ``open`` asks for the exact decision."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


@lean
def _holds(lengths: Floats, lower: Floats, long: float, wide: float) -> bool:
    """Does a place found on some rung hold long x wide, in either order?"""
    for k in range(lengths.shape[0]):
        if (lengths[k] >= long and lower[k] >= wide) or (lengths[k] >= wide and lower[k] >= long):
            return True
    return False


@lean
def _refuses(lengths: Floats, upper: Floats, long: float, wide: float, room: float) -> bool:
    """Is a box inscribed in long x wide, widened all round by half of ``room``, refused on some rung?"""
    for k in range(lengths.shape[0]):
        a, b = max(0.0, lengths[k] - long), max(0.0, upper[k] - wide)
        if a * a + b * b <= room * room:
            return True
        a, b = max(0.0, lengths[k] - wide), max(0.0, upper[k] - long)
        if a * a + b * b <= room * room:
            return True
    return False


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Rungs of the ladder, by rising length; metres, all of shape (N,).

    A box of ``lengths[k]`` x ``lower[k]`` was placed; one of ``lengths[k]`` x ``upper[k]`` fits at no angle (infinite:
    not proved). Widths may be above the length.
    """

    lengths: Floats
    lower: Floats
    upper: Floats

    def holds(self, long: float, wide: float) -> bool:
        """Whether a place for a box this large was found."""
        return _holds(self.lengths, self.lower, long, wide)

    def refuses(self, long: float, wide: float, room: float = 0.0) -> bool:
        """Whether the box, or a larger one inscribed in the box widened by half of ``room``, is proved not to fit."""
        return _refuses(self.lengths, self.upper, long, wide, room)

    def packed(self) -> bytes:
        """Five bytes a rung; widths found are rounded down, those refused up, by 0.02 % at most."""
        rows = np.empty(len(self.lengths), _RUNG)
        rows["rung"] = np.searchsorted(LADDER, self.lengths)
        rows["lower"] = np.floor(np.log(np.maximum(self.lower, 1.0)) / _QUANTUM)
        proved = np.isfinite(self.upper)
        rows["upper"] = np.where(proved, np.ceil(np.log(np.where(proved, self.upper, 1.0)) / _QUANTUM), _UNPROVED)
        return rows.tobytes()

    @classmethod
    def unpacked(cls, packed: bytes) -> "Curve":
        """The curve of these bytes."""
        rows = np.frombuffer(packed, _RUNG)
        lower = np.where(rows["lower"] > 0, np.exp(rows["lower"] * _QUANTUM), 0.0)
        upper = np.where(rows["upper"] < _UNPROVED, np.exp(rows["upper"] * _QUANTUM), np.inf)
        return cls(LADDER[rows["rung"]], lower, upper)


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """The curves of the buildable area and of the parcel, from whose boundary a setback is measured.

    ``behind``, where these differ: of the buildable area at least BEHIND metres inside the parcel.
    """

    buildable: Curve
    parcel: Curve
    behind: Curve | None = None

    def tell(self, length: float, width: float, setback: float = 0.0) -> Told:
        """Whether a length x width building fits ``setback`` metres or more from the boundary of the parcel.

        Planar metres, the sides in either order. ``yes`` and ``no`` are proved, as those of :func:`geo.fit.decide`.
        Raises ValueError for a length out of range.
        """
        one, other = check_length("length", length), check_length("width", width)
        room = 2.0 * check_length("setback", setback, shortest=0.0)
        if self._holds(one, other, room):
            return Told.YES
        return Told.NO if self._refuses(one, other, room) else Told.OPEN

    def _holds(self, one: float, other: float, room: float) -> bool:
        if self.buildable.holds(one + room, other + room):
            return True
        more = max(0.0, room - 2.0 * BEHIND)
        return self.behind is not None and self.behind.holds(one + more, other + more)

    def _refuses(self, one: float, other: float, room: float) -> bool:
        if self.buildable.refuses(one, other) or (room > 0.0 and self.parcel.refuses(one, other, room)):
            return True
        return self.behind is not None and room >= 2.0 * BEHIND and self.behind.refuses(one, other)

    def to_bytes(self) -> bytes:
        """At most 400 bytes: the version, how many rungs each curve has (0: the parcel is as the buildable area, or
        there is no third), and the rungs.
        """
        own, parcel = self.buildable.packed(), b"" if self.parcel is self.buildable else self.parcel.packed()
        behind = b"" if self.behind is None else self.behind.packed()
        counts = (len(curve) // _RUNG.itemsize for curve in (own, parcel, behind))
        return bytes([VERSION, *counts]) + own + parcel + behind

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Profile | None":
        """The profile of these bytes; None for those of another version."""
        if not stored or stored[0] != VERSION:
            return None
        own, parcel, behind = (int(count) for count in np.cumsum([*stored[1:4]]) * _RUNG.itemsize + 4)
        buildable = Curve.unpacked(stored[4:own])
        return cls(
            buildable,
            Curve.unpacked(stored[own:parcel]) if parcel > own else buildable,
            Curve.unpacked(stored[parcel:behind]) if behind > parcel else None,
        )
