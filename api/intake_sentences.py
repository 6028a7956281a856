"""What intake has to say, in words: the sentence of a code, and reports with a sentence beside every code.

Repairs have a name of a few words; refusals and remarks a sentence that says what would be right.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from api.catalogues import LANGUAGES, catalogue, sentence
from geo.intake.mapping.proposing import Left, Proposal, Proposed
from geo.intake.mapping.text import write_proposal
from geo.intake.problems import Rejection, Remark, Unreadable

Document = dict[str, Any]
_AMOUNT = re.compile(r"count|done|total|\w+_m2")
_COORDINATES = ("x", "y")
_LISTS = ("rejections", "repairs", "remarks")


def told(code: str, params: Mapping[str, object], lang: str, *, file: str = "") -> str:
    """The sentence of a code; the line and the part (a layer of a container) it is about are named with it.

    A part that is the file itself is not named.
    """
    key = f"intake.{code}"
    template = catalogue(lang).get(key)
    if template is None:
        return code
    words = sentence(key, lang, **{name: _filled(name, value, lang) for name, value in params.items()})
    if "line" in params and "{line}" not in template:
        words = sentence("report.line", lang, line=params["line"], message=words)
    part = params.get("part")
    if part in (None, "", file) or "{part}" in template:
        return words
    return sentence("report.part", lang, part=part, message=words)


def told_of(problem: Unreadable | Rejection | Remark, lang: str, *, file: str = "") -> str:
    """The sentence of a refused file, a refused row or a remark."""
    return told(problem.code, problem.params, lang, file=file)


def _filled(name: str, value: object, lang: str) -> str:
    """Amounts in the manner of the language; rows, identifiers and coordinates as files have them, to be found."""
    if name in _COORDINATES and isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, int) and not isinstance(value, bool) and not _AMOUNT.fullmatch(name):
        return str(value)
    return written(value, lang)


def written(value: object, lang: str) -> str:
    """A value as people write it: numbers in the manner of the language, lists with commas."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
        return text.replace(",", "\u202f").replace(".", ",") if lang == "fr" else text
    if isinstance(value, list | tuple):
        return ", ".join(written(part, lang) for part in value)
    return str(value)


def told_report(document: Document, lang: str) -> Document:
    """A report as JSON (geo.intake.report.Report.to_json) with ``message`` beside every code."""
    lists = {name: document[name] for name in _LISTS if name in document}
    return document | {name: kept | {"first": _told_all(kept, document, lang)} for name, kept in lists.items()}


def _told_all(kept: Document, document: Document, lang: str) -> list[Document]:
    file = str(document.get("file", ""))
    return [one | {"message": told(one["code"], one.get("params") or {}, lang, file=file)} for one in kept["first"]]


def told_rows(collection: Document, lang: str) -> Document:
    """Problem rows as GeoJSON (Report.problem_rows) with ``message`` in place of the parameters."""
    features = [feature | {"properties": _told_row(feature["properties"], lang)} for feature in collection["features"]]
    return collection | {"features": features}


def _told_row(properties: Document, lang: str) -> Document:
    params = properties.get("params") or {}
    kept = {name: value for name, value in properties.items() if name != "params"}
    return kept | {"message": told(properties["code"], params, lang)}


def proposal_texts(proposal: Proposal) -> dict[str, str]:
    """A proposed mapping as TOML, commented in each language."""
    return {lang: write_proposal(proposal, partial(why, lang=lang)) for lang in LANGUAGES}


def why(one: Proposed | Left, lang: str) -> str:
    """What is said of a proposed column or of a field left out."""
    if isinstance(one, Left):
        return sentence(f"left.{one.why}", lang, target=one.target)
    return f"{sentence(f'proposal.{one.why}', lang)} ({round(100 * one.confidence)} %)"
