"""What is unknown of the sites of an answer as letters, one for each body that can answer: ready to send."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from api.catalogues import catalogue, sentence
from api.catalogues import number as amount
from api.wording import day, number, reason, surface
from geo.match.criteria.criterion import Who
from geo.match.need.need import Need

Document = Mapping[str, Any]

HTB_FROM_MW, ALWAYS_HTB_FROM_MW = 12.0, 40.0
"""Power from which the transmission grid may connect a site, and from which it alone does (order of 9 June 2020)."""
DATES = ("start_by", "power_by", "production_by")


@dataclass(slots=True)
class _Asked:
    """What one body is asked of a site: about the parcels of it that it answers for, each by its number."""

    parcels: dict[int, Document] = field(default_factory=dict)
    criteria: list[Document] = field(default_factory=list)


@dataclass(slots=True)
class _Letter:
    """The questions to one body, by site."""

    who: str
    to: str
    sites: list[_Asked] = field(default_factory=list)


def requests_of(document: Document, need: Need, lang: str) -> list[dict[str, object]]:
    """One request for each body, in the order of the sites: whom, about which parcels, subject and text."""
    letters: dict[tuple[str, str], _Letter] = {}
    for row in (*document["matches"], *document["to_check"]):
        for (who, to), asked in _questions(row, need, lang).items():
            letters.setdefault((who, to), _Letter(who, to)).sites.append(asked)
    return [_request(letter, need, lang) for letter in letters.values()]


def _questions(row: Document, need: Need, lang: str) -> dict[tuple[str, str], _Asked]:
    """What is unknown of one site, by who can answer; what this service alone could know is asked of nobody."""
    found: dict[tuple[str, str], _Asked] = {}
    parcels = [row["parcel"]] if row["assembly"] is None else row["assembly"]["parcels"]
    for criterion in row["criteria"]:
        who = criterion["detail"].get("who")
        if criterion["verdict"] != "unknown" or who in (None, Who.SERVICE.value):
            continue
        for parcel in parcels:
            asked = found.setdefault((who, _addressee(who, criterion, parcel, need, lang)), _Asked())
            asked.parcels[parcel["id"]] = parcel
            if criterion not in asked.criteria:
                asked.criteria.append(criterion)
    return found


def _addressee(who: str, criterion: Document, parcel: Document, need: Need, lang: str) -> str:
    """The name of who is written to, as far as it is known."""
    place = parcel["epci_name"] or parcel["commune_name"]
    if who == Who.RESPONSIBLE:
        return str(parcel["responsible"] or place or sentence("who.responsible", lang))
    if who == Who.PLANNING_AUTHORITY and place:
        return str(place)
    if who == Who.GRID_OPERATOR:
        return _operator(criterion["name"], need, lang)
    return sentence(f"who.{who}", lang)


def _operator(name: str, need: Need, lang: str) -> str:
    """Whose grid would connect it: gas, or electricity by the power asked."""
    if name == "gas_m3h":
        return sentence("request.to.gas", lang)
    power = _power(need)
    if power >= ALWAYS_HTB_FROM_MW:
        return sentence("request.to.transmission", lang)
    return sentence("request.to.either" if power > HTB_FROM_MW else "request.to.distribution", lang)


def _power(need: Need) -> float:
    """The megawatts asked of the grid: the most there is to be, at opening or later."""
    return max([need.power_mw.at_opening, *(step.mw for step in need.power_mw.ramp)]) if need.power_mw else 0.0


def _request(letter: _Letter, need: Need, lang: str) -> dict[str, object]:
    parcels = [parcel for asked in letter.sites for parcel in asked.parcels.values()]
    told = {"count": sum(len(asked.criteria) for asked in letter.sites), "lands": len(parcels)}
    places = list(dict.fromkeys(parcel["commune_name"] or parcel["commune"] for parcel in parcels))
    where = ", ".join(str(place) for place in places if place) or sentence("request.nowhere", lang)
    project = sentence("request.project", lang, name=need.name) if need.name else sentence("request.unnamed", lang)
    body = "\n\n".join("\n".join(_about(asked, need, lang)) for asked in letter.sites)
    return {
        "who": letter.who,
        "to": letter.to,
        "parcel_ids": [parcel["id"] for parcel in parcels],
        "criteria": list(dict.fromkeys(one["name"] for asked in letter.sites for one in asked.criteria)),
        "subject": sentence("request.subject", lang, project=project, where=where, **told),
        "text": sentence("request.text", lang, project=project, body=body, **told),
    }


def _about(asked: _Asked, need: Need, lang: str) -> Iterator[str]:
    """One site: which land it is, and each question with why it is asked."""
    for parcel in asked.parcels.values():
        yield sentence("request.site", lang, **_land(parcel, lang))
    for place, criterion in enumerate(asked.criteria, 1):
        question = _asks(criterion, need, lang)
        why = sentence(f"request.why.{criterion['role']}", lang)
        yield sentence("request.question", lang, place=place, question=question, why=why)


def _land(parcel: Document, lang: str) -> dict[str, object]:
    unknown = sentence("request.not_known", lang)
    return {
        "name": parcel["name"] or parcel["source_id"] or unknown,
        "id": parcel["id"],
        "commune": parcel["commune_name"] or unknown,
        "insee": parcel["commune"] or unknown,
        "cadastral": ", ".join(parcel["cadastral_ids"]) or unknown,
        "surface": unknown if parcel["surface_m2"] is None else surface(parcel["surface_m2"], lang),
    }


def _asks(criterion: Document, need: Need, lang: str) -> str:
    """The question on one criterion, with what the project asks of it."""
    name, later = criterion["name"], need.extension
    if later is not None and later.within_years and (name == "extension" or criterion["code"] == "fit.extension_open"):
        return sentence("request.ask.extension.within", lang, years=amount(later.within_years, lang))
    for key in (f"request.ask.{criterion['code']}", f"request.ask.{name}"):
        if key in catalogue(lang):
            return sentence(key, lang, asked=_asked(name, need, lang))
    label = sentence(f"criterion.{name}", lang)
    return sentence("request.ask.other", lang, criterion=label, reason=reason(criterion, lang))


def _asked(name: str, need: Need, lang: str) -> str:
    """What the project asks of a criterion, as people read it."""
    value = getattr(need, name, None)
    if name in DATES and value is not None:
        return day(value.isoformat(), lang)
    if name == "power_mw" and need.power_mw is not None:
        return number(_power(need), lang)
    if name == "icpe" and need.icpe is not None:
        regime, seveso = need.icpe.known
        return ", ".join(part for part in (regime, seveso, *need.icpe.rubriques) if part)
    if name in ("footprint_m2", "floor_m2") and value is not None:
        return surface(value, lang)
    return number(value, lang) if isinstance(value, int | float) and not isinstance(value, bool) else ""
