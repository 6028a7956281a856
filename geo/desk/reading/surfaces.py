"""Surfaces and buildings: "5-8 ha", "12 000 m² couverts", "un bâtiment de 220 x 120 m"."""

import re
from collections.abc import Iterator
from typing import Any

from geo.desk.reading.figures import FIGURE, TO, number, plain
from geo.desk.reading.said import Assumption, Said, clause, nearest, quoted

HECTARE = r"(?:ha\b|hectares?\b)"
SQUARE_METRE = r"(?:m²|m2\b|m\^2|mètres? carrés?\b|metres? carres?\b|sq\.? ?m\b|sqm\b|square met(?:er|re)s?\b)"
UNIT = rf"(?:{HECTARE}|{SQUARE_METRE})"
LEAST = r"au moins|à partir de|plus de|minimum|mini\b|min\b\.?|at least|more than|over|from"
MOST = r"jusqu['’]à|au plus|moins de|maximum|maxi\b|max\b\.?|at most|up to|less than|under"
ABOUT = r"environ|env\.|autour de|près de|quelque|de l['’]ordre de|about|around|approximately|circa|some|~|±"
RANGE = re.compile(
    rf"(?<![\d.,])(?P<low>{FIGURE})[ \u00a0]?(?P<low_unit>{UNIT})?{TO}"
    rf"(?P<high>{FIGURE})[ \u00a0\u202f]?(?P<unit>{UNIT})",
    re.IGNORECASE,
)
ONE = re.compile(
    rf"(?:(?P<least>{LEAST})|(?P<most>{MOST})|(?P<about>{ABOUT}))?[ \u00a0]{{0,2}}(?:de )?"
    rf"(?<![\d.,])(?P<low>{FIGURE})[ \u00a0\u202f]?(?P<unit>{UNIT})(?:[ \u00a0]?(?P<after>{LEAST}|{MOST}|{ABOUT}))?",
    re.IGNORECASE,
)
SIDES = re.compile(
    rf"(?<![\d.,])(?P<a>{FIGURE})[ \u00a0]?m?[ \u00a0]?(?:x|×|\*|par|by|sur)[ \u00a0]?"
    rf"(?P<b>{FIGURE})[ \u00a0]?m(?![²2^\w])",
    re.IGNORECASE,
)
BUILT = re.compile(
    r"b[âa]timents?|b[âa]tis?\b|ateliers?|entrep[ôo]ts?|usine|couverts?\b|hall|locaux|plancher|\bsdp\b|"
    r"emprise au sol|construi|building|warehouse|factory|covered|floor|built",
    re.IGNORECASE,
)
FLOOR = re.compile(r"plancher|\bsdp\b|floor", re.IGNORECASE)
LAND = re.compile(r"terrains?|foncier|parcelles?|tènement|assiette|\bland\b|plots?\b|\bsite\b", re.IGNORECASE)
LEAST_BUILT_SIDE, MOST_SIDE = 5, 2_000
LEAST_M2, MOST_M2 = 1, 100_000_000
TOLERANCE = 0.1
"""[assumed] "About" leaves a tenth on either side."""


def surfaces(text: str) -> Iterator[Said]:
    """Every surface and every rectangle that is written."""
    taken: list[tuple[int, int]] = []
    for found in (*RANGE.finditer(text), *ONE.finditer(text)):
        if not any(start < found.end("unit") and found.start("low") < end for start, end in taken):
            taken.append((found.start("low"), found.end("unit")))
            said = _surface(text, found)
            if said is not None:
                yield said
    for found in SIDES.finditer(text):
        sides = sorted((number(found["a"]), number(found["b"])), reverse=True)
        if sides[1] >= LEAST_BUILT_SIDE and sides[0] <= MOST_SIDE:
            building = {"length_m": plain(sides[0]), "width_m": plain(sides[1])}
            yield Said("buildings", [building], quoted(text, *found.span()), found.start())


def _surface(text: str, found: "re.Match[str]") -> Said | None:
    """What a surface says; None for one that no plant has."""
    hectares = re.fullmatch(HECTARE, found["unit"], re.IGNORECASE) is not None
    groups = found.groupdict()
    ends = [_m2(groups[name], hectares) for name in ("low", "high") if groups.get(name)]
    if not all(LEAST_M2 <= end <= MOST_M2 for end in ends):
        return None
    before, after = clause(text, *found.span())
    field, assumed = _of_what(before, after, hectares, ends[0])
    quote = quoted(text, *found.span()).strip(" ,")
    if field != "land_m2":
        value = max(ends)
        more = (Assumption("larger_end"),) if len(ends) > 1 else ()
        return Said(field, plain(value), quote, found.start(), (*assumed, *more))
    bounds, how = _bounds(ends, groups)
    return Said(field, bounds, quote, found.start(), (*assumed, *how))


def _m2(figure: str, hectares: bool) -> float:
    return round(number(figure, thousands=not hectares) * (10_000 if hectares else 1), 1)


def _of_what(before: str, after: str, hectares: bool, m2: float) -> tuple[str, tuple[Assumption, ...]]:
    """Which field a surface is of: by the nearest word that says, else land."""
    built, land = nearest(BUILT, before, after), nearest(LAND, before, after)
    if built is not None and not hectares and (land is None or built <= land):
        if FLOOR.search(before + after):
            return "floor_m2", ()
        return "footprint_m2", (Assumption("one_storey"),)
    if land is None and not hectares:
        return "land_m2", (Assumption("taken_for_land", {"m2": plain(m2)}),)
    return "land_m2", ()


def _bounds(ends: list[float], groups: dict[str, Any]) -> tuple[dict[str, Any], tuple[Assumption, ...]]:
    if len(ends) > 1:
        return {"min": plain(min(ends)), "max": plain(max(ends))}, ()
    at = ends[0]
    after = groups.get("after") or ""
    if groups.get("most") or re.fullmatch(MOST, after, re.IGNORECASE):
        return {"max": plain(at)}, ()
    if groups.get("about") or re.fullmatch(ABOUT, after, re.IGNORECASE):
        low, high = plain(round(at * (1 - TOLERANCE))), plain(round(at * (1 + TOLERANCE)))
        return {"min": low, "max": high}, (Assumption("about", {"min": low, "max": high}),)
    said_least = groups.get("least") or after
    return {"min": plain(at)}, () if said_least else (Assumption("at_least", {"min": plain(at)}),)
