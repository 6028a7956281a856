"""A drawing as plain shapes in millimetres, y downwards, and how each kind of shape looks; whoever draws it on what."""

from collections.abc import Sequence
from dataclasses import dataclass, field

Point = Sequence[float]

LETTER = 0.62
"""How wide a letter is, of its height, at most: DejaVu Sans, capitals and figures."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of shape is drawn: colours as #rrggbb, widths and letters in millimetres, dashes as on and off."""

    fill: str | None = None
    stroke: str | None = None
    width: float = 0.0
    dash: tuple[float, float] | None = None
    letter: float = 2.2
    bold: bool = False
    backed: bool = False
    """A text on white, for it stands on other shapes."""


INK, QUIET, LINE, PAPER = "#1d2623", "#55625d", "#8a9691", "#ffffff"

LOOKS = {
    "sheet": Look(fill=PAPER, stroke=LINE, width=0.2),
    "neighbour": Look(fill=None, stroke="#b3bbb7", width=0.12),
    "parcel": Look(fill="#eef3ea"),
    "limit": Look(stroke=INK, width=0.5),
    "buildable": Look(fill="#d3e6c8", stroke="#4f7f3a", width=0.2, dash=(1.2, 0.8)),
    "forbids": Look(stroke="#b3261e", width=0.22),
    "restricts": Look(stroke="#b35c00", width=0.22),
    "informs": Look(stroke="#2d5d9f", width=0.18),
    "building": Look(fill="#a9a9a9", stroke="#6d6d6d", width=0.1),
    "placed": Look(fill="#2f6f8f", stroke="#0e3a4f", width=0.35),
    "later": Look(fill="#9cc3d5", stroke="#0e3a4f", width=0.3, dash=(1.6, 0.9)),
    "dimension": Look(stroke=INK, width=0.18),
    "blank": Look(fill=PAPER),
    "dark": Look(fill=INK, stroke=INK, width=0.15),
    "light": Look(fill=PAPER, stroke=INK, width=0.15),
    "tick": Look(stroke="#ccd3cf", width=0.15),
    "row": Look(stroke="#e3e8e5", width=0.12),
    "early": Look(fill="#dfe9ec", stroke="#9cb6bf", width=0.12),
    "likely": Look(fill="#2f6f8f"),
    "decisive": Look(fill="#b4481e"),
    "late": Look(fill="#c3d6dd"),
}
"""By kind. Hatchings differ by direction and density too (geo/desk/plan.py): a copy in grey is still read."""


WRITTEN = {
    "figure": Look(fill=INK, letter=2.4, bold=True, backed=True),
    "parcel": Look(fill=INK, letter=2.3, backed=True),
    "neighbour": Look(fill=QUIET, letter=2.0),
    "tag": Look(fill=INK, letter=2.4, bold=True, backed=True),
    "scale": Look(fill=INK, letter=2.3, backed=True),
    "north": Look(fill=INK, letter=3.0, bold=True),
    "step": Look(fill=INK, letter=2.3),
    "month": Look(fill=QUIET, letter=2.1),
}
"""How words are written, by kind."""


@dataclass(frozen=True, slots=True)
class Area:
    """Polygons, each as its outer ring and its holes."""

    kind: str
    polygons: Sequence[Sequence[Sequence[Point]]]


@dataclass(frozen=True, slots=True)
class Stroke:
    """Lines of one kind."""

    kind: str
    lines: Sequence[Sequence[Point]]


@dataclass(frozen=True, slots=True)
class Word:
    """A text whose middle line begins, is centred or ends at a point; degrees clockwise."""

    kind: str
    text: str
    at: Point
    anchor: str = "middle"
    angle: float = 0.0

    @property
    def look(self) -> Look:
        """How it is written."""
        return WRITTEN[self.kind]

    @property
    def length(self) -> float:
        """About how long it is on paper, mm."""
        return len(self.text) * self.look.letter * LETTER


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes in the order they are drawn; ``says``: what it shows, for those who do not see it."""

    width: float
    height: float
    says: str
    shapes: Sequence[Area | Stroke | Word] = field(default=())


def box(kind: str, left: float, top: float, width: float, height: float) -> Area:
    """An upright rectangle."""
    right, bottom = left + width, top + height
    return Area(kind, [[[(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]]])
