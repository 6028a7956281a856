"""An explanation in the reader's language: a sentence beside every criterion and every change."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.catalogues import sentence
from api.together import known_as
from api.wording import changed, day, number, reason

Document = dict[str, Any]


def explained(document: Mapping[str, Any], lang: str) -> Document:
    """The document with ``says`` beside parcels, criteria and changes, and the steps' labels in the language."""
    return {**document, "parcels": [_parcel(one, lang) for one in document["parcels"]]}


def _parcel(one: Mapping[str, Any], lang: str) -> Document:
    says = [sentence(f"explain.standing.{one['standing']}", lang, parcel=known_as(one, lang)), *_ways_in(one, lang)]
    together = None if one["together"] is None else _change(one["together"], lang)
    return {
        **one,
        "criteria": [_criterion(criterion, lang) for criterion in one["criteria"]],
        "changes": [_change(change, lang) for change in one["changes"]],
        "together": together,
        "says": says,
    }


def _ways_in(one: Mapping[str, Any], lang: str) -> Iterator[str]:
    """What would let a rejected parcel in."""
    if one["standing"] != "rejected":
        return
    for change in one["changes"]:
        yield sentence("explain.alone", lang, change=outcome(change, lang))
    if one["together"] is not None:
        yield sentence("explain.together", lang, change=outcome(one["together"], lang))
    elif not one["changes"]:
        yield sentence("explain.nothing", lang)


def outcome(change: Mapping[str, Any], lang: str) -> str:
    """A change, and where the parcel would then stand."""
    told = changed(change, lang)
    return sentence(f"near.then.{change['then']}", lang, change=told[0].lower() + told[1:])


def _change(change: Mapping[str, Any], lang: str) -> Document:
    return {**change, "says": changed(change, lang)}


def _criterion(criterion: Mapping[str, Any], lang: str) -> Document:
    takes = criterion["takes"]
    if takes is not None:
        land = [{**one, "says": _land(one, lang)} for one in takes["land"]]
        takes = {**takes, "need": [_change(change, lang) for change in takes["need"]], "land": land}
    return {**told(criterion, lang), "takes": takes}


def told(criterion: Mapping[str, Any], lang: str) -> Document:
    """A criterion with what it is about, its sentence, and of an unknown one who can answer."""
    who = criterion["detail"].get("who") if criterion["verdict"] == "unknown" else None
    label = sentence(f"criterion.{criterion['name']}", lang)
    ask = None if who is None else sentence(f"who.{who}", lang)
    return {**criterion, "label": label, "says": reason(criterion, lang), "ask": ask}


def _land(one: Mapping[str, Any], lang: str) -> str:
    """What would have to happen to the land."""
    if one["kind"] == "join":
        return sentence("explain.land.join", lang, parcels=", ".join(map(str, one["parcels"])))
    label = one["label"] if lang == "fr" else one["label_en"]
    if one["kind"] == "step":
        months = {name: number(value, lang) for name, value in one["months"].items()}
        return sentence("explain.land.step", lang, label=label, **months)
    return sentence(f"explain.land.gain.{one['how']}", lang, label=label, p80=day(one["then"]["p80"], lang))


def question(one: Mapping[str, Any], lang: str) -> str:
    """A question as one asks it, and what its answer is worth."""
    asked = sentence(f"question.{one['field']}", lang)
    return sentence("questions.row", lang, question=asked, removes=round(one["removes"]), of=one["of"])
