"""What a heading says: which column of ours it names, and in which unit its numbers are."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from statistics import median

from geo.intake.layers.records import LAYERS
from geo.intake.layers.values import quantity
from geo.intake.mapping.targets import own_unit, units_of
from geo.intake.mapping.words import heading_words
from geo.land.text import fold, strip_accents

EXACT, WORDS, ALIKE, UNSURE = 0.9, 0.75, 0.65, 0.5
_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_ALIKE = 0.88
_MEASURED = (0.8, 1.25)
_PLAUSIBLE_M = {"width_m": (1.0, 50.0), "radius_m": (20.0, 5_000.0)}
"""Widths of lines and radii of points as layers have them, metres."""


def heading_score(heading: str, target: str, known: Sequence[str]) -> float:
    """How surely a heading names a column, by its synonyms: the same words, some of its words, or nearly the same."""
    spelt = fold(_BRACKETS.sub(" ", heading)) or fold(heading)
    words = _words(spelt)
    if not words or words & heading_words("never"):
        return 0.0
    official = {
        fold(name)
        for layer in LAYERS.values()
        for column in layer.columns
        if column.name == target
        for name in (column.name, *column.names)
    }
    names = {*known, *official}
    if spelt in names or any(words == _words(name) for name in names):
        return EXACT
    others = heading_words("of_others")
    if any(len(_words(name)) > 1 and _words(name) <= words and not words - _words(name) & others for name in names):
        return WORDS
    first = min(words, key=spelt.index)
    if first in known and not words - {first} & others:
        return WORDS - 0.1 if _is_identifier(heading) else UNSURE
    alike = max((SequenceMatcher(None, spelt, name).ratio() for name in known if len(name) > 4), default=0.0)
    return ALIKE if alike >= _ALIKE else 0.0


def _is_identifier(heading: str) -> bool:
    """A field of a GIS layer (``NOM_CAPT``), not a sentence of a spreadsheet (``Nom du captage voisin``)."""
    return re.fullmatch(r"\w+", heading.strip()) is not None


def _words(spelt: str) -> frozenset[str]:
    return frozenset(word for word in spelt.split() if word not in heading_words("small"))


def unit_of(
    heading: str, target: str, values: Sequence[object], areas: Sequence[float | None]
) -> tuple[str | None, str]:
    """The unit of a quantity and why: written in the heading, or found from the measured areas; None when neither."""
    spelt = strip_accents(heading).replace("²", "2").replace("_", " ")
    compact = re.sub(r"\s*/\s*", "/", spelt)
    for unit in sorted(units_of(target), key=len, reverse=True):
        bracketed = f"({unit})" in compact.replace("[", "(").replace("]", ")")
        if unit in heading_words("units_in_brackets") and not bracketed:
            continue
        if re.search(rf"(?<![a-z0-9]){re.escape(unit)}(?![a-z0-9])", compact):
            return unit, "unit_in_heading"
    written = [own[1] for value in values if (own := own_unit(target, value))]
    if written:
        return max(written, key=written.count), "unit_in_values"
    per_square_metre = target.endswith("_eur_m2") and re.search(r"(?<![a-z0-9])m2(?![a-z0-9])", compact)
    if per_square_metre:
        return "€/m2", "unit_in_heading"
    if target.endswith("_m2") and not target.endswith("_eur_m2"):
        return _unit_by_area(target, values, areas), "unit_by_area"
    if target in _PLAUSIBLE_M:
        return _unit_by_size(target, values), "unit_by_size"
    return None, "no_unit"


def _unit_by_size(target: str, values: Sequence[object]) -> str | None:
    """The one unit in which the numbers are widths or radii as layers have them."""
    numbers = [number for value in values if isinstance(number := quantity()(value)[0], float) and number > 0]
    if not numbers:
        return None
    low, high = _PLAUSIBLE_M[target]
    units = units_of(target)
    fitting = [unit for unit in ("m", "cm", "mm") if low <= median(numbers) * units[unit] <= high]
    return fitting[0] if len(fitting) == 1 else None


def _unit_by_area(target: str, values: Sequence[object], areas: Sequence[float | None]) -> str | None:
    """The one unit in which the numbers come near the areas drawn."""
    pairs = []
    for value, area in zip(values, areas, strict=False):
        number = quantity()(value)[0]
        if isinstance(number, float) and number > 0 and area:
            pairs.append((number, area))
    if len(pairs) < 3:
        return None
    low, high = _MEASURED
    units = units_of(target)
    fitting = [unit for unit in ("m2", "ha", "a", "km2") if low < median(n * units[unit] / a for n, a in pairs) < high]
    return fitting[0] if len(fitting) == 1 else None
