"""What pages show of each kind of answer, and where they stand among the others."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request

from api.catalogues import catalogue, sentence
from api.ogc.links import OGC, base
from api.ogc.telling_api import api_facts
from api.ogc.telling_features import item_facts, items_facts

Facts = dict[str, Any]
Document = Mapping[str, Any]


def facts_of(template: str, request: Request, document: Any, lang: str, crs: str) -> Facts:
    """What the template is given of an answer; ``crs``: its Content-Crs, if it has one.

    Raises:
        KeyError: no such template.
    """
    return TOLD[template](request, document, lang, crs)


def trail_of(request: Request, document: Any, lang: str) -> list[dict[str, str]]:
    """The pages from the first down to this one, by their paths."""
    address, trail = base(request), [{"href": f"{base(request)}/", "title": sentence("page.home", lang)}]
    for part in request.url.path.strip("/").split("/"):
        if part:
            address += f"/{part}"
            trail.append({"href": address, "title": _word(part, lang)})
    return trail


def _word(part: str, lang: str) -> str:
    """A part of a path in words: of the pages, of the collections, else itself."""
    for key in (f"page.{part}", f"{part}.title"):
        if key in catalogue(lang):
            return sentence(key, lang)
    return part


def _landing(_request: Request, document: Document, _lang: str, _crs: str) -> Facts:
    return {"title": document["title"], "description": document["description"], "links": _by_rel(document)}


def _by_rel(document: Document) -> dict[str, str]:
    """Where the links of a document lead, by their relation without its beginning; the first of several."""
    found: dict[str, str] = {}
    for one in document["links"]:
        found.setdefault(one["rel"].removeprefix(OGC).replace("-", "_"), one["href"])
    return found


def _conformance(_request: Request, document: Document, lang: str, _crs: str) -> Facts:
    groups: dict[str, list[str]] = {}
    for uri in document["conformsTo"]:
        groups.setdefault(uri.partition("/conf/")[0].rpartition("/spec/")[2], []).append(uri)
    return {"title": sentence("page.conformance", lang), "groups": groups}


def _collections(_request: Request, document: Document, lang: str, _crs: str) -> Facts:
    told = [{**one, "of": _by_rel(one)} for one in document["collections"]]
    return {"title": sentence("page.collections", lang), "collections": told}


def _collection(_request: Request, document: Document, _lang: str, _crs: str) -> Facts:
    return {"title": document["title"], "collection": document, "links": _by_rel(document)}


def _schema(_request: Request, document: Document, _lang: str, _crs: str) -> Facts:
    return {"title": document["title"], "properties": document["properties"]}


TOLD: dict[str, Callable[[Request, Any, str, str], Facts]] = {
    "landing": _landing,
    "conformance": _conformance,
    "collections": _collections,
    "collection": _collection,
    "schema": _schema,
    "items": items_facts,
    "item": item_facts,
    "api": api_facts,
}
