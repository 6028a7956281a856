"""From the zones under a parcel to one verdict for it.

Slivers first leave (digitising noise along the boundary), then the first line that holds wins; shares are of
the parcel, ``uncovered`` is the part no zone covers, counted as unknown from 5 % up:

==========================================================  =====================  ==================
what is under the parcel                                    verdict                rule
==========================================================  =====================  ==================
no zone at all                                              unknown                ``no_zone``
one verdict on 95 % or more                                 that verdict           its own rule
allowed or conditional land, and more than 50 % uncovered   unknown                ``mix:...``
allowed or conditional land beside anything else            conditional            ``mix:...``
unknown or uncovered land beside anything else              unknown                ``mix:...``
after_plan_change beside forbidden                          after_plan_change      ``mix:...``
==========================================================  =====================  ==================

``mix:`` is followed by the parts, largest first: ``mix:allowed+forbidden``.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from geo.land.decision import NO_ANSWER, IndustryDecision
from geo.land.vocabulary import Industry

SLIVER = 0.02
"""Share of the parcel under which a zone is taken for a drawing error."""
UNCOVERED = 0.05
"""Share without any zone up to which the plan is taken to cover the parcel."""
NEARLY_ALL = 0.95
MOSTLY_UNCOVERED = 0.5
_WIDEST_SLIVER = 0.10
_OFFSET_M = 0.5
"""How far a plan drawn on an older cadastre lies from today's boundary, on one side of the parcel [estimate]."""

_BUILDABLE = frozenset({Industry.ALLOWED, Industry.CONDITIONAL})


@dataclass(frozen=True, slots=True)
class ZoneShare:
    """One zone under a parcel: its share of the parcel's surface (0..1) and what it says of industry."""

    share: float
    decision: IndustryDecision
    libelle: str | None = None
    typezone: str | None = None


@dataclass(frozen=True, slots=True)
class ParcelZoning:
    """The verdict for a whole parcel, and label and type of the zone under most of it."""

    verdict: Industry
    rule: str
    source: str
    confidence: float
    libelle: str | None
    typezone: str | None


def sliver_share(surface_m2: float, perimeter_m: float) -> float:
    """Share to pass as ``sliver``: that of a strip along a quarter of the boundary, between 2 % and 10 %.

    Small parcels have relatively more boundary, so a fixed share would take noise for a zone.
    """
    if surface_m2 <= 0:
        return SLIVER
    strip = _OFFSET_M * perimeter_m / 4 / surface_m2
    return min(max(strip, SLIVER), _WIDEST_SLIVER)


def of_shares(shares: Sequence[ZoneShare], *, sliver: float = SLIVER) -> ParcelZoning:
    """One verdict for a parcel lying on several zones; see the table at the head of this file.

    A parcel all in slivers keeps them. Overlapping zones (shares adding to more than 1) are brought back to 1.
    Raises ValueError for a share that is negative or not a number.
    """
    if any(not 0 <= zone.share < math.inf for zone in shares):
        raise ValueError(f"zone shares must be numbers from 0 up: {[zone.share for zone in shares]}")
    kept = [zone for zone in shares if zone.share >= sliver] or [zone for zone in shares if zone.share > 0]
    if not kept:
        return ParcelZoning(Industry.UNKNOWN, "no_zone", "", 0.0, None, None)
    uncovered = max(0.0, 1.0 - math.fsum(zone.share for zone in shares))
    parts = _parts(kept, uncovered if uncovered > UNCOVERED else 0.0)
    verdict, rule = _verdict(parts, uncovered)
    libelle, typezone = _main_zone(kept)
    if rule is None:
        return _single(kept, verdict, libelle, typezone)
    order = sorted(kept, key=lambda zone: -zone.share)
    source = " + ".join(dict.fromkeys(zone.decision.source for zone in order if zone.decision.source))
    known = [zone.decision.confidence for zone in kept if zone.decision.verdict is not Industry.UNKNOWN]
    confidence = min(known, default=0.0) if verdict is not Industry.UNKNOWN else 0.0
    return ParcelZoning(verdict, rule, source, confidence, libelle, typezone)


def _parts(kept: Sequence[ZoneShare], uncovered: float) -> dict[str, float]:
    """Share of each verdict and of ``uncovered``, adding to 1, largest first."""
    parts: dict[str, float] = {"uncovered": uncovered} if uncovered else {}
    # from the smallest up: sums must not depend on the order in which zones were read
    for zone in sorted(kept, key=lambda zone: zone.share):
        parts[zone.decision.verdict] = parts.get(zone.decision.verdict, 0.0) + zone.share
    total = math.fsum(parts.values())
    return {name: parts[name] / total for name in sorted(parts, key=lambda name: (-parts[name], name))}


def _verdict(parts: dict[str, float], uncovered: float) -> tuple[Industry, str | None]:
    """Verdict of the mixture, and its rule, or None when one verdict holds nearly all the parcel."""
    main = next(iter(parts))
    if main != "uncovered" and parts[main] >= NEARLY_ALL:
        return Industry(main), None
    rule = "mix:" + "+".join(parts)
    if uncovered > MOSTLY_UNCOVERED:
        return Industry.UNKNOWN, rule
    if _BUILDABLE & parts.keys():
        return Industry.CONDITIONAL, rule
    if "uncovered" in parts or Industry.UNKNOWN in parts:
        return Industry.UNKNOWN, rule
    return Industry.AFTER_PLAN_CHANGE, rule


def _single(kept: Sequence[ZoneShare], verdict: Industry, libelle: str | None, typezone: str | None) -> ParcelZoning:
    """Rule and source of the largest zone of that verdict; confidence weighted by surface."""
    same = [zone for zone in kept if zone.decision.verdict is verdict]
    largest = max(same, key=lambda zone: zone.share).decision if same else NO_ANSWER
    weight = sum(zone.share for zone in same)
    confidence = sum(zone.share * zone.decision.confidence for zone in same) / weight
    return ParcelZoning(verdict, largest.rule, largest.source, round(confidence, 3), libelle, typezone)


def _main_zone(kept: Sequence[ZoneShare]) -> tuple[str | None, str | None]:
    """Label and type of the zone with most surface, its pieces added up."""
    surfaces: dict[tuple[str | None, str | None], float] = {}
    for zone in kept:
        key = (zone.libelle, zone.typezone)
        surfaces[key] = surfaces.get(key, 0.0) + zone.share
    return max(surfaces, key=lambda key: surfaces[key])
