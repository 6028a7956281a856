"""What no single heading says of a layer: units, references in two columns, the kind and the width of a constraint,
and what an earlier mapping said beside its columns."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from geo.intake.layers.columns import Properties
from geo.intake.layers.values import text
from geo.intake.mapping.guesses import kind_named
from geo.intake.mapping.headings import heading_score, unit_of
from geo.intake.mapping.layer_mapping import LayerMapping, Rule
from geo.intake.mapping.proposed import SURE_ENOUGH, Conditions, Left, Proposal, Proposed
from geo.intake.mapping.targets import units_of
from geo.intake.mapping.words import heading_words
from geo.land.constraints import kinds
from geo.land.text import fold


def composed(name: str, layer: str, fields: Sequence[str], sample: Sequence[Properties]) -> Iterator[Proposed]:
    """What no single field says: a reference in two columns, a kind only the layer's name tells."""
    if layer == "parcels":
        section = next((field for field in fields if fold(field) in heading_words("section")), None)
        number = next((field for field in fields if fold(field) in heading_words("number")), None)
        if section and number and all(_is_reference(row.get(section), row.get(number)) for row in sample):
            yield Proposed(Rule("cadastral_ids", (section, number), join=" "), "section_and_number", 0.75)
    kind = kind_named(name) if layer == "constraints" else None
    if kind is not None:
        yield Proposed(Rule("kind", default=kind), "layer_name", 0.65)


_REFERENCE = re.compile(r"[0-9A-Z]{1,2} \d{1,4}")


def _is_reference(section: object, number: object) -> bool:
    return _REFERENCE.fullmatch(f"{text(section)[0]} {text(number)[0]}".upper()) is not None


def as_constraint(found: Proposal, sample: Sequence[Properties], drawn: str | None) -> Proposal:
    """What a constraint cannot do without: its kind, and a width or radius when it is drawn as lines or points."""
    if drawn is not None:
        found = _with_reach(found, sample, drawn)
    asked = []
    if all(one.rule.target != "kind" for one in found.columns):
        asked.append(Left("", "no_kind", ", ".join(kinds())))
    if drawn is not None and not found.reach:
        asked.append(Left("", "no_reach_lines" if drawn == "lines" else "no_reach_points"))
    return replace(found, asked=tuple(asked))


def _with_reach(found: Proposal, sample: Sequence[Properties], drawn: str) -> Proposal:
    """The field that gives lines their width, or points their radius."""
    target = "width_m" if drawn == "lines" else "radius_m"
    known = sorted(heading_words(target))
    names = {one.field: heading_score(one.field, target, known) for one in found.left}
    sure = [field for field, score in names.items() if score >= SURE_ENOUGH]
    for field in sorted(sure, key=lambda field: -names[field]):
        one = Proposed(Rule(target, (field,)), "heading", names[field])
        one = with_unit(one, field, [row.get(field) for row in sample], ())
        left = tuple(Left(field, "no_unit", target) if other.field == field else other for other in found.left)
        if one.rule.unit is None:
            found = replace(found, left=left)
            continue
        return replace(found, left=tuple(other for other in found.left if other.field != field), reach=(one,))
    return found


def going_on(found: Proposal, earlier: LayerMapping, fields: Sequence[str]) -> Proposal:
    """What an earlier mapping said beside its columns, as far as the fields it names are still there."""
    present = {name.lower() for name in fields}

    def there(conditions: Mapping[str, tuple[str, ...]]) -> Conditions:
        return tuple((name, words) for name, words in conditions.items() if name.lower() in present)

    places = earlier.places
    rules = [rule for rule in (places.width, places.radius, places.surface) if rule is not None]
    kept = tuple(Proposed(rule, "kept", 1.0) for rule in rules if all(name.lower() in present for name in rule.fields))
    asked = tuple(one for one in found.asked if not (kept and one.why.startswith("no_reach")))
    read = {name for one in kept for name in one.rule.fields}
    left = tuple(one for one in found.left if one.field not in read)
    only, without = there(earlier.only), there(earlier.leave_out)
    return replace(found, reach=kept or found.reach, asked=asked, left=left, only=only, leave_out=without)


def with_unit(one: Proposed, field: str, values: Sequence[object], areas: Sequence[float | None]) -> Proposed:
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
