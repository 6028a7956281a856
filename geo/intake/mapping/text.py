"""A proposed mapping written as TOML, each line with what is said of it, for a planner to read and correct."""

import json
from collections.abc import Callable, Iterator

from geo.intake.files.table_columns import GeometryColumns
from geo.intake.mapping.layer_mapping import Rule, Scalar
from geo.intake.mapping.proposed import Left, Proposal, Proposed
from geo.land.constraints import kinds
from geo.land.vocabulary import Effect, Market

Said = Callable[[Proposed | Left], str]
_CHOICES = {
    "market": tuple(Market),
    "effect": tuple(Effect),
    "kind": tuple(kinds()),
    "commune_insee": ("74173",),
}
"""What may be written for a word that nobody gave a meaning."""


def write_proposal(proposal: Proposal, said: Said) -> str:
    """The proposal as a mapping; ``said`` gives the comment of a column or of a field that is left."""
    return "\n".join(_lines(proposal, said)) + "\n"


def _lines(proposal: Proposal, said: Said) -> Iterator[str]:
    yield f"layer = {_quoted(proposal.layer)}"
    yield f"name = {_quoted(proposal.name)}"
    for section, conditions in (("only", proposal.only), ("leave_out", proposal.leave_out)):
        if conditions:
            yield from ("", f"[{section}]")
            yield from (f"{_quoted(name)} = [{', '.join(map(_quoted, words))}]" for name, words in conditions)
    yield from ("", "[columns]")
    for one in proposal.columns:
        yield f"{one.rule.target} = {_rule(one.rule)}  # {said(one)}"
        yield from _to_fill(one.rule)
    yield from (f"# {_quoted(one.field)}: {said(one)}" for one in proposal.left)
    yield from (f"# -: {said(one)}" for one in proposal.asked)
    if proposal.crs is not None or proposal.reach or proposal.geometry is not None:
        yield from ("", "[geometry]")
    yield from (f"{name} = {_quoted(column)}" for name, column in places_of(proposal.geometry))
    if proposal.crs is not None:
        yield f"crs = {_quoted(proposal.crs)}"
    yield from (f"{one.rule.target} = {_rule(one.rule)}  # {said(one)}" for one in proposal.reach)


def places_of(geometry: GeometryColumns | None) -> list[tuple[str, str]]:
    """The keys of ``[geometry]`` that name columns of a table, each with its column."""
    if geometry is None:
        return []
    return [(name, column) for name in GeometryColumns.__slots__ if (column := getattr(geometry, name)) is not None]


def _to_fill(rule: Rule) -> Iterator[str]:
    """The words whose meaning is asked, and what may be written for them."""
    asked = [word for word, meaning in (rule.values or {}).items() if meaning == ""]
    yield from (f"#   {_quoted(word)} = ?" for word in asked)
    if asked and rule.target in _CHOICES:
        yield f"#   ? : {', '.join(_CHOICES[rule.target])}"


def _rule(rule: Rule) -> str:
    if not rule.fields:
        return f"{{ value = {_quoted(rule.default)} }}"
    if not (rule.unit or rule.values or rule.join is not None or len(rule.fields) > 1 or rule.default is not None):
        return _quoted(rule.fields[0])
    field = _quoted(rule.fields[0]) if len(rule.fields) == 1 else f"[{', '.join(map(_quoted, rule.fields))}]"
    inside = [f"field = {field}"]
    if rule.join is not None:
        inside.append(f"join = {_quoted(rule.join)}")
    if rule.unit:
        inside.append(f"unit = {_quoted(rule.unit)}")
    if rule.values:
        pairs = ", ".join(f"{_quoted(word)} = {_quoted(meaning)}" for word, meaning in rule.values.items())
        inside.append(f"values = {{ {pairs} }}")
    if rule.default is not None:
        inside.append(f"default = {_quoted(rule.default)}")
    return f"{{ {', '.join(inside)} }}"


def _quoted(value: Scalar) -> str:
    """A plain value as TOML writes it; JSON texts are TOML texts."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
