"""The French words of proposals, as synonyms.toml lists them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from geo.land.text import fold


@cache
def _said() -> dict[str, Any]:
    return tomllib.loads(files("geo.intake.mapping").joinpath("synonyms.toml").read_text(encoding="utf-8"))


@cache
def synonyms() -> Mapping[str, Mapping[str, list[str]]]:
    """The headings known for each column of each layer."""
    return {layer: columns for layer, columns in _said().items() if layer not in ("words", "headings")}


@cache
def heading_words(name: str) -> frozenset[str]:
    """A list of words that headings are made of, or of headings of one thing."""
    return frozenset(_said()["headings"][name])


@cache
def meanings(name: str) -> Mapping[str, str]:
    """The French words of one list of values, and the word of ours each stands for."""
    return {fold(word): ours for ours, several in _said()["words"][name].items() for word in (ours, *several)}
