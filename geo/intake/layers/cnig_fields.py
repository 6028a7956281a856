"""The official fields of the CNIG standards (cnig_fields.toml): how each is written, its list, our column for it."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from geo.intake.layers import cnig


class Kind(StrEnum):
    """How a field is written."""

    TEXT = "text"
    URL = "url"
    CODE = "code"  # an identifier of the standards
    CODES = "codes"  # identifiers with | between
    LISTED = "listed"  # one value of a list
    CHOICES = "choices"  # values of a list with | between
    NUMBER = "number"
    WHOLE = "whole"
    HECTARES = "hectares"
    DAY = "day"
    YEAR = "year"
    FLAG = "flag"  # oui, non
    REFERENCES = "references"  # cadastral identifiers with | between
    SIREN = "siren"
    INSEE = "insee"
    POINT = "point"
    SURFACE = "surface"
    AMERICAN_DAY = "american"  # month/day/year, as the exchange table of the national portal writes it
    COMMAS = "commas"  # texts with commas between


@dataclass(frozen=True, slots=True)
class Official:
    """One official field. ``column`` is where our record holds it, '' when it stays among the published ones."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    values: tuple[str, ...] = ()
    column: str = ""


def _read() -> dict[str, tuple[Official, ...]]:
    """The fields of each class of the file, by its name."""
    said = tomllib.loads(files("geo.intake.layers").joinpath("cnig_fields.toml").read_text(encoding="utf-8"))
    return {name: tuple(_fields(one["fields"], one.get("lists", {}))) for name, one in said.items()}


def _fields(table: str, lists: Mapping[str, str]) -> Iterator[Official]:
    """One field a line: name (``!`` when required), kind, column."""
    for line in table.strip().splitlines():
        name, kind, column = [*line.split(), ""][:3]
        plain = name.rstrip("!")
        values: tuple[str, ...] = getattr(cnig, lists[plain]) if plain in lists else ()
        yield Official(plain, Kind(kind), name.endswith("!"), values, column)


_READ = _read()
POLE, SITE, TERRAIN, ESTABLISHMENT = (_READ[n] for n in ("pole-eco", "site-eco", "terrain-eco", "etablissement"))
FRICHE = _READ["friches"]
CLASSES: Mapping[str, tuple[Official, ...]] = {
    "pole-eco": POLE,
    "site-eco": SITE,
    "terrain-eco": TERRAIN,
    "etablissement": ESTABLISHMENT,
    "friches": FRICHE,
}
"""The official classes by the names of their schemas."""
BOURGOGNE_FRANCHE_COMTE, ROANNAIS, FONCIER_PLUS = (
    _READ[name] for name in ("bourgogne-franche-comte", "roannais", "foncier-plus")
)
"""What regions and the national portal add."""
LAYER_FIELDS: Mapping[str, tuple[Official, ...]] = {
    "poles": POLE,
    "sites": SITE,
    "parcels": (*TERRAIN, *FRICHE, *BOURGOGNE_FRANCHE_COMTE, *ROANNAIS),
    "establishments": ESTABLISHMENT,
}
"""The official fields a row of each layer may state, whatever schema its file follows."""


def official_fields(layer: str, present: Mapping[str, str]) -> tuple[Official, ...]:
    """The official fields to look for in a file with these fields (lower case)."""
    fields = LAYER_FIELDS.get(layer, ())
    # the names of the exchange table are everyday words: they mean its fields only in its company
    return (*FONCIER_PLUS, *fields) if layer == "parcels" and "id_site_eco" in present else fields
