"""What intake has to say, in words: the sentence of a code, and reports with a sentence beside every code.

Repairs have a name of a few words; refusals and remarks a sentence that says what would be right.
"""

import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from api.catalogues import COMMAND, LANGUAGES, Amount, catalogue, number, sentence
from api.wording import DAY, day
from api.words import fault_word, field_word, layer_word, schema_word, state_word, step_word
from geo.intake.mapping.proposed import Left, Proposal, Proposed
from geo.intake.mapping.text import write_proposal
from geo.intake.problems import Rejection, Remark, Unreadable

Document = dict[str, Any]
_AS_IN_FILES = re.compile(r"row|rows|line|first|second|id|parcel|position|status|version|current|x|y")
"""Numbers by which something is found again: written as the file or the base has them, not as amounts."""
_COORDINATES = ("x", "y")
_DAYS = ("day", "until", "dated", "on", "since")
_WORDS = {
    "layer": layer_word,
    "schema": schema_word,
    "fault": fault_word,
    "field": field_word,
    "step": step_word,
    "entered": state_word,
    "stated": state_word,
}
_VALUES = ("kept", "told")
"""Values of the ``field`` that a sentence names beside them."""
ENUMERATED = frozenset({"market", "industry"})
"""Fields whose values have words of their own."""
RESERVED = "layer.not_yours"
"""Code of the refusal that lists layers; other lists of that name are of a container's own."""
_LISTS = ("rejections", "repairs", "remarks", "step_conflicts")


def told(code: str, params: Mapping[str, object], lang: str, *, file: str = "", way: str = COMMAND) -> str:
    """The sentence of a code; the line and the part (a layer of a container) it is about are named with it.

    A part that is the file itself is not named. ``way``: who reads it gives options to a command, or fields over HTTP.
    """
    key = f"intake.{code}"
    template = catalogue(lang).get(key)
    if template is None:
        return code
    filled = {name: _filled(name, value, lang) for name, value in params.items()}
    filled |= {name: value_of(params.get("field"), params[name], lang) for name in _VALUES if name in params}
    if code == RESERVED and isinstance(params.get("layers"), list | tuple):
        filled["layers"] = ", ".join(layer_word(one, lang) for one in filled["layers"].split(", "))
    words = sentence(key, lang, **{"way": way} | filled)
    if "line" in params and "{line}" not in template:
        words = sentence("report.line", lang, line=params["line"], message=words)
    part = params.get("part")
    if part in (None, "", file) or file.startswith(f"{part}.") or "{part}" in template:
        return words
    return sentence("report.part", lang, part=part, message=words)


def told_of(problem: Unreadable | Rejection | Remark, lang: str, *, file: str = "", way: str = COMMAND) -> str:
    """The sentence of a refused file, a refused row or a remark."""
    return told(problem.code, problem.params, lang, file=file, way=way)


def _filled(name: str, value: object, lang: str) -> str:
    """Amounts in the manner of the language; rows, identifiers and coordinates as files have them, to be found."""
    if name == "by":
        return who(value, lang)
    if name in _COORDINATES and isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, int) and not isinstance(value, bool) and _AS_IN_FILES.fullmatch(name):
        return Amount(str(value), value)
    if name in _WORDS and isinstance(value, str):
        return _WORDS[name](value, lang)
    if name in _DAYS and isinstance(value, str) and DAY.fullmatch(value):
        return day(value, lang)
    return written(value, lang)


def who(actor: object, lang: str) -> str:
    """Who said something: nobody named is the administrator; no names of persons are kept."""
    if actor is None:
        return sentence("plan.administrator", lang)
    return sentence("words.actor.cli", lang) if str(actor).partition(":")[0] == "cli" else str(actor)


def value_of(field: object, value: object, lang: str) -> str:
    """A value of a field: one of a list of ours by its word with the value itself, an outline by its surface."""
    key = f"{field}.{value}"
    if field in ENUMERATED and key in catalogue(lang):
        return f"{sentence(key, lang)} ({value})"
    if field == "geometry" and isinstance(value, int | float):
        return f"{written(value, lang)} m²"
    return written(value, lang)


def written(value: object, lang: str) -> str:
    """A value as people write it: numbers in the manner of the language, lists with commas."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return number(value, lang)
    if isinstance(value, list | tuple):
        return ", ".join(written(part, lang) for part in value)
    return str(value)


def told_report(document: Document, lang: str, way: str = COMMAND) -> Document:
    """A report as JSON (geo.intake.report.Report.to_json) with ``message`` beside every code."""
    file = str(document.get("file", ""))
    lists = {name: document[name] for name in _LISTS if name in document}
    return document | {
        name: kept | {"first": [_with_message(one, lang, file, way) for one in kept["first"]]}
        for name, kept in lists.items()
    }


def told_update(document: Document, lang: str, way: str = COMMAND) -> Document:
    """The report of an edited export (UpdateReport.to_json) with ``message`` beside every code."""
    file = str(document.get("file", ""))
    lists = {name: document[name] for name in _LISTS if name in document}
    return document | {name: [_with_message(one, lang, file, way) for one in kept] for name, kept in lists.items()}


def told_rows(collection: Document, lang: str, way: str = COMMAND) -> Document:
    """Problem rows as GeoJSON (Report.problem_rows) with ``message`` in place of the parameters."""
    features = [
        feature | {"properties": _without_params(_with_message(feature["properties"], lang, "", way))}
        for feature in collection["features"]
    ]
    return collection | {"features": features}


def _with_message(one: Document, lang: str, file: str, way: str) -> Document:
    params = one.get("params") or mended_spot(one.get("before"))
    return one | {"message": told(one["code"], params, lang, file=file, way=way)}


def mended_spot(before: object) -> Document:
    """Where and why an outline was mended, from what its repair says of it before; nothing of any other repair."""
    if isinstance(before, str) and before.startswith("{"):  # as a table of a GIS holds it
        before = json.loads(before)
    if not isinstance(before, dict) or "reason" not in before:
        return {}
    return {"x": before["x"], "y": before["y"], "fault": before["reason"]}


def _without_params(properties: Document) -> Document:
    return {name: value for name, value in properties.items() if name != "params"}


def proposal_texts(proposal: Proposal) -> dict[str, str]:
    """A proposed mapping as TOML, commented in each language."""
    return {lang: write_proposal(proposal, partial(why, lang=lang)) for lang in LANGUAGES}


def why(one: Proposed | Left, lang: str) -> str:
    """What is said of a proposed column or of a field left out."""
    if isinstance(one, Left):
        return sentence(f"left.{one.why}", lang, target=one.target)
    return f"{sentence(f'proposal.{one.why}', lang)} ({round(100 * one.confidence)} %)"
