"""The features of a piece of GeoJSON read all at once, as far as they are plain: unsure rather than wrong.

A feature is *plain* when it is a Feature whose properties are the expected names in the expected order with strings
without escapes, numbers, booleans or nulls, and whose geometry is one closed ring of positions of two short decimal
numbers (a Polygon, or a MultiPolygon of one). Of any other, and of whatever is no JSON, nothing is said: it is for the
ordinary reader (geo.intake.files.geojson), with whom this one agrees to the last bit on plain ones.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.intake.files.scan_kernel import read_all

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

_LEAST_BYTES = 6
"""No position takes fewer bytes: ``[1,2],``."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was found in n features with k names; entry i belongs to feature i, and says nothing unless ``plain[i]``.

    ``kinds`` (n, k) says what each value is written as, ``starts`` and ``ends`` (n, k) where it stands in the text,
    without quotes. Positions ``offsets[i]:offsets[i + 1]`` of ``x`` and ``y`` are the ring, closed.
    """

    plain: NDArray[np.bool_]
    kinds: Bytes
    starts: Places
    ends: Places
    offsets: Places
    x: NDArray[np.float64]
    y: NDArray[np.float64]


def scan(text: Bytes, spans: Places, names: list[bytes]) -> Scanned:
    """Read features ``text[spans[i, 0]:spans[i, 1]]`` of UTF-8 whose properties should be called ``names`` (ASCII)."""
    count, width = len(spans), len(names)
    room = int((spans[:, 1] - spans[:, 0]).sum()) // _LEAST_BYTES + 1
    found = Scanned(
        np.zeros(count, np.bool_),
        np.zeros((count, width), np.uint8),
        np.zeros((count, width), np.int64),
        np.zeros((count, width), np.int64),
        np.zeros(count + 1, np.int64),
        np.empty(room),
        np.empty(room),
    )
    words = np.frombuffer(b"".join(names), np.uint8)
    ends = np.cumsum([len(name) for name in names], dtype=np.int64)
    used = read_all(
        text, spans, words, ends, found.plain, found.kinds, found.starts, found.ends, found.offsets, found.x, found.y
    )
    return Scanned(
        found.plain, found.kinds, found.starts, found.ends, found.offsets, found.x[:used].copy(), found.y[:used].copy()
    )
