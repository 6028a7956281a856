"""What building keeps to the plan's known rules where the one asked does not: a lower, a smaller one, less yard.

The covered ground of a CES c on a surface S is at most cS; what open ground p leaves to buildings and yard is (1 - p)S.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from geo.land.building_limits import BuildingRule, Limit
from geo.match.fit.building_surface import covered, yard_ground
from geo.match.fit.programme import programme_of
from geo.match.need.need import Need
from geo.match.need.parts import AreaBuilding, RectangleBuilding
from geo.match.parcel.candidate import Candidate
from geo.match.relaxing.building import LEAST_SHARE, least_sides
from geo.match.relaxing.change import Change, floored

Limits = Mapping[BuildingRule, Limit]
FIT = "fit"


def rule_changes(need: Need, candidate: Candidate) -> tuple[Change, ...]:
    """The changes that each keep to the rules which refuse the fit; none where nothing near would do.

    A lower building, and a smaller surface said, go together with each where those are refused too.
    """
    sizes = [
        Change(FIT, path, asked, to, asked - to)
        for path, asked, to in smaller(need, candidate.limits, candidate.surface_m2)
    ]
    others = tuple(one for one in (lower(need, candidate.limits), less_footprint(need, candidate)) if one is not None)
    if sizes:
        return tuple(replace(one, also=others) for one in sizes)
    return others[:1] if len(others) == 1 and not _room(need, candidate.limits, candidate.surface_m2).binds else ()


def lower(need: Need, limits: Limits) -> Change | None:
    """The height that the plan admits, where that asked is refused."""
    limit, asked = limits.get(BuildingRule.HEIGHT), need.height_m
    if asked is None or "height_m" in need.wishes or limit is None or limit.value is None:
        return None
    to = floored(limit.value, 2)
    if limit.keeps(BuildingRule.HEIGHT, asked) is not False or to <= 0:
        return None
    return Change("height_m", "/height_m", asked, to, asked - to)


def footprint_room(asked: float, limits: Limits, surface: float | None, free: float | None) -> float | None:
    """The largest built surface (m2) below that asked, by the CES and by what may be built on; None: not refused."""
    limit = limits.get(BuildingRule.CES)
    rooms = [] if free is None else [free]
    if limit is not None and limit.value is not None and surface and not limit.keeps(BuildingRule.CES, asked / surface):
        rooms.append(limit.value * surface)
    least = min(rooms, default=math.inf)
    return least if least < asked else None


def less_footprint(need: Need, candidate: Candidate) -> Change | None:
    """A smaller built surface, where the one said is refused."""
    asked = need.footprint_m2
    if asked is None or "footprint_m2" in need.wishes:
        return None
    room = footprint_room(asked, candidate.limits, candidate.surface_m2, candidate.buildable_m2)
    to = 0.0 if room is None else floored(room, 0)
    return Change("footprint_m2", "/footprint_m2", asked, to, asked - to) if to > 0 else None


@dataclass(frozen=True, slots=True)
class Room:
    """What the rules that are broken leave, m2: to buildings, and to buildings and yard together."""

    built: float
    hard: float

    @property
    def binds(self) -> bool:
        """Whether one of them is broken."""
        return min(self.built, self.hard) < math.inf


def smaller(need: Need, limits: Limits, surface: float | None) -> Iterator[tuple[str, float, float]]:
    """Each value of the only building, or of the yard, that may shrink to keep to the rules: its path, from, to.

    As of any building that is proposed half of it at least is left, and the longer side stays the longer one; of
    several kinds of buildings nothing is known to be the one to shrink.
    """
    room = _room(need, limits, surface)
    if not room.binds or need.buildings is None:
        return
    found = list(_sides(need, room))
    if room.built == math.inf and need.yard_m is not None:
        programme = programme_of(need)
        along = yard_ground(programme) / need.yard_m
        most = (room.hard - covered(programme)) / along
        found.append(("/yard_m", need.yard_m, need.yard_m * LEAST_SHARE, most))
    for path, asked, least, most in found:
        to = floored(most, 1)
        if least <= to < asked:
            yield path, asked, to


def _room(need: Need, limits: Limits, surface: float | None) -> Room:
    built = hard = math.inf
    if not surface or need.buildings is None:
        return Room(built, hard)
    programme = programme_of(need)
    under, yard = covered(programme), yard_ground(programme)
    ces, free = limits.get(BuildingRule.CES), limits.get(BuildingRule.OPEN_GROUND)
    if ces is not None and ces.value is not None and ces.keeps(BuildingRule.CES, under / surface) is False:
        built = ces.value * surface
    left = max(surface - under - yard, 0.0) / surface
    if free is not None and free.value is not None and free.keeps(BuildingRule.OPEN_GROUND, left) is False:
        hard = (1 - free.value) * surface
    return Room(built, hard)


def _sides(need: Need, room: Room) -> Iterator[tuple[str, float, float, float]]:
    """The sides of one rectangle (and its copies), or the surface of one building of any form.

    Of each its path, its value, the least that is proposed and the most that is left to it.
    """
    if need.buildings is None or len(need.buildings) > 1:
        return
    (building,), yard = need.buildings, need.yard_m or 0.0
    if isinstance(building, RectangleBuilding):
        length, width, count = building.length_m, building.width_m, building.count
        least = least_sides(length, width)
        yield "/buildings/0/width_m", width, least[1], _side(room, length, count, yard)
        yield "/buildings/0/length_m", length, least[0], _side(room, width, count, yard)
    elif isinstance(building, AreaBuilding):
        side = (math.sqrt(yard**2 + 4 * room.hard) - yard) / 2 if room.hard >= 0 else 0.0
        area = building.area_m2
        yield "/buildings/0/area_m2", area, area * LEAST_SHARE, min(room.built, side**2)


def _side(room: Room, other: float, count: int, yard: float) -> float:
    """The longest side beside the other: the yard lies along whichever of the two is longer."""
    ground = count * other
    return min(room.built / ground, room.hard / (ground + yard), (room.hard - yard * other) / ground)
