"""Several parcels put together, in words: how many, of whom, at what price, and how far such sites were looked for."""

from collections.abc import Iterator

from api.catalogues import sentence
from api.wording import Document, number, surface
from geo.land.vocabulary import Industry

LACKS_ROOM = frozenset({"land_m2", "fit"})
"""What parcels are rejected by that lack surface, or room for the building."""
NAMED = 3
"""Parcels named before the rest is only counted."""


def rank_told(match: Document, lang: str) -> list[str]:
    """How a match ranks: a word, or what its parcels are together; and where the plan lets no industry in unasked."""
    ranked = [sentence(f"rank.{match['rank']}", lang)] if match["assembly"] is None else _told(match["assembly"], lang)
    return [*ranked, *([sentence("rank.industry_forbidden", lang)] if shut_unasked(match) else [])]


def shut_unasked(match: Document) -> bool:
    """Whether the plan forbids industry there, and the need, which names no use, did not ask."""
    asked = any(criterion["name"] == "use" for criterion in match["criteria"])
    return match["parcel"]["industry"] == Industry.FORBIDDEN and not asked


def _lacks_room_everywhere(counts: Document) -> bool:
    """Whether no parcel is proved and some lack surface or room: a reader then asks about putting some together."""
    return not counts["proved"] and not LACKS_ROOM.isdisjoint(counts["rejected"])


def _told(together: Document, lang: str) -> Iterator[str]:
    parcels = len(together["parcels"])
    if together["owners"] is None:
        yield sentence("rank.assembly.of", lang, parcels=parcels)
    elif together["owners_unknown"]:
        told = {"owners": together["owners"], "unknown": together["owners_unknown"]}
        yield sentence("rank.assembly.owners_unknown", lang, parcels=parcels, **told)
    else:
        yield sentence("rank.assembly.owners", lang, parcels=parcels, owners=together["owners"])
    yield sentence("rank.assembly.surplus", lang, surplus=surface(together["surplus_m2"], lang))
    if together["price_eur"] is not None:
        yield sentence("rank.assembly.price", lang, price=number(float(round(together["price_eur"])), lang))
    if together["beyond_owned_m2"]:
        yield sentence("rank.assembly.slivers", lang, beyond=number(together["beyond_owned_m2"], lang))


def known_as(match: Document, lang: str) -> str:
    """What a match is called: its name, or those of its first parcels."""
    parcels = [match["parcel"]] if match["assembly"] is None else match["assembly"]["parcels"]
    names = [p["name"] or ", ".join(p["cadastral_ids"][:3]) or p["source_id"] or "—" for p in parcels]
    told = " + ".join(names[:NAMED])
    if len(names) <= NAMED:
        return told
    return sentence("rank.assembly.more", lang, first=told, more=len(names) - NAMED)


def looked_for(document: Document, lang: str) -> Iterator[str]:
    """What to know of an answer: land that the plan shuts to industry unasked; of sites of several parcels, that there
    are some, and how far the search went.
    """
    searched = document["assemblies"]
    rows = (*document["matches"], *document["to_check"])
    shut = sum(map(shut_unasked, rows))
    if shut:
        yield sentence("answer.industry_forbidden", lang, count=shut)
    if searched is None:
        if _lacks_room_everywhere(document["counts"]):
            yield sentence("answer.no_parts", lang)
        return
    if any(match["assembly"] is not None for match in rows):
        yield sentence("answer.assemblies", lang)
    elif searched["complete"]:
        yield sentence("answer.no_assembly", lang, units=searched["units"])
    if not searched["complete"]:
        yield sentence("answer.assemblies_open", lang, units=searched["units"], complete_to=searched["complete_to"])
