"""Plan zones: the document each belongs to, and what the plan says of an industrial building there."""

import re
from datetime import date
from functools import lru_cache

from geo.intake.draft import Draft
from geo.intake.values import day
from geo.land.zoning import IndustryDecision, ZoneFacts, decide

_FACTS = ("typezone", "libelle", "libelong", "destdomi", "formdomi", "destoui", "destcdt", "destnon")
# IDURBA and NOMFIC start with the code of the commune or the SIREN of the intercommunal body
_DOCUMENT = re.compile(r"(\d{9}|(?:\d\d|2[AB])\d{3})_", re.IGNORECASE)
_APPROVED = re.compile(r"_(\d{8})(?:_[A-Z])?$", re.IGNORECASE)


def complete(draft: Draft) -> None:
    """Fill partition, approval date, commune, key and the decision; rows of no document are refused."""
    draft.fill_false("synthetic")
    _partitions(draft)
    idurbas = draft.fields["idurba"]
    draft.fill("approved_on", lambda i: _approved(idurbas[i]))
    partitions = draft.fields["partition"]
    draft.fill("commune_insee", lambda i: _commune(partitions[i]))
    _decisions(draft)
    draft.keys = draft.digest_of_geometry("libelle", "typezone")


def _partitions(draft: Draft) -> None:
    """DU_ and the code of the commune (PLU) or of the intercommunal body (PLUi), as the Géoportail names it.

    When the rows that name their document all name one, the others belong to it: one file is one document.
    """
    fields = draft.fields
    named = [
        _document(idurba) or _document(nomfic)
        for idurba, nomfic in zip(fields["idurba"], fields["nomfic"], strict=True)
    ]
    distinct = {name for name in named if name}
    only = distinct.pop() if len(distinct) == 1 else None
    communes = fields["commune_insee"]
    draft.fill("partition", lambda i: _partition(named[i] or only or communes[i] or draft.context.commune))
    for place, partition in enumerate(fields["partition"]):
        if partition is None:
            message = "the zone names no document; expected IDURBA (30014_PLU_20171013), INSEE, or --commune INSEE"
            draft.table.refuse(place, "partition", None, "zone.no_document", message)


def _document(text: object) -> str | None:
    found = _DOCUMENT.match(str(text)) if text is not None else None
    return found[1].upper() if found else None


def _partition(code: object) -> str | None:
    return None if code is None else f"DU_{code}"


def _approved(idurba: object) -> date | None:
    found = _APPROVED.search(str(idurba)) if idurba is not None else None
    value = day(found[1])[0] if found else None
    return value if isinstance(value, date) else None


def _commune(partition: object) -> str | None:
    """The commune of a communal plan; a plan of several communes says nothing of its zones' own."""
    code = str(partition).removeprefix("DU_") if partition is not None else ""
    return code if len(code) == 5 else None


def _decisions(draft: Draft) -> None:
    @lru_cache(maxsize=4_096)
    def decided(*facts: str | None) -> IndustryDecision:
        return decide(ZoneFacts(**dict(zip(_FACTS, facts, strict=True))))

    rows = zip(*(draft.fields[name] for name in _FACTS), strict=True)
    found = [decided(*(None if value is None else str(value) for value in row)) for row in rows]
    draft.fields["industry"] = [decision.verdict.value for decision in found]
    draft.fields["industry_rule"] = [decision.rule for decision in found]
    draft.fields["industry_source"] = [decision.source for decision in found]
    draft.fields["industry_confidence"] = [decision.confidence for decision in found]
