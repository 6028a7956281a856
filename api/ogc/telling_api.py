"""What the page of the interface shows: its operations by subject, out of the OpenAPI document."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import Request

from api.catalogues import sentence

METHODS = ("get", "post", "put", "patch", "delete")
REST = "other"
"""The subject of operations that name none."""

Document = Mapping[str, Any]


def api_facts(_request: Request, document: Document, lang: str, _crs: str) -> dict[str, Any]:
    """The operations of an OpenAPI document, by the subject that they name first."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for tag, operation in _operations(document):
        groups.setdefault(tag, []).append(operation)
    return {"title": sentence("page.api", lang), "about": document["info"]["description"], "groups": groups}


def _operations(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                yield (operation.get("tags") or [REST])[0], _operation(document, method, path, operation)


def _operation(document: Document, method: str, path: str, operation: Document) -> dict[str, Any]:
    return {
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": [_parameter(document, entry) for entry in operation.get("parameters", [])],
        "bodies": list(operation.get("requestBody", {}).get("content", {})),
        "answers": [_answer(document, status, answer) for status, answer in sorted(operation["responses"].items())],
    }


def _parameter(document: Document, entry: Document) -> dict[str, Any]:
    found = _resolved(document, entry)
    schema = _resolved(document, found.get("schema", {}))
    return {
        "name": found["name"],
        "in": found["in"],
        "required": found.get("required", False),
        "description": found.get("description", ""),
        "values": [str(value) for value in schema.get("enum", ())],
    }


def _answer(document: Document, status: str, answer: Document) -> dict[str, Any]:
    found = _resolved(document, answer)
    return {
        "status": status,
        "description": found.get("description", ""),
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
