"""Changes of land in words: for a digest, and for the entries of a feed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from api.catalogues import number, sentence
from api.pages.values import title_of, told
from geo.desk.changes import NEW, Change

SQUARE_METRES_OF_A_HECTARE = 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """One change as people read it: where, what, and where to look."""

    title: str
    lines: tuple[str, ...]
    address: str


def change_told(change: Change, facts: Mapping[str, Any], home: str, lang: str) -> Told:
    """A change of a parcel that is now as ``facts`` say, as its reader sees it."""
    place = ", ".join(str(facts[name]) for name in ("name", "commune") if facts.get(name))
    place = place or sentence("change.unnamed", lang, id=change.parcel)
    title = sentence(f"change.{change.kind}", lang, place=place)
    address = f"{home}/collections/parcels/items/{change.parcel}"
    if change.kind == NEW:
        lines = _state(change.after or {}, lang)
    else:  # land that left is compared with what it is now
        lines = _differences(replace(change, after=change.after or facts), lang)
    return Told(title, tuple(lines), address)


def _state(facts: Mapping[str, Any], lang: str) -> Iterable[str]:
    """What there is to know of new land at once."""
    if facts.get("surface_m2") is not None:
        yield sentence(
            "change.surface", lang, ha=number(round(facts["surface_m2"] / SQUARE_METRES_OF_A_HECTARE, 2), lang)
        )
    for name in ("market", "price_eur_m2", "industry", "ready_class", "power_mw"):
        if facts.get(name) is not None:
            yield _line(name, told(facts[name], lang, name), lang)


def _differences(change: Change, lang: str) -> Iterable[str]:
    before, after = change.before or {}, change.after or {}
    for name in change.differing():
        parts = {"before": told(before[name], lang, name), "after": told(after[name], lang, name)}
        yield _line(name, sentence("change.from_to", lang, **parts), lang)


def _line(name: str, value: str, lang: str) -> str:
    title = sentence("change.industry", lang) if name == "industry" else title_of(name, lang)
    return sentence("change.line", lang, name=title, value=value)
