"""An answer in the reader's language: a sentence beside every criterion, change and assembly."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.catalogues import sentence
from api.matching.explained import outcome, question, told
from api.together import known_as, looked_for, rank_told
from api.wording import relaxation

Document = dict[str, Any]


def worded(document: Mapping[str, Any], lang: str) -> Document:
    """The answer with ``says``; its digest stays that of the answer without sentences."""
    return {
        **document,
        "says": list(looked_for(dict(document), lang)),
        "matches": [_match(one, lang) for one in document["matches"]],
        "to_check": [_match(one, lang) for one in document["to_check"]],
        "relaxations": [{**one, "says": relaxation(one, lang)} for one in document["relaxations"]],
        "near_misses": [_near(one, lang) for one in document["near_misses"]],
        "questions": _questions(document["questions"], lang),
    }


def _match(one: Document, lang: str) -> Document:
    criteria = [told(criterion, lang) for criterion in one["criteria"]]
    score = one["score"]
    parts = [{**part, "says": sentence(f"criterion.{part['wish']}", lang)} for part in score["contributions"]]
    return {
        **one,
        "title": known_as(one, lang),
        "says": rank_told(one, lang),
        "score": {**score, "contributions": parts},
        "criteria": criteria,
    }


def _near(one: Document, lang: str) -> Document:
    changes = [{**change, "says": outcome(change, lang)} for change in one["changes"]]
    return {**one, "title": known_as({**one, "assembly": None}, lang), "changes": changes}


def _questions(asked: Iterable[Document] | None, lang: str) -> list[Document] | None:
    return None if asked is None else [{**one, "says": question(one, lang)} for one in asked]
