"""The kinds of constraints and what each does by default to a building: data in ``constraints.toml``."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from geo.land.vocabulary import Effect

_CONFIDENCES = frozenset("RLME")
_FIELDS = frozenset({"label", "effect", "clearance_m", "source", "confidence"})


class BadConstraintCatalogueError(ValueError):
    """The catalogue of constraint kinds cannot be used; the message names the kind and the field."""


@dataclass(frozen=True, slots=True)
class ConstraintKind:
    """Defaults of one kind: effect, clearance in metres on the ground, where they come from and how sure."""

    code: str
    effect: Effect
    clearance_m: float
    label: Mapping[str, str]
    source: str
    confidence: str


@cache
def kinds() -> Mapping[str, ConstraintKind]:
    """The catalogue shipped with Emprise, by code."""
    return read_kinds(files("geo.land").joinpath("constraints.toml").read_text(encoding="utf-8"))


def read_kinds(text: str) -> Mapping[str, ConstraintKind]:
    """Read a catalogue in TOML. Raises BadConstraintCatalogueError."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadConstraintCatalogueError(f"not TOML: {error}") from error
    return MappingProxyType({code: _kind(code, table) for code, table in tables.items()})


def _kind(code: str, table: Any) -> ConstraintKind:
    if not isinstance(table, dict) or table.keys() != _FIELDS:
        raise BadConstraintCatalogueError(f"{code}: needs exactly the fields {', '.join(sorted(_FIELDS))}")
    if table["effect"] not in set(Effect):
        raise BadConstraintCatalogueError(f"{code}: effect {table['effect']!r} is none of {', '.join(Effect)}")
    if table["confidence"] not in _CONFIDENCES:
        raise BadConstraintCatalogueError(f"{code}: confidence {table['confidence']!r} is none of R, L, M, E")
    if table["label"].keys() != {"fr", "en"}:
        raise BadConstraintCatalogueError(f"{code}: label needs fr and en")
    clearance = float(table["clearance_m"])
    if not (math.isfinite(clearance) and clearance >= 0):
        raise BadConstraintCatalogueError(f"{code}: clearance_m must be 0 or more, not {clearance}")
    label = MappingProxyType(dict(table["label"]))
    return ConstraintKind(code, Effect(table["effect"]), clearance, label, table["source"], table["confidence"])
