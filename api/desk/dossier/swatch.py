"""The little picture beside a line of a legend: how a kind of shape looks on the plan."""

import shapely

from api.desk.dossier.drawing import Area, Drawing, Stroke, box
from geo.desk.hatching import hatched
from geo.desk.plan import HATCHES

WIDTH, HEIGHT, EDGE = 7.0, 3.4, 0.3


def swatch(kind: str) -> Drawing:
    """A rectangle of this kind with its hatching, millimetres; a shape without fill is shown by its line."""
    shapes: list[Area | Stroke] = [box(kind, EDGE, EDGE, WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE)]
    if kind == "parcel":
        shapes.append(box("limit", EDGE, EDGE, WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE))
    if kind in HATCHES:
        inside = shapely.box(EDGE, EDGE, WIDTH - EDGE, HEIGHT - EDGE)
        shapes.append(Stroke(kind, hatched(inside, *HATCHES[kind])))
    return Drawing(WIDTH, HEIGHT, "", shapes)
