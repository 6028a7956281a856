"""What the layers of a GeoPackage of drawn features are: their names, and the type of each field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

Kind = type[str] | type[int] | type[float] | type[date]


@dataclass(frozen=True, slots=True)
class Layers:
    """Layers that are there whatever is in them, so that a map made of one answer opens the next.

    ``names``: as the property ``kind`` of the features has them; ``fields``: of every layer, days as ISO 8601 text.
    """

    names: tuple[str, ...]
    fields: Mapping[str, Kind]
