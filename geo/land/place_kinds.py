"""What files call kinds of network objects and of areas: the words are data in ``place_kinds.toml``."""

import re
import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files

from geo.land.text import strip_accents

SEVERAL = "+"
"""Joins the kinds of an object that is several: ``freight_station+station``."""
LONGEST = 40
_NOT_A_CODE = re.compile(r"[^0-9a-z]+")


@cache
def words() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """By ``networks`` and ``areas``: the code of each kind and the words for it."""
    told = tomllib.loads(files("geo.land").joinpath("place_kinds.toml").read_text(encoding="utf-8"))
    return {layer: {code: tuple(spelt) for code, spelt in kinds.items()} for layer, kinds in told.items()}


def kind_of(layer: str, said: str) -> str | None:
    """The code of a kind as a file says it; None for what has no letter in it.

    A word that is not known is a kind of its own, spelt in lower case with ``_`` between its words. Kinds joined by
    ``+`` are told one by one, in the order of their codes.
    """
    found = {_kind(layer, part) for part in said.split(SEVERAL)} - {""}
    return SEVERAL.join(sorted(found)) or None


@lru_cache(maxsize=10_000)
def _kind(layer: str, said: str) -> str:
    spelt = " ".join(strip_accents(said).split())
    for code, patterns in words()[layer].items():
        if spelt == code or any(fnmatchcase(spelt, pattern) for pattern in patterns):
            return code
    return _NOT_A_CODE.sub("_", spelt).strip("_0123456789")[:LONGEST]
