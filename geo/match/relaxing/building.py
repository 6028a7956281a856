"""What building would lie on a parcel that refuses the one asked, read from its profile (geo/fit/profile.py).

A profile holds boxes that were placed. With one side kept, the other is the largest of any box that holds it; with the
surface kept, the sides change within a box; with the building kept, what is over on both sides of a box is setback.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from geo.fit.profile import BEHIND, Curve, Profile
from geo.match.fit.fit import is_one_rectangle
from geo.match.need.need import Need
from geo.match.need.parts import RectangleBuilding
from geo.match.parcel.candidate import Candidate
from geo.match.relaxing.change import Change, floored, raised

LEAST_SHARE = 0.5
"""Less than half of a side is another building [estimate]."""
_FIT = "fit"


@dataclass(frozen=True, slots=True)
class Box:
    """A box that was placed, ground metres, and the setback that was kept around it (infinite sides never)."""

    long: float
    wide: float
    kept: float


def building_changes(need: Need, candidate: Candidate) -> tuple[Change, ...]:
    """The changes of a single rectangle, or of its setback, that its profile proves to fit on the parcel.

    None for other buildings, where no profile is known, and where it does not speak for the land that is free.
    """
    stored = None if candidate.stale or candidate.is_partly_forbidden else candidate.profile
    profile = None if stored is None else Profile.from_bytes(stored)
    if profile is None or not need.buildings or not is_one_rectangle(need):
        return ()
    (building,) = need.buildings
    if not isinstance(building, RectangleBuilding):
        return ()
    boxes = list(_boxes(profile, candidate.scale))
    setback = max(need.setbacks)
    inner = [(box.long - more, box.wide - more) for box in boxes for more in [2 * max(0.0, setback - box.kept)]]
    found = (
        _narrower(building, inner),
        _shorter(building, inner),
        _other_shape(building, inner),
        _closer(need, building, boxes),
    )
    return tuple(change for change in found if change is not None)


def least_sides(length: float, width: float) -> tuple[float, float]:
    """Least length and width, metres, that are proposed instead: half of each, and the longer side stays the longer."""
    longer = (width, 0.0) if length >= width else (0.0, length)
    return max(length * LEAST_SHARE, longer[0]), max(width * LEAST_SHARE, longer[1])


def _boxes(profile: Profile, scale: float) -> Iterator[Box]:
    """Every box of the profile, either side first."""
    yield from _of(profile.buildable, scale, 0.0)
    if profile.behind is not None:
        yield from _of(profile.behind, scale, BEHIND / scale)


def _of(curve: Curve, scale: float, kept: float) -> Iterator[Box]:
    for long, wide in zip(curve.lengths.tolist(), curve.lower.tolist(), strict=True):
        yield Box(long / scale, wide / scale, kept)
        yield Box(wide / scale, long / scale, kept)


def _narrower(asked: RectangleBuilding, inner: list[tuple[float, float]]) -> Change | None:
    widths = [wide for long, wide in inner if long >= asked.length_m]
    least = least_sides(asked.length_m, asked.width_m)[1]
    return _side("width_m", asked.width_m, max(widths, default=0.0), least)


def _shorter(asked: RectangleBuilding, inner: list[tuple[float, float]]) -> Change | None:
    lengths = [long for long, wide in inner if wide >= asked.width_m]
    least = least_sides(asked.length_m, asked.width_m)[0]
    return _side("length_m", asked.length_m, max(lengths, default=0.0), least)


def _side(name: str, asked: float, largest: float, least: float) -> Change | None:
    to = floored(largest, 1)
    if not least <= to < asked:
        return None
    return Change(_FIT, f"/buildings/0/{name}", asked, to, asked - to)


def _other_shape(asked: RectangleBuilding, inner: list[tuple[float, float]]) -> Change | None:
    """As much ground covered, longer or deeper: the length nearest to that asked; none where the asked one lies."""
    surface = asked.length_m * asked.width_m
    found: list[tuple[float, float, float]] = []
    for long, wide in inner:
        if long * wide < surface or min(long, wide) < 1:
            continue
        length = min(max(asked.length_m, raised(surface / floored(wide, 1), 1)), floored(long, 1))
        width = raised(surface / length, 1)
        if width <= wide and length <= long and _is_alike(asked, length, width):
            found.append((abs(length - asked.length_m) / asked.length_m, length, width))
    if not found:
        return None
    size, length, width = min(found)
    if length == asked.length_m or length < asked.width_m * LEAST_SHARE or width < asked.width_m * LEAST_SHARE:
        return None
    before = {"length_m": asked.length_m, "width_m": asked.width_m}
    return Change(_FIT, "/buildings/0", before, {"length_m": length, "width_m": width}, round(size, 6))


def _is_alike(asked: RectangleBuilding, length: float, width: float) -> bool:
    """Whether the longer side is the one that is longer of the building asked."""
    return length >= width if asked.length_m >= asked.width_m else length <= width


def _closer(need: Need, asked: RectangleBuilding, boxes: list[Box]) -> Change | None:
    """Less kept from the boundary."""
    over = [
        box.kept + min(box.long - asked.length_m, box.wide - asked.width_m) / 2
        for box in boxes
        if box.long >= asked.length_m and box.wide >= asked.width_m
    ]
    to, (road, neighbour) = floored(max(over, default=-1.0), 1), need.setbacks
    if not 0 <= to < max(road, neighbour):
        return None
    if road == neighbour:
        return Change(_FIT, "/setback_m", road, to, road - to)
    before = {"road": road, "neighbour": neighbour}
    after = {"road": min(road, to), "neighbour": min(neighbour, to)}
    return Change(_FIT, "/setback_m", before, after, (max(road, neighbour) - to) / max(road, neighbour))
