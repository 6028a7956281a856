"""A mapping proposed for a file nobody recognises: each column with why and how sure; nothing is guessed silently."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from geo.intake.layers.columns import Properties
from geo.intake.layers.records import LAYERS
from geo.intake.mapping.completing import as_constraint, composed, going_on, with_unit
from geo.intake.mapping.guesses import Judged, judge
from geo.intake.mapping.headings import heading_score
from geo.intake.mapping.layer_mapping import LayerMapping, Rule
from geo.intake.mapping.proposed import SURE_ENOUGH, Left, Proposal, Proposed
from geo.intake.mapping.targets import targets_of
from geo.intake.mapping.words import synonyms

_LAYERS = ("parcels", "sites", "networks", "constraints", "buildings")
OF_LINES = ("constraints", "networks")
"""The layers lines can become; parcels and sites are surfaces or points."""


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
    if found.layer == "constraints":
        found = as_constraint(found, sample, drawn)
    if all(one.rule.target != "key" for one in found.columns) and LAYERS[found.layer].keys:
        found = replace(found, asked=(*found.asked, Left("", "no_key")))
    return found if earlier is None else going_on(found, earlier, fields)


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
    for one in composed(name, layer, fields, sample):
        if one.rule.target not in chosen and not taken & set(one.rule.fields):
            chosen[one.rule.target] = one
            taken.update(one.rule.fields)
    left = tuple(_left(field, candidates, chosen) for field in fields if field not in taken)
    ordered = tuple(chosen[target] for target in targets_of(layer) if target in chosen)
    return Proposal(name, layer, ordered, left)


def _still_there(earlier: LayerMapping | None, fields: Sequence[str]) -> Iterator[Rule]:
    present = {name.lower() for name in fields}
    for rule in earlier.columns if earlier else ():
        if all(name.lower() in present for name in rule.fields):
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
                yield with_unit(found, field, values, areas)


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
        confidence, why = 0.3 * heading, "people" if judged.why == "people" else "values_differ"
    else:
        return None
    return Proposed(Rule(target, (field,), values=judged.words), why, round(confidence, 2))


def _left(field: str, candidates: Sequence[Proposed], chosen: Mapping[str, Proposed]) -> Left:
    """Why a field stays out: the best that could be said of it."""
    best = next((one for one in candidates if one.field == field), None)
    if best is None:
        return Left(field, "nothing")
    target = best.rule.target
    taken = target in chosen and best.confidence >= SURE_ENOUGH
    why = best.why if best.why in ("values_differ", "no_unit", "people") else "unsure"
    return Left(field, "taken" if taken else why, target, best.confidence)
