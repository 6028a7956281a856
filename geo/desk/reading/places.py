"""Places by their names: areas and communes that the base knows, departments that everyone knows."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from geo.desk.reading.departments import COMMON_WORDS, DEPARTMENTS
from geo.desk.reading.said import Assumption, Said, clause, quoted
from geo.land.text import strip_accents

WORD = re.compile(r"[0-9A-Za-zÀ-ÖØ-öø-ÿŒœ]+")
LEAST_LETTERS = 4
GENERIC = frozenset(
    [
        "cc",
        "ca",
        "cu",
        "metropole",
        "communaute",
        "communes",
        "agglomeration",
        "agglo",
        "urbaine",
        "scot",
        "pays",
        "zone",
        "emploi",
        "bassin",
        "territoire",
        "industrie",
        "syndicat",
        "mixte",
        "de",
        "des",
        "du",
        "d",
        "la",
        "le",
        "les",
        "l",
        "et",
        "en",
    ]
)
"""Words before the proper name of an area: "CC de la Plaine de l'Ain" is looked for as "Plaine de l'Ain" too."""
LEADS_TO_A_PLACE = frozenset(
    [
        "a",
        "de",
        "d",
        "du",
        "sur",
        "vers",
        "pres",
        "autour",
        "secteur",
        "entre",
        "et",
        "ou",
        "near",
        "in",
        "around",
        "from",
        "to",
        "between",
        "and",
        "or",
        "commune",
        "communes",
        "dans",
        "cote",
        "proche",
        "environs",
        "at",
        "the",
        "la",
        "le",
    ]
)
PART_OF = frozenset(
    [
        "nord",
        "sud",
        "est",
        "ouest",
        "centre",
        "haut",
        "haute",
        "bas",
        "basse",
        "plaine",
        "vallee",
        "val",
        "north",
        "south",
        "east",
        "west",
    ]
)
LEFT_OUT = re.compile(r"\b(?:hors|sauf|excepté|pas (?:dans|à|en|sur)|except|excluding|not in)\b", re.IGNORECASE)
CODE = re.compile(
    r"\((\d{2}|2[AB])\)|\b(?:département|dépt|dept|dpt|department)\.? (?:du |de l['’]|de )?(\d{2}|2[AB])\b"
)


@dataclass(frozen=True, slots=True)
class Known:
    """A place of the base: ``kind`` commune, department, or that of a named area; its code and its name."""

    kind: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class _Word:
    folded: str
    start: int
    end: int
    capital: bool


Names = dict[str, list[tuple[tuple[str, ...], Known]]]


def places(text: str, known: Sequence[Known]) -> Iterator[Said]:
    """Every place that is named, the longest name first where several begin alike.

    A code in brackets after a name only says where that is.
    """
    words = [
        _Word(strip_accents(found[0]), found.start(), found.end(), found[0][0].isupper())
        for found in WORD.finditer(text)
    ]
    names = _names(known)
    at, ends = 0, []
    while at < len(words):
        found = _longest(words, at, names)
        if found is None:
            at += 1
            continue
        length, place = found
        yield _said(text, words, at, length, place)
        ends.append(words[at + length - 1].end)
        at += length
    for code in CODE.finditer(text):
        number = code[1] or code[2]
        locates = code[1] is not None and any(0 <= code.start() - end <= 1 for end in ends)
        if number in DEPARTMENTS and not locates:
            yield Said("place.departments", [number], quoted(text, *code.span()), code.start())


@lru_cache(maxsize=50_000)
def _named(place: Known) -> tuple[tuple[str, ...], ...]:
    """The words of a place's name, and of its proper part."""
    folded = tuple(strip_accents(found[0]) for found in WORD.finditer(place.name))
    least = min(LEAST_LETTERS, len("".join(folded)))
    return tuple(variant for variant in {folded, _proper(folded)} if variant and len("".join(variant)) >= least)


def _names(known: Sequence[Known]) -> Names:
    names: Names = defaultdict(list)
    everywhere = [*known, *(Known("department", code, name) for code, name in DEPARTMENTS.items())]
    for place in everywhere:
        for variant in _named(place):
            names[variant[0]].append((variant, place))
    for listed in names.values():
        listed.sort(key=lambda one: (-len(one[0]), ORDER.get(one[1].kind, 0)))
    return names


ORDER = {"epci": -2, "scot": -1, "commune": 1, "department": 2}
"""Of places of one name, the first: an EPCI, another area, a commune, a department."""


def _proper(folded: tuple[str, ...]) -> tuple[str, ...]:
    at = 0
    while at < len(folded) and folded[at] in GENERIC:
        at += 1
    return folded[at:]


def _longest(words: Sequence[_Word], at: int, names: Names) -> tuple[int, Known] | None:
    for name, place in names.get(words[at].folded, ()):
        there = tuple(word.folded for word in words[at : at + len(name)])
        if there == name and words[at].capital and _meant(words, at, name, place):
            return len(name), place
    return None


def _meant(words: Sequence[_Word], at: int, name: tuple[str, ...], place: Known) -> bool:
    """Whether a name that may be a common word is meant as a place: something leads to it."""
    before = words[at - 1].folded if at else ""
    if place.kind == "department" and name[0] in COMMON_WORDS and len(name) == 1:
        return at > 1 and "departement" in {word.folded for word in words[max(0, at - 3) : at]}
    if place.kind != "commune" or len(name) > 1:
        return True
    return len(name[0]) >= LEAST_LETTERS and before in LEADS_TO_A_PLACE


def _said(text: str, words: Sequence[_Word], at: int, length: int, place: Known) -> Said:
    start, end, assumed = words[at].start, words[at + length - 1].end, []
    if place.kind == "department":
        before = [word.folded for word in words[max(0, at - 3) : at] if word.folded not in GENERIC]
        if before and before[-1] in PART_OF:
            start = next(word.start for word in reversed(words[:at]) if word.folded == before[-1])
            assumed.append(Assumption("whole_department", {"department": place.name, "code": place.code}))
    field = {"commune": "place.communes", "department": "place.departments"}.get(place.kind, "place.named")
    value = place.code if field != "place.named" else f"{place.kind}/{place.code}"
    if field == "place.named":
        assumed.append(Assumption("area_meant", {"name": place.name, "kind": place.kind}))
    before_it, _ = clause(text, start, end, before=20)
    if LEFT_OUT.search(before_it):
        field = field.replace("place.", "place.exclude.")
    return Said(field, [value], quoted(text, start, end), start, tuple(assumed))
