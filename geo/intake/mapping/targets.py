"""What a mapping may fill: the columns of each layer, and the units their values may be written in."""

import re
from collections.abc import Mapping

from geo.intake.layers.records import LAYERS
from geo.intake.mapping.lines import Refusal
from geo.land.text import strip_accents

_BESIDE: Mapping[str, tuple[str, ...]] = {
    "parcels": ("origin", "terr_cession_type"),
    "cadastre": ("id", "idu", "section", "numero", "prefixe", "commune"),
    "zones": ("insee",),
    "area_communes": ("communes",),
}
"""Fields that are no column but tell the module of the layer what it needs."""

UNITS: Mapping[str, Mapping[str, float]] = {
    "_eur_m2": {"€/m2": 1.0, "eur/m2": 1.0, "€/ha": 1e-4, "eur/ha": 1e-4, "k€/ha": 0.1, "k€/m2": 1e3},
    "_m2": {"m2": 1.0, "ca": 1.0, "a": 100.0, "are": 100.0, "ha": 1e4, "km2": 1e6, "ft2": 0.3048**2},
    "_m": {"m": 1.0, "cm": 0.01, "mm": 0.001, "km": 1e3, "ft": 0.3048},
    "_mw": {"mw": 1.0, "mva": 1.0, "kw": 1e-3, "kva": 1e-3, "gw": 1e3, "w": 1e-6},
    "_kv": {"kv": 1.0, "v": 1e-3},
    "_amount": {"€": 1.0, "eur": 1.0, "k€": 1e3, "keur": 1e3, "m€": 1e6},
}
"""By the end of a column's name: the units its values may come in, each with its worth in the column's own."""


def targets_of(layer: str) -> tuple[str, ...]:
    """The columns of ours that a mapping may fill: those read from files, ``key``, and what tells the rest."""
    record = LAYERS[layer]
    read = [column.name for column in record.columns if column.read is not None]
    key = ("key",) if record.keys else ()
    return tuple(dict.fromkeys((*read, *key, *_BESIDE.get(layer, ()))))


def units_of(target: str) -> Mapping[str, float]:
    """The units a column's values may come in; none for what is no quantity."""
    return next((units for end, units in UNITS.items() if target.endswith(end)), {})


def unit_key(written: str) -> str:
    """A unit as the table of units spells it: ``m²`` and ``M2`` are ``m2``."""
    return strip_accents(written).replace(" ", "")


_WITH_UNIT = re.compile(r"([\d\s.,]*\d)\s*([^\d\s].{0,15})")


def own_unit(target: str, value: object) -> tuple[str, str] | None:
    """The number and the unit of a quantity that names its own: ``"45 € HT/m²"`` is ``("45", "€/m2")``, else None."""
    units = units_of(target)
    found = _WITH_UNIT.fullmatch(value.strip()) if units and isinstance(value, str) and len(value) <= 64 else None
    if found is None:
        return None
    unit = _NET.sub("", unit_key(found[2]))
    return (found[1], unit) if unit in units else None


_NET = re.compile(r"\(?ht\)?")
"""Prices without tax are what offers state."""


def scale_of(refuse: Refusal, section: str, target: str, unit: str) -> float:
    """How many of the column's own unit one of ``unit`` is. Raises Unreadable."""
    units = units_of(target)
    if not units:
        raise refuse("mapping.no_unit", section, target, column=target)
    found = units.get(unit_key(unit))
    if found is None:
        raise refuse("mapping.unknown_unit", section, target, column=target, unit=unit, known=list(units))
    return found


def property_of(layer: str, target: str, *, origin: object = None) -> str:
    """The field under which a mapped value is handed on: ``key`` takes the name the layer knows its key by."""
    if target != "key":
        return target
    if layer == "parcels":
        return "site_id" if origin == "friche" else "terr_id"
    return LAYERS[layer].keys[0]
