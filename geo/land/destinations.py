"""Destination codes of the plan standards: DESTOUI, DESTCDT, DESTNON, FORMDOMI, DESTDOMI."""

import re

from geo.land.decision import IndustryDecision, ZoneFacts, decided
from geo.land.vocabulary import Industry

_FORMDOMI: tuple[tuple[str, Industry, float], ...] = (
    ("0201", Industry.ALLOWED, 0.7),
    ("0202", Industry.FORBIDDEN, 0.5),
    ("0203", Industry.FORBIDDEN, 0.5),
    ("0200", Industry.CONDITIONAL, 0.45),
    ("0300", Industry.CONDITIONAL, 0.4),
    ("0604", Industry.CONDITIONAL, 0.4),
    ("0902", Industry.CONDITIONAL, 0.4),
    ("01", Industry.FORBIDDEN, 0.5),
    ("04", Industry.FORBIDDEN, 0.5),
    ("05", Industry.FORBIDDEN, 0.5),
    ("07", Industry.FORBIDDEN, 0.5),
    ("08", Industry.FORBIDDEN, 0.5),
    ("0901", Industry.FORBIDDEN, 0.4),
    ("0903", Industry.FORBIDDEN, 0.4),
)
_DESTDOMI: tuple[tuple[str, Industry, float], ...] = (
    ("02", Industry.ALLOWED, 0.55),
    ("03", Industry.CONDITIONAL, 0.35),
    ("01", Industry.FORBIDDEN, 0.45),
    ("04", Industry.FORBIDDEN, 0.5),
    ("05", Industry.FORBIDDEN, 0.45),
    ("07", Industry.FORBIDDEN, 0.5),
    ("08", Industry.FORBIDDEN, 0.5),
    ("09", Industry.FORBIDDEN, 0.5),
    ("10", Industry.FORBIDDEN, 0.4),
)


def of_lists(facts: ZoneFacts) -> IndustryDecision | None:
    """The regulatory lists of the standards since 2017; a code beats its parent, contradictions make it conditional."""
    lists = (
        ("DESTNON", facts.destnon, Industry.FORBIDDEN),
        ("DESTCDT", facts.destcdt, Industry.CONDITIONAL),
        ("DESTOUI", facts.destoui, Industry.ALLOWED),
    )
    for code, confidence in (("51", 0.95), ("50", 0.85)):
        hits = [hit for hit in lists if code in re.findall(r"\d+", hit[1] or "")]
        if len(hits) == 1:
            name, value, verdict = hits[0]
            rule = {"DESTNON": "industry_forbidden", "DESTCDT": "industry_conditional"}.get(name, "industry_allowed")
            return decided(verdict, rule, name, value, confidence)
        if hits:
            source = " ".join(f"{name}={value}" for name, value, _ in hits)
            return IndustryDecision(Industry.CONDITIONAL, "destinations_contradict", source, 0.4)
    return None


def of_formdomi(value: str | None) -> IndustryDecision | None:
    """The dominant use since 2022, four digits; a lost leading zero is put back."""
    digits = (value or "").strip()
    code = digits.rjust(4, "0") if digits.isdecimal() and len(digits) in (3, 4) else ""
    for start, verdict, confidence in _FORMDOMI:
        if code.startswith(start):
            return IndustryDecision(verdict, "dominant_use", f"FORMDOMI={code}", confidence)
    return None


def of_destdomi(value: str | None) -> IndustryDecision | None:
    """The dominant use before 2017, two digits; None for "to be defined" (00), "other" (99) and free text."""
    text = (value or "").strip()
    code = text.rjust(2, "0") if text.isdecimal() and len(text) <= 2 else ""
    for start, verdict, confidence in _DESTDOMI:
        if code == start:
            return IndustryDecision(verdict, "dominant_use", f"DESTDOMI={code}", confidence)
    return None
