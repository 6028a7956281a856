"""What the values of a field say of it: what they can be read as, and what they can hardly not be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from geo.intake.layers.people import reaches_an_office
from geo.intake.layers.record import Column
from geo.intake.layers.records import LAYERS
from geo.intake.layers.references import in_commune, references
from geo.intake.layers.values import EATEN, GIVEN_UP, UNLISTED, insee, siren, text
from geo.intake.mapping.targets import own_unit
from geo.intake.mapping.words import meanings
from geo.land.text import fold

_MOST_SAID = 0.8
_MOST_COMMUNES = 60
_ANY_COMMUNE = "74173"
"""Only to see whether a reference is whole once it has a commune."""
_MOST_WORDS = 12
"""A column of words with more different ones than this is no list."""


@dataclass(frozen=True, slots=True)
class Judged:
    """``reads``: the values can be those of the column. ``speaks``: how surely they alone say so, and ``why``.

    ``words`` is what the values mean where the column takes our own words; one without a meaning is empty, to be
    filled in.
    """

    reads: bool
    speaks: float = 0.0
    why: str = ""
    words: Mapping[str, str] | None = None


def judge(layer: str, target: str, values: Sequence[object]) -> Judged:
    """What the sampled values say of a field as a column of a layer."""
    said = [value for value in values if value is not None and value != ""]
    if not said:
        return Judged(reads=True)
    if target == "key":
        return Judged(reads=len(said) == len(values) and len(set(map(str, said))) == len(said), why="identifies")
    own = _OWN.get(f"{layer}.{target}") or _OWN.get(target)
    if own is not None:
        return own(said)
    column = next((one for one in LAYERS[layer].columns if one.name == target), None)
    return Judged(reads=True) if column is None else _by_reader(column, said)


def _by_reader(column: Column, said: Sequence[object]) -> Judged:
    """Whether the column's own reader takes most values; a list of the standard also speaks for itself."""
    if column.read is None:
        return Judged(reads=False)
    named = (own_unit(column.name, value) for value in said)
    codes = [column.read(own[0] if own else value)[1] for value, own in zip(said, named, strict=True)]
    good = sum(code not in GIVEN_UP for code in codes) / len(said)
    different = {fold(str(value)) for value in said}
    if good < _MOST_SAID:
        return Judged(reads=False)
    if not _takes_lists(column):
        return Judged(reads=True)
    listed = sum(code != UNLISTED for code in codes) / len(said)
    if listed < _MOST_SAID:
        return Judged(reads=False)
    return Judged(True, 0.9 if any(len(word) > 4 for word in different) else 0.0, "list_values")


def _takes_lists(column: Column) -> bool:
    """Whether the column keeps an official list: its reader tells what is off it."""
    return column.read is not None and column.read("emprise, hors liste")[1] == UNLISTED


def _references(said: Sequence[object]) -> Judged:
    whole = sum(bool(references(value)[0]) and references(value)[1] in (None, EATEN) for value in said) / len(said)
    if whole >= _MOST_SAID:
        return Judged(True, 0.95, "cadastral_ids")
    completed = (references(in_commune(value, _ANY_COMMUNE)) for value in said)
    short = sum(bool(found) and code is None for found, code in completed) / len(said)
    return Judged(reads=short >= _MOST_SAID, why="short_references")


def _insee(said: Sequence[object]) -> Judged:
    """Five characters may as well be a postal code: alone they do not speak. Names are asked for their codes."""
    good = sum(insee(value)[0] is not None for value in said) / len(said)
    words = dict.fromkeys(str(value).strip() for value in said if isinstance(value, str) and value.strip())
    if words and len(words) <= _MOST_COMMUNES and not any(letter.isdecimal() for word in words for letter in word):
        return Judged(reads=True, why="commune_names", words=dict.fromkeys(words, ""))
    return Judged(reads=good >= _MOST_SAID)


def _names(said: Sequence[object]) -> Judged:
    """What all rows say is the name of something larger."""
    return Judged(reads=len(said) < 3 or len(set(map(str, said))) > 1)


def _siren(said: Sequence[object]) -> Judged:
    """A right check digit nine times in ten is no accident; owner, buyer or occupant, the heading must say."""
    good = sum(siren(value)[0] is not None for value in said) / len(said)
    public = sum(str(value).startswith(("20", "24")) for value in said) / len(said)
    speaks = 0.5 if good >= 0.9 and len(said) >= 3 and public < 0.5 else 0.0
    return Judged(good >= _MOST_SAID, speaks, "siren")


def _market(said: Sequence[object]) -> Judged:
    """Words for sold, free, under option: those we know get their meaning, the others are left to fill in."""
    words = dict.fromkeys(str(spelt) for value in said if (spelt := text(value)[0]) is not None)
    if isinstance(said[0], bool):
        return Judged(reads=True, words={"true": "for_sale", "false": "not_marketed"})
    ours = {word: meanings("market").get(fold(word), "") for word in words}
    known = sum(bool(meaning) for meaning in ours.values())
    reads = len(words) <= _MOST_WORDS and 2 * known >= len(words)
    return Judged(reads=reads, words=ours)


def _constraint_kinds(said: Sequence[object]) -> Judged:
    """What a constraint is, in French words: those that name one of our kinds speak, the others are asked."""
    words = dict.fromkeys(str(spelt) for value in said if (spelt := text(value)[0]) is not None)
    if len(words) > _MOST_WORDS:
        return Judged(reads=False)
    ours = {word: kind_named(word) or "" for word in words}
    known = sum(bool(meaning) for meaning in ours.values())
    speaks = bool(words) and 2 * known >= len(words)
    return Judged(reads=True, speaks=0.8 if speaks else 0.0, why="kind_words", words=ours)


def kind_named(words: str) -> str | None:
    """The kind of constraint that French words name: of what they contain, what says most; None when two say it."""
    spelt = _singular(words)
    found = {phrase: kind for phrase, kind in _kind_phrases().items() if phrase <= spelt}
    longest = max(map(len, found), default=0)
    named = {kind for phrase, kind in found.items() if len(phrase) == longest}
    return named.pop() if len(named) == 1 else None


@cache
def _kind_phrases() -> Mapping[frozenset[str], str]:
    return {_singular(phrase): kind for phrase, kind in meanings("constraint_kind").items()}


def _singular(words: str) -> frozenset[str]:
    return frozenset(word.rstrip("s") for word in fold(words).split())


def _contacts(said: Sequence[object]) -> Judged:
    """Contacts are offices: a column in which people are named is none (docs/decisions/no-natural-persons.md)."""
    offices = sum(reaches_an_office(str(value)) for value in said)
    return Judged(reads=2 * offices >= len(said), why="offices_only" if 2 * offices >= len(said) else "people")


_OWN: Mapping[str, Callable[[Sequence[object]], Judged]] = {
    "cadastral_ids": _references,
    "commune_insee": _insee,
    "owner_siren": _siren,
    "epci_siren": _siren,
    "market": _market,
    "contact": _contacts,
    "parcels.name": _names,
    "constraints.kind": _constraint_kinds,
}
