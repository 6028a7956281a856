"""What plants of a sector usually ask: indicative figures, and the need they make to start from."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

FILE = Path(__file__).with_name("presets.toml")
SOURCE = "estimate"
"""What a preset rests on, unless `published` names a project: comparable plants."""

Document = dict[str, Any]

WEIGHTS: Mapping[str, float] = {"start_by": 3, "price_max_eur_m2": 1, "height_m": 1, "water_m3h": 1}
"""A preset asks for land, room, power and a plan that lets it build; it wishes what every project prefers, and what
few places have on record."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One sector. `figures` are the ranges of the file (ha, m2, m, MW, m3/h); `need` starts from their least."""

    name: str
    label: Mapping[str, str]
    note: Mapping[str, str]
    figures: Mapping[str, Any]
    published: tuple[str, ...]
    need: Mapping[str, Any]


@cache
def presets() -> Mapping[str, Preset]:
    """Every preset by name, in the order of the file."""
    written = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return MappingProxyType({name: _preset(name, table) for name, table in written.items()})


def _preset(name: str, table: Mapping[str, Any]) -> Preset:
    told = {"label", "note", "published"}
    figures = {key: value for key, value in table.items() if key not in told}
    return Preset(
        name,
        table["label"],
        table.get("note", {}),
        figures,
        tuple(table.get("published", ())),
        _need(name, table),
    )


def _need(name: str, table: Mapping[str, Any]) -> Document:
    """The need of the least plant of the sector: more land, and more power, then pass too."""
    length, width = table["building_m"]
    icpe = {key: table[key] for key in ("regime", "rubriques", "seveso", "ied") if table.get(key)}
    return {
        "preset": name,
        "buildings": [{"length_m": length, "width_m": width, "count": table.get("count", 1)}],
        "land_m2": {"min": table["plot_ha"][0] * 10_000},
        "use": "industrie",
        "icpe": icpe,
        "power_mw": {"at_opening": table["power_mw"][0]},
        "height_m": table["height_m"][0],
        "water_m3h": table["water_m3h"][0],
        "wishes": {wish: {"weight": weight} for wish, weight in WEIGHTS.items()},
    }


def over_preset(document: Mapping[str, Any]) -> Document:
    """A need over the preset it names: each of its own fields stands instead of the preset's, null leaves one out.

    A preset nobody knows is left for the reader to refuse.
    """
    named = document.get("preset")
    known = presets().get(named) if isinstance(named, str) else None
    if known is None:
        return dict(document)
    laid = {**known.need, **document}
    if "wishes" not in document:
        # a wish goes with its field: said anew, it is what the need says of it, a must; said null, it is not asked
        laid["wishes"] = {wish: said for wish, said in known.need["wishes"].items() if wish not in document}
    return laid


def preset_document(preset: Preset) -> Document:
    """A preset as plain JSON values, with the need it makes."""
    return {
        "name": preset.name,
        "label": dict(preset.label),
        "note": dict(preset.note),
        "indicative": True,
        "source": SOURCE,
        "published": list(preset.published),
        "figures": dict(preset.figures),
        "need": dict(preset.need),
    }
