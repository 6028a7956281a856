"""Dominant-use codes that a plan itself contradicts: an answer that rests on such a code alone is none.

DESTDOMI was filled in carelessly in many plans (one gives 01, housing, to every urban zone, its economic ones
included), and zones to urbanise often bear one code for all. So within one plan

- a code that the wordings of at least two labels contradict decides nothing by itself any more;
- the code of a zone to urbanise decides nothing when the urban zones of the same family (AUT and UT, 1AUh and Uh1)
  are judged otherwise.

Both rules come from reading the plans of Pezou (41175) and Megève; see docs/decisions/industry-verdict.md.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.land.decision import IndustryDecision
from geo.land.text import fold
from geo.land.vocabulary import Industry
from geo.land.wording import read

CONTRADICTED = 2
"""Labels whose wording must contradict a code before it is doubted: one may be a slip."""

_BY_CODE_ALONE = re.compile(r"(?:DESTDOMI|FORMDOMI)=\w+")
_TO_URBANISE = re.compile(r"(?:[12]|i{1,2})?au([a-z])")
_URBAN = re.compile(r"u([a-z])")


@dataclass(frozen=True, slots=True)
class Judged:
    """A zone of one plan: label, dominant-use code and wording as written, and what was decided of it alone."""

    libelle: str | None
    code: str | None
    libelong: str | None
    decision: IndustryDecision


def doubted(zones: Sequence[Judged]) -> list[IndustryDecision]:
    """The decisions of one plan's zones, those that rest on a doubtful code alone taken back."""
    codes = _contradicted(zones)
    families = _families(zones)
    return [_doubt(zone, codes, families) for zone in zones]


def _doubt(zone: Judged, codes: set[str | None], families: dict[str, set[Industry]]) -> IndustryDecision:
    decision = zone.decision
    if not _BY_CODE_ALONE.fullmatch(decision.source) or read(zone.libelong).named:
        return decision
    if zone.code in codes:
        return IndustryDecision(Industry.UNKNOWN, "code_contradicted_in_this_plan", decision.source, 0.0)
    family = _family(_TO_URBANISE, zone.libelle)
    urban = families.get(family, set()) if family else set()
    if urban and decision.verdict not in urban:
        return IndustryDecision(Industry.UNKNOWN, "code_unlike_its_family_in_this_plan", decision.source, 0.0)
    return decision


def _contradicted(zones: Iterable[Judged]) -> set[str | None]:
    labels: dict[str | None, set[str | None]] = {}
    for zone in zones:
        if zone.decision.rule == "wording_beats_dominant_use":
            labels.setdefault(zone.code, set()).add(zone.libelle)
    return {code for code, found in labels.items() if len(found) >= CONTRADICTED}


def _families(zones: Iterable[Judged]) -> dict[str, set[Industry]]:
    """What is decided of the urban zones of each family; the family is the letter after U."""
    found: dict[str, set[Industry]] = {}
    for zone in zones:
        family = _family(_URBAN, zone.libelle)
        if family and zone.decision.verdict is not Industry.UNKNOWN:
            found.setdefault(family, set()).add(zone.decision.verdict)
    return found


def _family(pattern: re.Pattern[str], libelle: str | None) -> str | None:
    matched = pattern.match(fold(libelle or "").replace(" ", ""))
    return matched[1] if matched else None
