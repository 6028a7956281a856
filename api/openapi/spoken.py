"""The OpenAPI document in the reader's language: the summaries of its operations.

In English they stand with their routes; what they are called in other languages stands in
``api/catalogues/operations.<language>.json``, by the English.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from api import catalogues
from geo.store.items.collection import COLLECTIONS

ENGLISH = "en"


def spoken_in(document: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The document with the summaries of its operations in ``lang``."""
    if lang == ENGLISH:
        return dict(document)
    paths: dict[str, Any] = {}
    for path, item in document["paths"].items():
        paths[path] = {method: _spoken(operation, path, lang) for method, operation in item.items()}
    return {**document, "paths": paths}


@cache
def summaries(lang: str) -> Mapping[str, str]:
    """What operations are called in a language, by their English summaries."""
    file = Path(catalogues.__file__).parent / f"operations.{lang}.json"
    told: Mapping[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return told


def common(summary: str, path: str) -> str:
    """A summary as it is of every collection: ``{collection}`` stands for the name of the one of this path."""
    name = _collection(path)
    return summary if name is None else summary.replace(name, "{collection}")


def _spoken(operation: Mapping[str, Any], path: str, lang: str) -> dict[str, Any]:
    summary = operation.get("summary", "")
    told = summaries(lang).get(common(summary, path))
    if told is None:  # of a route that is no part of the service, as tests add
        return dict(operation)
    name = _collection(path)
    title = "" if name is None else catalogues.sentence(f"{name}.title", lang)
    return {**operation, "summary": told.replace("{collection}", title)}


def _collection(path: str) -> str | None:
    _, _, rest = path.partition("/collections/")
    name = rest.partition("/")[0]
    return name if name in COLLECTIONS else None
