"""What a need may say at each place of the document: the fields there, and an example of right.

Read from the published schema, so that a mistake in `extension.land_m2` is told with an example of that field and not
of another of its name.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from unicodedata import combining, normalize

from geo.match.need.need import Need

Schema = Mapping[str, Any]

LAND_ALONE: dict[str, object] = {"land_m2": {"min": "8 ha"}}
"""The shortest need."""
SAID = {
    "longueur": "length_m", "largeur": "width_m", "nombre": "count", "hauteur": "height_m", "recul": "setback_m",
    "surface": "land_m2", "terrain": "land_m2", "emprise": "footprint_m2", "plancher": "floor_m2", "usage": "use",
    "puissance": "power_mw", "eau": "water_m3h", "gaz": "gas_m3h", "prix": "price_max_eur_m2", "lieu": "place",
    "route": "road", "voisin": "neighbour", "departements": "departments", "commune": "place",
    "batiments": "buildings",
}  # fmt: skip
"""French words that people write for a field, without accents."""
BRANCHES = {"rectangle": "RectangleBuilding", "outline": "OutlineBuilding", "area": "AreaBuilding"}
"""Shapes of a building by the reader's name of them."""
_ALIKE = 0.7

_STEP = re.compile(r"\[\d+\]|[^.\[\]]+")
_LISTED = 12
"""Fields of a place that are named when none is meant; the whole need has too many."""


def example_at(where: str) -> object:
    """An example for a field, written as `buildings[0].length_m`: its own, else that of the nearest around it."""
    found: object = None
    for nodes in _along(where):
        own = [node["examples"][0] for node in nodes if node.get("examples")]
        found = own[0] if own else found
    return found


def fields_at(where: str, name: str, branch: str = "") -> list[str]:
    """The fields known at a place besides ``name``; of a building, those of the ``branch`` the reader took."""
    *_, nodes = _along(where)
    shapes = [node for node in nodes if node.get("properties")]
    taken = [node for node in shapes if node.get("title") == BRANCHES.get(branch)] or shapes
    return list(dict.fromkeys(field for node in taken for field in node["properties"] if field != name))


def few(fields: list[str]) -> bool:
    """Whether they can all be named in a sentence."""
    return 0 < len(fields) <= _LISTED


def meant(name: str, known: list[str]) -> str | None:
    """The field that was meant by a name nobody knows: by its French word, else the one written most alike."""
    plain = "".join(one for one in normalize("NFD", name.lower()) if not combining(one)).removesuffix("_m")
    if SAID.get(plain) in known:
        return SAID[plain]
    return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=_ALIKE)), None)


def _along(where: str) -> Iterator[list[Schema]]:
    """What may stand at each step of the way, the whole need first; it ends where nothing is known."""
    nodes = _shapes([_schema()])
    yield nodes
    for step in _STEP.findall(where):
        nodes = _shapes([inner for node in nodes for inner in _inner(node, step)])
        yield nodes


def _inner(node: Schema, step: str) -> Iterator[Schema]:
    if step.startswith("["):
        found = node.get("items")
    else:
        found = node.get("properties", {}).get(step) or node.get("additionalProperties")
    if isinstance(found, Mapping):
        yield found


def _shapes(nodes: list[Schema]) -> list[Schema]:
    """The nodes with what they refer to, and each of their choices."""
    found: list[Schema] = []
    for node in nodes:
        choices = [*node.get("anyOf", ()), *node.get("oneOf", ()), *node.get("allOf", ())]
        if "$ref" in node:
            choices.append(_schema()["$defs"][node["$ref"].rpartition("/")[2]])
        found += [node, *_shapes(choices)]
    return found


@cache
def _schema() -> dict[str, Any]:
    return Need.model_json_schema(by_alias=True)
