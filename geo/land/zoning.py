"""What a plan zone says of an industrial building: one verdict, the rule that gave it, and how sure it is.

The attributes of CNIG ``zone_urba`` are read from the most to the least binding, and the first that answers wins:

=====  ==========================  =====================================================  ==========
order  attribute                   verdict                                                confidence
=====  ==========================  =====================================================  ==========
1      TYPEZONE A, N (Ah, Nh...)   forbidden; conditional when the wording gives the       0.9 / 0.35
                                   sector to an industrial use; unknown when the label
                                   is that of an urban zone (a known input error)
1      TYPEZONE AUs (2AU)          after_plan_change; less sure when meant for other uses  0.9 / 0.5
1      TYPEZONE ZnC                forbidden (carte communale, not constructible)          0.8
1      TYPEZONE or LIBELLE RNU,    unknown: no plan, the national rules judge case by case 0
       ZURNU
2      DESTNON / DESTOUI / DESTCDT code 51 (industry), else its parent 50                  0.95 / 0.85
3      FORMDOMI                    0201 allowed; 0200, 0300, 0604, 0902 conditional;       0.4 - 0.7
                                   housing, shops, offices, leisure, equipment, farming,
                                   nature forbidden
3      DESTDOMI (before 2017)      02 allowed; 03 conditional; 01, 04, 05, 07-10 forbidden 0.35 - 0.55
4      LIBELONG                    what the wording names and rules out (geo.land.wording) 0.35 - 0.5
5      TYPEZONE ZCa                allowed (carte communale, sector kept for activities)   0.6
5      TYPEZONE ZC                 unknown: open to building, the map says no use          0
=====  ==========================  =====================================================  ==========

LIBELONG also corrects step 3, because DESTDOMI is coarse and carelessly filled: it narrows "activité" (shops only)
and beats a housing or equipment code when it plainly says economic activity. LIBELLE never decides: "UE" is an
economic zone in one plan and public equipment in the next.
"""

import re
from collections.abc import Set
from dataclasses import replace

from geo.land import destinations
from geo.land.decision import NO_ANSWER, IndustryDecision, ZoneFacts, decided
from geo.land.shares import ParcelZoning, ZoneShare, of_shares, sliver_share
from geo.land.text import fold
from geo.land.vocabulary import Industry
from geo.land.wording import Theme, Wording, read, verdict_of

__all__ = [
    "IndustryDecision",
    "ParcelZoning",
    "ZoneFacts",
    "ZoneShare",
    "decide",
    "of_same_label",
    "of_shares",
    "sliver_share",
    "zone_kind",
]

_PRESENT_STATE = frozenset({Theme.FARMING, Theme.NATURE})
"""In a zone to urbanise these words say what the land is today, not what it is for."""

_KINDS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("RNU", r"z?u?rnu"),
        ("ZnC", r"znc"),
        ("ZCa", r"zca"),
        ("ZC", r"zc"),
        # POS spoke of NA (to urbanise), NC (farming), ND (nature); "2AU" and "IIAU" are closed by usage
        ("AUs", r"(?:2|ii)(?:au|na)\w*|aus\w*"),
        ("AUc", r"(?:1|i)(?:au|na)\w*|auc\w*"),
        ("AU", r"au\w?|na"),
        ("A", r"a\w{0,2}|nc"),
        ("N", r"n(?!b)\w{0,2}"),
        ("U", r"u\w{0,3}"),
    )
)


def zone_kind(typezone: str | None) -> str | None:
    """Today's TYPEZONE for any spelling met: U, AUc, AUs, AU (opening unsaid), A, N, ZC, ZCa, ZnC; else None."""
    text = fold(typezone or "").replace(" ", "")
    for kind, pattern in _KINDS:
        if pattern.fullmatch(text):
            return kind
    return None


def decide(facts: ZoneFacts) -> IndustryDecision:
    """Decide one zone; see the table at the head of this file."""
    kind = zone_kind(facts.typezone)
    wording = read(facts.libelong)
    if kind in ("AU", "AUc", "AUs"):
        wording = replace(wording, named=wording.named - _PRESENT_STATE)
    if kind in ("A", "N"):
        return _protected(facts, wording)
    if "RNU" in (kind, zone_kind(facts.libelle)):
        name, value = ("TYPEZONE", facts.typezone) if kind == "RNU" else ("LIBELLE", facts.libelle)
        return decided(Industry.UNKNOWN, "national_rules", name, value, 0.0)
    if kind == "ZnC":
        return decided(Industry.FORBIDDEN, "zone_not_constructible", "TYPEZONE", facts.typezone, 0.8)
    if kind == "AUs":
        return _closed(facts, wording)
    answer = destinations.of_lists(facts) or _dominant(facts, wording) or _worded(facts.libelong, wording)
    if answer is None and kind == "ZCa":
        answer = decided(Industry.ALLOWED, "zone_for_activities", "TYPEZONE", facts.typezone, 0.6)
    if answer is None and kind == "ZC":
        return decided(Industry.UNKNOWN, "zone_open_to_building", "TYPEZONE", facts.typezone, 0.0)
    return _tempered(answer or NO_ANSWER, kind)


def of_same_label(known: Set[IndustryDecision]) -> IndustryDecision | None:
    """The decision for a zone that says nothing, from those of the same plan with its label and type.

    None when there is none or their verdicts differ. At most 0.4 sure: that a label means one thing throughout a
    plan is usage, not law.
    """
    if len({one.verdict for one in known}) != 1:
        return None
    best = max(known, key=lambda one: (one.confidence, one.rule, one.source))
    return IndustryDecision(best.verdict, "label_read_in_this_plan", best.source, min(best.confidence, 0.4))


def _protected(facts: ZoneFacts, wording: Wording) -> IndustryDecision:
    """Zones A and N."""
    if zone_kind(facts.libelle) in ("U", "AUc") and re.search(r"\burba(?:in|nis)", fold(facts.libelong or "")):
        return decided(
            Industry.UNKNOWN, "typezone_contradicts_label", "TYPEZONE", f"{facts.typezone} LIBELLE={facts.libelle}", 0
        )
    if Theme.INDUSTRY in wording.named - wording.ruled_out and not wording.nothing_built:
        return decided(Industry.CONDITIONAL, "sector_of_limited_size", "LIBELONG", facts.libelong, 0.35)
    return decided(Industry.FORBIDDEN, "zone_protected", "TYPEZONE", facts.typezone, 0.9)


def _closed(facts: ZoneFacts, wording: Wording) -> IndustryDecision:
    """Zones that no building may enter before the plan is changed."""
    meant_for = destinations.of_lists(facts) or _dominant(facts, wording) or _worded(facts.libelong, wording)
    if meant_for and meant_for.verdict is Industry.FORBIDDEN:
        source = f"TYPEZONE={facts.typezone} {meant_for.source}"
        return IndustryDecision(Industry.AFTER_PLAN_CHANGE, "zone_closed_for_other_uses", source, 0.5)
    return decided(Industry.AFTER_PLAN_CHANGE, "zone_closed", "TYPEZONE", facts.typezone, 0.9)


def _dominant(facts: ZoneFacts, wording: Wording) -> IndustryDecision | None:
    """FORMDOMI or DESTDOMI, corrected by a plain wording."""
    coded = (
        destinations.of_formdomi(facts.formdomi)
        or destinations.of_destdomi(facts.destdomi or facts.formdomi)
        or _free_text(facts.destdomi)
    )
    if coded is None:
        return None
    worded = _worded(facts.libelong, wording)
    if worded is None:
        return coded
    if coded.verdict is worded.verdict:
        return replace(coded, rule=f"{coded.rule}_confirmed", confidence=round(coded.confidence + 0.2, 2))
    source = f"{worded.source} {coded.source}"
    plainly_activity = worded.rule in ("wording_names_activity", "wording_sets_conditions")
    if plainly_activity and coded.verdict is Industry.FORBIDDEN:
        return IndustryDecision(worded.verdict, "wording_beats_dominant_use", source, 0.4)
    generic = coded.source in ("DESTDOMI=02", "FORMDOMI=0200")
    if generic or worded.rule == "wording_rules_industry_out":
        return IndustryDecision(worded.verdict, "wording_narrows_dominant_use", source, 0.45)
    return coded


def _free_text(value: str | None) -> IndustryDecision | None:
    """A dominant use written out (``"activité"``), as old files do."""
    text = (value or "").strip()
    if not text or text.isdecimal():
        return None
    answer = _worded(text, read(text))
    return replace(answer, source=f"DESTDOMI={text}") if answer else None


def _worded(text: str | None, wording: Wording) -> IndustryDecision | None:
    """The verdict of a wording alone; at most 0.5 sure, because the written rules may say otherwise."""
    verdict, rule, confidence = verdict_of(wording)
    if verdict is Industry.UNKNOWN:
        return None
    return decided(verdict, rule, "LIBELONG", text, confidence)


def _tempered(answer: IndustryDecision, kind: str | None) -> IndustryDecision:
    """Lower an answer the zone type does not back: AU of unsaid opening, or no readable type at all."""
    if kind == "AU" and answer.verdict is Industry.ALLOWED:
        return replace(answer, verdict=Industry.CONDITIONAL, rule="opening_unsaid", confidence=0.35)
    if kind is None and answer.verdict is not Industry.UNKNOWN:
        return replace(answer, confidence=min(answer.confidence, 0.4))
    return answer
