"""Plan zones: the document each belongs to, and what the plan says of an industrial building there."""

from functools import lru_cache

from geo.intake.layers import plans
from geo.intake.layers.draft import Draft
from geo.intake.layers.zone_fields import HAS_PLAN
from geo.land.doubts import Judged, doubted
from geo.land.vocabulary import Industry
from geo.land.zoning import IndustryDecision, ZoneFacts, decide, of_same_label, zone_kind

_FACTS = ("typezone", "libelle", "libelong", "destdomi", "formdomi", "destoui", "destcdt", "destnon")
TYPES = frozenset({"U", "AUc", "AUs", "A", "N", "ZC", "ZCa", "ZnC", "RNU"})
"""TYPEZONE as published today, and the labels CNIG gives the sectors of a carte communale."""


def complete(draft: Draft) -> None:
    """Fill document, key and decision; rows of no document are refused, communes that have a plan left out."""
    draft.fill_false("synthetic")
    for place, libelle in enumerate(draft.fields["libelle"]):
        if libelle == HAS_PLAN:
            draft.table.leave_out(place, "libelle", None, "zone.commune_has_plan")
    plans.complete(draft)
    partitions = draft.fields["partition"]
    draft.fill("commune_insee", lambda i: _commune(partitions[i]))
    _decisions(draft)
    _tell_types(draft)
    draft.keys = draft.digest_of_geometry("libelle", "typezone")


def _commune(partition: object) -> str | None:
    """The commune of a communal plan; a plan of several communes says nothing of its zones' own."""
    code = str(partition).partition("_")[2] if partition is not None else ""
    return code if len(code) == 5 else None


def _decisions(draft: Draft) -> None:
    @lru_cache(maxsize=4_096)
    def decided(*facts: str | None) -> IndustryDecision:
        return decide(ZoneFacts(**dict(zip(_FACTS, facts, strict=True))))

    rows = list(zip(*(draft.fields[name] for name in _FACTS), strict=True))
    found = [decided(*(None if value is None else str(value) for value in row)) for row in rows]
    found = _by_label(draft, _doubted(draft, found))
    draft.fields["industry"] = [decision.verdict.value for decision in found]
    draft.fields["industry_rule"] = [decision.rule for decision in found]
    draft.fields["industry_source"] = [decision.source for decision in found]
    draft.fields["industry_confidence"] = [decision.confidence for decision in found]


def _doubted(draft: Draft, found: list[IndustryDecision]) -> list[IndustryDecision]:
    """Each plan's decisions, without those that rest on a code the plan itself contradicts."""
    fields = draft.fields

    def said(name: str, place: int) -> str | None:
        value = fields[name][place]
        return None if value is None else str(value)

    plans_of: dict[tuple[object, object], list[int]] = {}
    for place, plan in enumerate(zip(fields["partition"], fields["approved_on"], strict=True)):
        plans_of.setdefault(plan, []).append(place)
    for places in plans_of.values():
        zones = [Judged(said("libelle", i), said("destdomi", i), said("libelong", i), found[i]) for i in places]
        for place, decision in zip(places, doubted(zones), strict=True):
            found[place] = decision
    return found


def _by_label(draft: Draft, found: list[IndustryDecision]) -> list[IndustryDecision]:
    """A zone that says nothing itself is read as the zones of its plan that bear the same label and type."""
    names = ("partition", "approved_on", "typezone", "libelle")
    labels = list(zip(*(draft.fields[name] for name in names), strict=True))
    known: dict[tuple[object, ...], set[IndustryDecision]] = {}
    for label, decision in zip(labels, found, strict=True):
        if decision.verdict is not Industry.UNKNOWN:
            known.setdefault(label, set()).add(decision)
    return [
        of_same_label(known.get(label, set())) or decision if decision.rule == "nothing_decides" else decision
        for label, decision in zip(labels, found, strict=True)
    ]


def _tell_types(draft: Draft) -> None:
    """Zone types that are not of today's list, and those their own label contradicts."""
    for place, typezone in enumerate(draft.fields["typezone"]):
        if typezone is None or place in draft.table.left_out:
            continue
        said = {"typezone": typezone}
        if draft.fields["industry_rule"][place] == "typezone_contradicts_label":
            said["libelle"] = draft.fields["libelle"][place]
            draft.table.remark(place, "typezone", typezone, "zone.type_contradicts_label", **said)
        elif typezone not in TYPES:
            kind = zone_kind(str(typezone))
            if kind is None:
                draft.table.remark(place, "typezone", typezone, "zone.type_unknown", **said)
            else:
                draft.table.remark(place, "typezone", typezone, "zone.type_old", **said, kind=kind)
