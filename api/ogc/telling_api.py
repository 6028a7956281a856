"""What the page of the interface shows: its operations by subject, out of the OpenAPI document."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import Request

from api.catalogues import catalogue, sentence
from api.problems import KINDS

METHODS = ("get", "post", "put", "patch", "delete")
REST = "other"
"""The subject of operations that name none."""
SUBJECTS = {
    "health": "page.health",
    "problems": "page.problems",
    "session": "page.session",
    "matching": "page.matching",
    "planning": "page.planning",
    "imports": "page.imports",
    "market": "page.market",
    "desk": "page.desk",
    REST: "page.other",
}
"""What subjects are called that are no collection."""

Document = Mapping[str, Any]


def api_facts(_request: Request, document: Document, lang: str, _crs: str) -> dict[str, Any]:
    """The operations of an OpenAPI document, by the subject that they name first."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for tag, operation in _operations(document, lang):
        groups.setdefault(_subject(tag, lang), []).append(operation)
    return {"title": sentence("page.api", lang), "about": document["info"]["description"], "groups": groups}


def _subject(tag: str, lang: str) -> str:
    """A subject in words: as collections and pages are called, else its own name."""
    known = (SUBJECTS.get(tag, ""), f"{tag}.title", f"page.{tag}")
    return next((sentence(key, lang) for key in known if key in catalogue(lang)), tag)


def _operations(document: Document, lang: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                yield (operation.get("tags") or [REST])[0], _operation(document, method, path, operation, lang)


def _operation(document: Document, method: str, path: str, operation: Document, lang: str) -> dict[str, Any]:
    return {
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": [_parameter(document, entry, lang) for entry in operation.get("parameters", [])],
        "bodies": list(operation.get("requestBody", {}).get("content", {})),
        "answers": [
            _answer(document, status, answer, lang) for status, answer in sorted(operation["responses"].items())
        ],
    }


def _parameter(document: Document, entry: Document, lang: str) -> dict[str, Any]:
    """A parameter; one that is a property is told as that property is."""
    found = _resolved(document, entry)
    schema = _resolved(document, found.get("schema", {}))
    property_ = f"property.{found['name']}"
    is_told = found["in"] == "query" and property_ in catalogue(lang)
    return {
        "name": found["name"],
        "in": found["in"],
        "required": found.get("required", False),
        "description": sentence(property_, lang) if is_told else found.get("description", ""),
        "lang": lang if is_told else "en",
        "values": [str(value) for value in schema.get("enum", ())],
    }


def _answer(document: Document, status: str, answer: Document, lang: str) -> dict[str, Any]:
    """An answer; a problem is told as its documents are."""
    found = _resolved(document, answer)
    kinds = [kind for kind, number in KINDS.items() if str(number) == status and "$ref" in answer]
    problems = "; ".join(sentence(f"problem.{kind}", lang) for kind in kinds)
    return {
        "status": status,
        "description": problems or found.get("description", ""),
        "lang": lang if problems else "en",
        "types": list(found.get("content", {})),
    }


def _resolved(document: Document, entry: Document) -> Document:
    """What a reference of the document names; other entries are themselves."""
    reference = entry.get("$ref")
    if not isinstance(reference, str):
        return entry
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)
