"""Whether two enquiries may be one question asked twice: a score that can be explained.

Evidence adds up as chances do: 1 - product(1 - weight). The weights are estimates: a SIREN is nearly sure; the domain
of a company's address may be that of a group; a name may be common; two needs are alike by chance now and then, so that
a need alone warns only where it is nearly the same in three fields at least. Two SIRENs that differ speak against all
of it but the domain.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from geo.land.text import fold

WARNED_FROM = 0.6
SIREN, DOMAIN, NAME, NEED = 0.98, 0.75, 0.6, 0.65
LEAST_FIELDS = 3
WITHIN_DAYS = 365
"""How long ago an enquiry may have been received to be looked at."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What of an enquiry can be compared. ``need``: the document of its need, as far as it is known."""

    siren: str | None
    domain: str | None
    company: str | None
    need: Mapping[str, Any]


def score(one: Trace, other: Trace) -> float:
    """How likely, from 0 to 1, two enquiries are the same question."""
    against = one.siren is not None and other.siren is not None and one.siren != other.siren
    evidence = [DOMAIN] if one.domain is not None and one.domain == other.domain else []
    if not against:
        evidence += [SIREN] if one.siren is not None and one.siren == other.siren else []
        evidence += [NAME] if _same_name(one.company, other.company) else []
        evidence.append(NEED * alike(one.need, other.need))
    return 1 - math.prod(1 - weight for weight in evidence)


def alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """How alike two needs are, from 0 to 1, over the fields that both say; 0 below three of them."""
    shares = list(_shares(one, other))
    return sum(shares) / len(shares) if len(shares) >= LEAST_FIELDS else 0.0


def _shares(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[float]:
    for field in ("land_m2.min", "land_m2.max", "footprint_m2", "floor_m2", "power_mw", "height_m", "jobs"):
        a, b = (_number(need, field) for need in (one, other))
        if a is not None and b is not None:
            yield min(a, b) / max(a, b) if max(a, b) > 0 else 1.0
    for field in ("use", "start_by", "production_by"):
        if one.get(field) is not None and other.get(field) is not None:
            yield float(one[field] == other[field])
    places = [_places(need) for need in (one, other)]
    if all(places):
        yield len(places[0] & places[1]) / len(places[0] | places[1])


def _number(need: Mapping[str, Any], field: str) -> float | None:
    value: Any = need
    for name in field.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping):
        value = value.get("at_opening")
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _places(need: Mapping[str, Any]) -> set[str]:
    place = need.get("place") or {}
    return {f"{kind}/{one}" for kind in ("communes", "departments", "named") for one in place.get(kind) or ()}


def _same_name(one: str | None, other: str | None) -> bool:
    return bool(one and other and fold(one) == fold(other))
