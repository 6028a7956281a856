"""Where the words of a plan stand: in the shape they name, over no other word, or nowhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

LETTER = 0.62
"""How wide a letter is, of its height: figures and capitals of a plain face."""


NINTH = 3
"""How often a shape is parted each way to look for room."""


def box_around(x: float, y: float, text: str, height: float) -> BaseGeometry:
    """The room of a text centred on a point, millimetres."""
    half = len(text) * height * LETTER / 2 + 0.4
    return shapely.box(x - half, y - height * 0.75, x + half, y + height * 0.75)


@dataclass
class Page:
    """The frame of a plan (width and height, millimetres) and what is written on it so far."""

    width: float
    height: float
    taken: list[BaseGeometry] = field(default_factory=list)

    def place(self, shape: BaseGeometry, text: str, height: float) -> tuple[float, float] | None:
        """Where a text of this height names a shape: a point in it, with room; None where it has none."""
        for part in sorted(_parts(shape), key=lambda one: -one.area)[:3]:
            for x, y in _places(part):
                room = box_around(x, y, text, height)
                if part.area >= room.area * 0.8 and self._is_free(room):
                    self.taken.append(room)
                    return x, y
        return None

    def take(self, room: BaseGeometry) -> None:
        """Keep a room free of words."""
        self.taken.append(room)

    def _is_free(self, room: BaseGeometry) -> bool:
        west, north, east, south = room.bounds
        inside = west >= 0 and north >= 0 and east <= self.width and south <= self.height
        return inside and not any(shapely.intersects(room, other) for other in self.taken)


def _parts(shape: BaseGeometry) -> Iterable[BaseGeometry]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 0]


def _places(part: BaseGeometry) -> Iterator[tuple[float, float]]:
    """The middle where it is inside, a point that always is, then one in each ninth of it."""
    centre, inner = part.centroid, part.point_on_surface()
    if part.contains(centre):
        yield centre.x, centre.y
    yield inner.x, inner.y
    west, north, east, south = part.bounds
    wide, high = (east - west) / NINTH, (south - north) / NINTH
    for row in range(NINTH):
        for column in range(NINTH):
            left, top = west + column * wide, north + row * high
            piece = shapely.intersection(part, shapely.box(left, top, left + wide, top + high))
            if piece.area > 0:
                inside = piece.point_on_surface()
                yield inside.x, inside.y
