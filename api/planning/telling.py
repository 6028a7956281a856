"""A readiness in the reader's language: labels of steps, and a sentence beside every code."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.catalogues import sentence

Document = dict[str, Any]


def told(document: Mapping[str, Any], lang: str) -> Document:
    """The document with the steps' labels in the language, and ``notes``: what a reader must know, in sentences."""
    steps = [{**step, "label": label_of(step, lang)} for step in document["steps"]]
    labels = {step["code"]: step["label"] for step in steps}
    notes = [
        *flagged(document["flags"], labels, lang),
        *(_note("blocked", code, lang, label=labels.get(code, code)) for code in document["blocked"]),
        *(_asked(one, labels, lang) for one in document.get("questions", ())),
        *(_conflict(one, labels, lang) for one in document.get("conflicts", ())),
        *(_out_of_order(one, labels, lang) for one in document.get("out_of_order", ())),
        *_declared(document.get("vocabularies", {}).get("declared"), lang),
    ]
    return {**document, "steps": steps, "notes": notes}


def flagged(flags: Iterable[str], labels: Mapping[str, str], lang: str) -> list[Document]:
    """The sentence of each flag; ``labels``: of the steps they name."""
    return [_flag(flag, labels, lang) for flag in flags]


def label_of(step: Mapping[str, Any], lang: str) -> str:
    """The name of a step in a language."""
    return str(step["label"] if lang == "fr" else step["label_en"])


def _note(code: str, step: str | None, lang: str, **facts: object) -> Document:
    return {"code": code, "step": step, "message": sentence(f"note.{code}", lang, **facts)}


def _flag(flag: str, labels: Mapping[str, str], lang: str) -> Document:
    what, _, code = flag.partition(":")
    return _note(what, code or None, lang, label=labels.get(code, code))


def _asked(one: Mapping[str, str], labels: Mapping[str, str], lang: str) -> Document:
    who = sentence(f"who.{one['who']}", lang)
    return _note("unknown", one["step"], lang, label=labels[one["step"]], who=who)


def _conflict(one: Mapping[str, Any], labels: Mapping[str, str], lang: str) -> Document:
    facts = {
        "label": labels.get(one["step"], one["step"]),
        "entered": sentence(f"state.{one['entered']['state']}", lang),
        "said": sentence(f"state.{one['facts']['state']}", lang),
        "source": one["facts"]["source"],
    }
    return _note("conflict", one["step"], lang, **facts)


def _out_of_order(one: Mapping[str, Any], labels: Mapping[str, str], lang: str) -> Document:
    before = sentence("words.several", lang).join(labels.get(code, code) for code in one["before"])
    return _note("out_of_order", one["step"], lang, label=labels.get(one["step"], one["step"]), before=before)


def _declared(compared: Mapping[str, str] | None, lang: str) -> list[Document]:
    """What was declared of the availability, where the computed class is another."""
    if compared is None or compared["verdict"] == "agrees":
        return []
    facts = {name: sentence(f"class.{compared[name]}", lang) for name in ("declared", "computed")}
    return [_note(f"declared.{compared['verdict']}", None, lang, **facts)]
