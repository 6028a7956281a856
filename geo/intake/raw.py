"""Rows of a layer as a reader hands them on."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geo.intake.layers.columns import Properties
from geo.intake.problems import Rejection, Remark, Repair


@dataclass(slots=True)
class Raw:
    """Rows as a reader hands them on: properties and source geometry (None where a row has none) of each of ``rows``.

    ``read`` counts all rows the reader went through, those it refused itself (``rejections``) included, and those a
    mapping left out. ``reach`` says how far (ground metres) the surface of a line or a point goes, where it does.
    ``refused`` has the properties of rows the reader refused, where it could read them.
    """

    rows: list[int]
    properties: list[Properties]
    geometry: NDArray[np.object_]
    read: int
    repairs: list[Repair] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    left_out: int = 0
    reach: NDArray[np.float64] | None = None
    refused: dict[int, Properties] = field(default_factory=dict)

    def part(self, places: list[int]) -> "Raw":
        """Some of the rows, without the messages."""
        rows, properties = [self.rows[i] for i in places], [self.properties[i] for i in places]
        return Raw(rows, properties, self.geometry[places], len(places))
