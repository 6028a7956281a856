"""The OpenAPI document of the whole service, as OGC clients want it."""

import json
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from api.catalogues import LANGUAGES, sentence
from api.deps import CurrentPrincipal, Language
from api.ogc.caching import kept_by
from api.ogc.etags import tag, unless_known
from api.ogc.links import OPENAPI
from api.ogc.representing import VARY, json_or_page, shown_on
from api.openapi.answers import declare_answers
from api.openapi.desk_answers import declare_desk
from api.openapi.import_answers import declare_imports
from api.openapi.market_answers import declare_market
from api.openapi.matching_answers import declare_matching
from api.openapi.planning_answers import declare_planning
from api.openapi.resource_answers import declare_resources
from api.openapi.seen import seen_by
from api.openapi.spoken import spoken_in
from api.openapi.tile_answers import declare_tiles
from api.openapi.version_30 import to_30
from api.problems import KINDS, MEDIA_TYPE
from api.security.body import JsonBody
from api.settings import Settings
from geo.store.database import AUDIENCES, Role

router = APIRouter(include_in_schema=False)

METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})

ALWAYS = (400, 401, 404, 406, 429, 500, 503)
WRITING = (403, 409, 412, 422, 428)
WITH_BODY = (408, 413, 415)
"""The problems that operations can end in: all, those that write, those that read a body."""

DESCRIPTION = """Industrial land of a territory: parcels, what may be built on them, how soon, and which of them take
a given building. Problems are answered as RFC 9457 documents; each has a `request_id`."""


@router.get("/api", dependencies=[json_or_page(OPENAPI)])
@shown_on("api")
def api_document(request: Request, principal: CurrentPrincipal, lang: Language) -> Response:
    """The OpenAPI 3.0 document, for who asks, in their language."""
    app, role = request.app, principal.audience
    if not hasattr(app.state, "openapi"):
        app.state.openapi = _documents(app)
    content: bytes = app.state.openapi[role, lang]
    answer = Response(content, media_type=OPENAPI, headers=kept_by(role, VARY))
    return unless_known(request, answer, tag(content))


def _documents(app: FastAPI) -> dict[tuple[Role, str], bytes]:
    """The document by who asks and in which language."""
    document = openapi_document(app, app.state.settings)
    told: dict[tuple[Role, str], bytes] = {}
    for role in AUDIENCES:
        seen = seen_by(document, role)
        for lang in LANGUAGES:
            told[role, lang] = json.dumps(spoken_in(seen, lang), ensure_ascii=False).encode()
    return told


def openapi_document(app: FastAPI, settings: Settings) -> dict[str, Any]:
    """The OpenAPI 3.0.3 document of the routes of ``app``."""
    document = get_openapi(
        title="Emprise",
        version=version("emprise"),
        description=DESCRIPTION,
        routes=app.routes,
        servers=[{"url": settings.public_url}] if settings.public_url else None,
    )
    components = document.setdefault("components", {})
    for body, operation in _bodies(app, document):
        schema = dict(body.schema)
        components.setdefault("schemas", {}).update(schema.pop("$defs", {}))
        content = {media_type: {"schema": schema} for media_type in body.media_types}
        operation["requestBody"] = {"required": body.required, "content": content}
    declare_imports(document)
    declare_planning(document)
    declare_market(document)
    declare_desk(document)
    declare_answers(document)
    declare_matching(document)
    declare_tiles(document)
    declare_resources(document)
    for method, operation in _operations(document):
        _complete(method, operation)
    for unused in ("HTTPValidationError", "ValidationError"):
        components.get("schemas", {}).pop(unused, None)
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {f"Problem{status}": problem_answer(status) for status in _statuses()}
    components["parameters"] = shared_parameters(settings)
    components["securitySchemes"] = SECURITY_SCHEMES
    document["security"] = [{}, *({name: []} for name in SECURITY_SCHEMES)]
    return to_30(document)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for item in document["paths"].values():
        yield from ((method, operation) for method, operation in item.items() if method in METHODS)


def _bodies(app: FastAPI, document: dict[str, Any]) -> Iterator[tuple[JsonBody, dict[str, Any]]]:
    """The operations that read a body by our own reader, which the framework does not see."""
    for context in iter_route_contexts(app.routes):
        item = document["paths"].get(context.path_format, {})
        for method in context.methods or ():
            dependant = getattr(context, "dependant", None)
            for body in json_bodies(dependant) if dependant and method.lower() in item else ():
                yield body, item[method.lower()]


def json_bodies(dependant: Dependant) -> Iterator[JsonBody]:
    """The body readers among what a route depends on."""
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, JsonBody):
            yield dependency.call
        yield from json_bodies(dependency)


def _complete(method: str, operation: dict[str, Any]) -> None:
    """Declare what every operation has: shared parameters by reference, and its problems."""
    operation["parameters"] = [_parameter(entry) for entry in operation.get("parameters", [])]
    operation["parameters"].append({"$ref": "#/components/parameters/lang"})
    if method == "post":
        operation["parameters"].append({"$ref": "#/components/parameters/Idempotency-Key"})
    statuses = [*ALWAYS, *(WRITING if method != "get" else ()), *(WITH_BODY if "requestBody" in operation else ())]
    operation["responses"].pop("422", None)
    for status in sorted(statuses):
        reference = {"$ref": f"#/components/responses/Problem{status}"}
        operation["responses"].setdefault(str(status), reference)


def _parameter(entry: dict[str, Any]) -> dict[str, Any]:
    """A parameter in the form that clients understand; the well-known ones by reference."""
    if entry["in"] == "query" and entry["name"] in WELL_KNOWN:
        return {"$ref": f"#/components/parameters/{entry['name']}"}
    schema = entry["schema"]
    members = [member for member in schema.get("anyOf", ()) if member.get("type") != "null"]
    if len(members) == 1:  # optional: a parameter is absent, never null
        schema = {key: value for key, value in schema.items() if key != "anyOf"} | members[0]
    schema = {key: value for key, value in schema.items() if key != "title"}
    result = {**entry, "schema": schema}
    return result | {"style": "form", "explode": False} if entry["in"] == "query" else result


WELL_KNOWN: dict[str, dict[str, Any]] = {
    "limit": {
        "description": "Rows in a page; a larger number gets the maximum.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "bbox": {
        "description": "West, south, east, north in `bbox-crs`; with heights 6 numbers, the heights are ignored.",
        "schema": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
    },
    "datetime": {
        "description": "An instant, or an interval `start/end` with `..` for an open end.",
        "schema": {"type": "string"},
    },
}
"""Parameters of OGC API Features, as its test suite and QGIS want them declared."""


def shared_parameters(settings: Settings) -> dict[str, dict[str, Any]]:
    """``components.parameters``: QGIS takes its page size from ``limit`` here."""
    form = {"in": "query", "required": False, "style": "form", "explode": False}
    shared = {name: {"name": name, **form, **entry} for name, entry in WELL_KNOWN.items()}
    shared["limit"]["schema"] = {
        **WELL_KNOWN["limit"]["schema"],
        "maximum": settings.page_limit_max,
        "default": settings.page_limit,
    }
    languages = {"type": "string", "enum": list(LANGUAGES)}
    shared["lang"] = {"name": "lang", **form, "description": "Language of sentences.", "schema": languages}
    shared["Idempotency-Key"] = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "Sent again with the same body, the request gets the first answer and does nothing. Keys belong "
        "to who is signed in, else to the client's address. Longer answers than 200 kB to requests without sign-in, "
        "than 5 MB to others, are not kept: the request then runs again.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    }
    return shared


def problem_answer(status: int) -> dict[str, Any]:
    """The answer declared for a problem of this status."""
    titles = [sentence(f"problem.{kind}", "en") for kind, found in KINDS.items() if found == status]
    answer: dict[str, Any] = {
        "description": "; ".join(titles),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in (429, 503):
        seconds = {"type": "integer", "minimum": 0}
        answer["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": seconds}}
    return answer


def _statuses() -> list[int]:
    return sorted({*ALWAYS, *WRITING, *WITH_BODY})


PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["in", "field", "code", "detail"],
                "properties": {
                    "in": {"type": "string", "enum": ["body", "query", "path", "header", "cookie"]},
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "example": {},
                },
            },
        },
    },
}

SECURITY_SCHEMES: dict[str, dict[str, Any]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key: emp_<prefix>_<secret>"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api-key"},
    "session": {"type": "apiKey", "in": "cookie", "name": "__Host-emprise"},
}
