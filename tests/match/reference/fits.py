"""The fit table: twenty sizes of buildings against parcels, each cell decided once by brute force.

`fits.txt` holds the cells of the sample, by the digest of the outlines; a parcel that is not in it is decided when it
is met. A slow test (tests/match/test_service_reference.py) decides all of it again.
"""

import hashlib
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from tests.match.reference.deciding import decide

SIZES: tuple[tuple[float, float, float], ...] = (
    *((30, 20, 0), (40, 20, 3), (40, 40, 0), (60, 25, 5), (60, 40, 5), (80, 15, 0), (80, 30, 10), (80, 50, 5)),
    *((100, 30, 5), (100, 60, 5), (120, 20, 0), (120, 60, 10), (150, 50, 5), (150, 100, 10), (180, 70, 5)),
    *((220, 120, 10), (240, 30, 5), (260, 90, 0), (320, 60, 5), (400, 200, 10)),
)
"""Length, width, setback: ground metres."""
FILE = Path(__file__).with_name("fits.txt")


class Fits:
    """The cells that are known; the others are decided when asked for."""

    def __init__(self, known: dict[str, str] | None = None) -> None:
        self.known = dict(line.split() for line in FILE.read_text().splitlines()) if known is None else known

    def of(self, parcel: BaseGeometry, buildable: BaseGeometry, scale: float) -> str:
        """One letter for each size."""
        key = digest(parcel, buildable)
        if key not in self.known:
            self.known[key] = cells(parcel, buildable, scale)
        return self.known[key]

    def write(self, file: Path) -> None:
        """All cells known, for the next time."""
        file.write_text("".join(f"{key} {found}\n" for key, found in sorted(self.known.items())))


def digest(parcel: BaseGeometry, buildable: BaseGeometry) -> str:
    """Of two outlines, to the millimetre."""
    whole = b"".join(shapely.to_wkb(shapely.set_precision(one, 1e-3, mode="pointwise")) for one in (parcel, buildable))
    return hashlib.sha256(whole).hexdigest()[:20]


def cells(parcel: BaseGeometry, buildable: BaseGeometry, scale: float) -> str:
    """Every size decided on one parcel: ground metres, as long as ``scale`` on the map."""
    lands = {setback: _behind(parcel, buildable, setback * scale) for _, _, setback in SIZES}
    return "".join(decide(lands[setback], length * scale, width * scale) for length, width, setback in SIZES)


def _behind(parcel: BaseGeometry, buildable: BaseGeometry, setback: float) -> BaseGeometry:
    """What is buildable at least so far from the boundary of the parcel."""
    return buildable.intersection(parcel.buffer(-setback, quad_segs=64)) if setback else buildable
