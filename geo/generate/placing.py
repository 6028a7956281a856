"""Where each economic zone lies: a grid of cells over the region, one zone a cell, so that none overlap."""

from collections.abc import Iterator
from typing import NamedTuple

from geo.generate.communes import COMMUNES, PLANTED_COMMUNE, Commune

WEST, SOUTH, EAST, NORTH = 637_371, 6_360_112, 996_240, 6_637_815
"""Box of Auvergne-Rhône-Alpes, EPSG:2154 metres."""

CELL = 1_800
REACH = CELL // 2 - 10
"""No point of an economic zone is farther than this from its centre (metres)."""

COLUMNS, ROWS = (EAST - WEST) // CELL, (NORTH - SOUTH) // CELL
_STRIDE = 18_941
"""Shares no divisor with the number of cells: walking by it visits each cell once, far from the one before."""


class Place(NamedTuple):
    """Where the zone ``number`` lies; ``fixed`` ones must not move in their cell (to stay in the commune)."""

    number: int
    commune: Commune
    easting: int
    northing: int
    fixed: bool


def places(seed: int) -> Iterator[Place]:
    """Every place, in order: the planted zone, one in each commune, then the free cells of the grid.

    A zone of the grid carries the name of the nearest commune of the table, which may be far away.
    """
    named = (PLANTED_COMMUNE, *COMMUNES)
    for index, commune in enumerate(named):
        yield Place(index, commune, commune.easting, commune.northing, True)
    taken = {_cell(commune.easting, commune.northing) for commune in named}
    index = len(named)
    for step in range(COLUMNS * ROWS):
        cell = (seed + step * _STRIDE) % (COLUMNS * ROWS)
        if cell not in taken:
            easting = WEST + cell % COLUMNS * CELL + CELL // 2
            northing = SOUTH + cell // COLUMNS * CELL + CELL // 2
            yield Place(index, _nearest(easting, northing), easting, northing, False)
            index += 1


def _cell(easting: int, northing: int) -> int:
    return (northing - SOUTH) // CELL * COLUMNS + (easting - WEST) // CELL


def _nearest(easting: int, northing: int) -> Commune:
    return min(COMMUNES, key=lambda c: (c.easting - easting) ** 2 + (c.northing - northing) ** 2)
