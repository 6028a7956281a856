"""A mapping proposed for a file nobody recognises: each column with why and how sure; nothing is guessed silently."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from geo.intake.layers.columns import Properties
from geo.intake.layers.values import text
from geo.intake.mapping.guesses import Judged, judge, kind_named
from geo.intake.mapping.headings import heading_score, unit_of
from geo.intake.mapping.layer_mapping import LayerMapping, Rule
from geo.intake.mapping.targets import targets_of, units_of
from geo.land.constraints import kinds
from geo.land.text import fold

SURE_ENOUGH = 0.6
"""Below this a column stays unmapped and is listed."""
_LAYERS = ("parcels", "sites", "networks", "constraints", "buildings")
OF_LINES = ("constraints", "networks")
"""The layers lines can become; parcels and sites are surfaces or points."""
_REACH = {
    "width_m": ["largeur", "larg", "largeur de servitude", "largeur bande", "emprise", "larg serv"],
    "radius_m": ["rayon", "rayon de protection", "rayon perimetre"],
}
"""Headings of what gives lines and points of a constraint a surface, by the key of ``[geometry]`` that takes them."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """One column of ours and where it seems to come from: ``why`` is a code, ``confidence`` from 0 to 1."""

    rule: Rule
    why: str
    confidence: float

    @property
    def field(self) -> str:
        """The fields of the source; empty for a constant."""
        return " + ".join(self.rule.fields)


@dataclass(frozen=True, slots=True)
class Left:
    """A field that no column takes: ``why`` is a code, ``target`` the column it could have been, if any.

    One without a ``field`` is what no field says and the planner has to: the kind of a constraint.
    """

    field: str
    why: str
    target: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a source layer seems to be; ``columns`` in the order of our record, ``crs`` when it was asked for.

    ``reach`` is the width of lines or the radius of points of a constraint.
    """

    name: str
    layer: str
    columns: tuple[Proposed, ...]
    left: tuple[Left, ...]
    reach: tuple[Proposed, ...] = ()
    crs: str | None = None

    @property
    def confidence(self) -> float:
        """How much speaks for this layer; a column all whose words are still to be filled in says nothing."""
        known = (one for one in self.columns if one.rule.values is None or any(one.rule.values.values()))
        return sum(one.confidence for one in known)


def propose(
    name: str,
    fields: Sequence[str],
    sample: Sequence[Properties],
    *,
    areas: Sequence[float | None] = (),
    layer: str | None = None,
    earlier: LayerMapping | None = None,
    drawn: str | None = None,
) -> Proposal:
    """A mapping for a source layer: of ``layer``, or of the layer most speaks for (parcels when nothing does).

    ``drawn`` is what all its rows are, ``"lines"`` or ``"points"``, when they are one of these.

    ``areas`` are the measured areas (m2) of the sample's rows, None where there is none: they tell the unit of a
    surface whose heading does not. ``earlier`` is a mapping confirmed for an earlier version: what still fits stays.
    """
    if earlier is not None:
        layer = earlier.layer
    layers = [layer] if layer else OF_LINES if drawn == "lines" else _LAYERS
    found = max(
        (_of_layer(name, one, fields, sample, areas, earlier) for one in layers), key=lambda one: one.confidence
    )
    return _as_constraint(found, sample, drawn) if found.layer == "constraints" else found


@cache
def synonyms() -> Mapping[str, Mapping[str, list[str]]]:
    """The headings known for each column of each layer (synonyms.toml)."""
    said = tomllib.loads(files("geo.intake.mapping").joinpath("synonyms.toml").read_text(encoding="utf-8"))
    return {layer: columns for layer, columns in said.items() if layer != "words"}


def _of_layer(
    name: str,
    layer: str,
    fields: Sequence[str],
    sample: Sequence[Properties],
    areas: Sequence[float | None],
    earlier: LayerMapping | None,
) -> Proposal:
    kept = [Proposed(rule, "kept", 1.0) for rule in _still_there(earlier, fields)]
    candidates = sorted(_candidates(layer, fields, sample, areas), key=lambda one: -one.confidence)
    chosen = {one.rule.target: one for one in kept}
    taken = {field for one in kept for field in one.rule.fields}
    for one in candidates:
        if one.confidence >= SURE_ENOUGH and one.rule.target not in chosen and one.field not in taken:
            chosen[one.rule.target] = one
            taken.add(one.field)
    for one in _composed(name, layer, fields, sample):
        if one.rule.target not in chosen and not taken & set(one.rule.fields):
            chosen[one.rule.target] = one
            taken.update(one.rule.fields)
    left = tuple(_left(field, candidates, chosen) for field in fields if field not in taken)
    ordered = tuple(chosen[target] for target in targets_of(layer) if target in chosen)
    return Proposal(name, layer, ordered, left)


def _composed(name: str, layer: str, fields: Sequence[str], sample: Sequence[Properties]) -> Iterator[Proposed]:
    """What no single field says: a reference in two columns, a kind only the layer's name tells."""
    if layer == "parcels":
        section = next((field for field in fields if fold(field) in _SECTIONS), None)
        number = next((field for field in fields if fold(field) in _NUMBERS), None)
        if section and number and all(_is_reference(row.get(section), row.get(number)) for row in sample):
            yield Proposed(Rule("cadastral_ids", (section, number), join=" "), "section_and_number", 0.75)
    kind = kind_named(name) if layer == "constraints" else None
    if kind is not None:
        yield Proposed(Rule("kind", default=kind), "layer_name", 0.65)


_SECTIONS = frozenset({"section", "section cadastrale", "sect"})
_NUMBERS = frozenset({"parcelle", "numero", "num parcelle", "n parcelle", "numero de parcelle", "numero parcelle"})
_REFERENCE = re.compile(r"[0-9A-Z]{1,2} \d{1,4}")


def _is_reference(section: object, number: object) -> bool:
    return _REFERENCE.fullmatch(f"{text(section)[0]} {text(number)[0]}".upper()) is not None


def _as_constraint(found: Proposal, sample: Sequence[Properties], drawn: str | None) -> Proposal:
    """What a constraint cannot do without: its kind, and a width or radius when it is drawn as lines or points."""
    if drawn is not None:
        found = _with_reach(found, sample, drawn)
    asked = []
    if all(one.rule.target != "kind" for one in found.columns):
        asked.append(Left("", "no_kind", ", ".join(kinds())))
    if drawn is not None and not found.reach:
        asked.append(Left("", "no_reach_lines" if drawn == "lines" else "no_reach_points"))
    return replace(found, left=(*found.left, *asked))


def _with_reach(found: Proposal, sample: Sequence[Properties], drawn: str) -> Proposal:
    """The field that gives lines their width, or points their radius."""
    target = "width_m" if drawn == "lines" else "radius_m"
    names = {one.field: heading_score(one.field, target, _REACH[target]) for one in found.left}
    sure = [field for field, score in names.items() if score >= SURE_ENOUGH]
    for field in sorted(sure, key=lambda field: -names[field]):
        one = Proposed(Rule(target, (field,)), "heading", names[field])
        one = _with_unit(one, field, [row.get(field) for row in sample], ())
        left = tuple(Left(field, "no_unit", target) if other.field == field else other for other in found.left)
        if one.rule.unit is None:
            found = replace(found, left=left)
            continue
        return replace(found, left=tuple(other for other in found.left if other.field != field), reach=(one,))
    return found


def _still_there(earlier: LayerMapping | None, fields: Sequence[str]) -> Iterator[Rule]:
    present = {name.lower() for name in fields}
    for rule in earlier.columns if earlier else ():
        if rule.fields and all(name.lower() in present for name in rule.fields):
            yield rule


def _candidates(
    layer: str, fields: Sequence[str], sample: Sequence[Properties], areas: Sequence[float | None]
) -> Iterator[Proposed]:
    """Every column a field could be, whatever speaks for it."""
    for field in fields:
        values = [row.get(field) for row in sample]
        named = {one: heading_score(field, one, synonyms().get(layer, {}).get(one, [])) for one in targets_of(layer)}
        surest = max(named.values())
        for target, heading in named.items():
            if heading < surest:
                heading *= 0.5  # what a heading names outright it does not name again loosely
            judged = judge(layer, target, values)
            found = _combined(field, target, heading, judged)
            if found is not None:
                yield _with_unit(found, field, values, areas)


def _combined(field: str, target: str, heading: float, judged: Judged) -> Proposed | None:
    """Heading and values together: values that cannot be what the heading says speak against it."""
    if heading and judged.reads and judged.words and not any(judged.words.values()):
        return Proposed(Rule(target, (field,), values=judged.words), judged.why or "heading", round(0.8 * heading, 2))
    if judged.speaks >= SURE_ENOUGH and judged.speaks > heading:
        confidence, why = max(judged.speaks, min(0.95, heading + 0.05)), judged.why
    elif heading and judged.reads:
        confidence, why = (
            max(heading, judged.speaks),
            "heading_and_values" if judged.speaks else judged.why or "heading",
        )
    elif heading:
        confidence, why = 0.3 * heading, "values_differ"
    else:
        return None
    return Proposed(Rule(target, (field,), values=judged.words), why, round(confidence, 2))


def _with_unit(one: Proposed, field: str, values: Sequence[object], areas: Sequence[float | None]) -> Proposed:
    """A quantity is only as sure as its unit: from the heading, else from the measured areas, else it is asked."""
    target = one.rule.target
    units = units_of(target)
    if not units or one.confidence < SURE_ENOUGH:
        return one
    unit, why = unit_of(field, target, values, areas)
    if unit is None:
        return Proposed(one.rule, "no_unit", round(0.5 * one.confidence, 2))
    rule = Rule(target, one.rule.fields, unit=unit, scale=units[unit])
    return Proposed(rule, why, one.confidence)


def _left(field: str, candidates: Sequence[Proposed], chosen: Mapping[str, Proposed]) -> Left:
    """Why a field stays out: the best that could be said of it."""
    best = next((one for one in candidates if one.field == field), None)
    if best is None:
        return Left(field, "nothing")
    target = best.rule.target
    taken = target in chosen and best.confidence >= SURE_ENOUGH
    why = best.why if best.why in ("values_differ", "no_unit") else "unsure"
    return Left(field, "taken" if taken else why, target, best.confidence)
