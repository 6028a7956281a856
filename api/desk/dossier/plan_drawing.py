"""The plan of a site (geo/desk/plan.py) as a drawing with its words: figures, references, scale bar, north."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.catalogues import number, sentence
from api.desk.dossier.drawing import Area, Drawing, Stroke, Word, box

Plan = Mapping[str, Any]

LEFT, BOTTOM, THICK = 4.0, 4.0, 1.3
"""Where the scale bar stands, from the lower left corner, and how thick it is, mm."""
NORTH_TOP, NORTH_LONG, NORTH_HALF = 6.5, 8.0, 2.0
"""The arrow of north, from the upper edge, mm."""


def plan_drawing(plan: Plan, says: str, lang: str) -> Drawing:
    """The drawing of a plan; ``says``: what it shows in a sentence."""
    return Drawing(plan["width_mm"], plan["height_mm"], says, list(_shapes(plan, lang)))


def scale_of(plan: Plan, lang: str) -> str:
    """The scale as people write it: ``1:2 000``."""
    return f"1:{number(int(plan['denominator']), lang)}"


def _shapes(plan: Plan, lang: str) -> Iterator[Area | Stroke | Word]:
    width, height = plan["width_mm"], plan["height_mm"]
    yield box("sheet", 0, 0, width, height)
    for one in plan["areas"]:
        yield Area(one["kind"], one["polygons"])
        yield Stroke(one["kind"], one["hatching"])
    # over where one may build, which often reaches it
    land = [one for one in plan["areas"] if one["kind"] == "parcel"]
    limits = [ring for one in land for polygon in one["polygons"] for ring in polygon]
    yield Stroke("limit", limits)
    for one in plan["dimensions"]:
        yield Stroke("dimension", one["lines"])
    for one in plan["texts"]:
        yield Word(one["kind"], one["text"], one["at"])
    for one in plan["dimensions"]:
        yield Word("figure", _metres(one["metres"], lang), one["at"], angle=one["angle"])
    yield from _bar(plan, height, lang)
    if plan["north"]:
        yield from _north(width, lang)


def _metres(value: float, lang: str) -> str:
    return f"{number(int(value) if float(value).is_integer() else value, lang)} m"


def _bar(plan: Plan, height: float, lang: str) -> Iterator[Area | Word]:
    """The bar in parts, dark and light in turn, their metres above, the scale at its end."""
    metres, step = plan["bar"]["metres"], plan["bar"]["step_mm"]
    top = height - BOTTOM - THICK
    for place in range(len(metres) - 1):
        yield box("light" if place % 2 else "dark", LEFT + place * step, top, step, THICK)
    for place in (0, len(metres) - 1) if step < 11 else range(len(metres)):
        unit = " m" if place == len(metres) - 1 else ""
        told = f"{number(int(metres[place]) if float(metres[place]).is_integer() else metres[place], lang)}{unit}"
        yield Word("scale", told, (LEFT + place * step, top - 1.9))
    yield Word("scale", scale_of(plan, lang), (LEFT + (len(metres) - 1) * step + 3, top + THICK / 2), "start")


def _north(width: float, lang: str) -> Iterator[Area | Word]:
    """An arrow whose left half is dark; up is north."""
    x, low = width - 6.0, NORTH_TOP + NORTH_LONG
    yield box("blank", x - 3, 1.5, 6, low)
    tip, notch = (x, NORTH_TOP), (x, low - 1.6)
    yield Area("dark", [[[tip, (x - NORTH_HALF, low), notch, tip]]])
    yield Area("light", [[[tip, (x + NORTH_HALF, low), notch, tip]]])
    yield Word("north", sentence("dossier.plan.north", lang), (x, NORTH_TOP - 2.2))
