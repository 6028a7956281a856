"""The one reader of JSON bodies; a route asks for ``Annotated[Need, json_body(Need)]``."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from fastapi import Depends, Request, params
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from api.faults import refusal
from api.problems import Problem
from api.security.strict_json import Json, count_vertices, decoded, read_json
from api.settings import Settings

JSON = "application/json"
GEOJSON = "application/geo+json"
INLINE_BYTES = 16_384
"""Longer bodies are read on a thread, so that other requests go on meanwhile."""

TOLD_ERRORS = 20


Reader = Callable[[Json], Any]
"""Makes of parsed JSON what a route wants; raises a Problem that tells every mistake."""


def json_body(model: Any, media_types: Sequence[str] = (JSON,), *, reader: Reader | None = None) -> params.Depends:
    """A dependency that reads the body strictly and validates it as ``model`` (a pydantic model or dataclass).

    With a ``reader``, ``model`` is what the OpenAPI document shows and the reader does the validating.
    """
    depends: params.Depends = Depends(JsonBody(model, media_types, reader))
    return depends


def optional_body(model: Any) -> params.Depends:
    """The same for a body that need not be there: ``model`` without arguments then."""
    depends: params.Depends = Depends(OptionalJsonBody(model))
    return depends


class JsonBody:
    """Reads the body of a request as one type; the OpenAPI document finds the type here."""

    required = True

    def __init__(self, model: Any, media_types: Sequence[str] = (JSON,), reader: Reader | None = None) -> None:
        self.model = model
        self.media_types = tuple(media_types)
        self.reader = reader

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """What validates the body."""
        return TypeAdapter(self.model)

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the body, its parts under ``#/components/schemas``."""
        return self.adapter.json_schema(ref_template="#/components/schemas/{model}")

    async def __call__(self, request: Request) -> Any:
        """The body of ``request`` as the model.

        Raises:
            Problem: wrong media type (415), malformed (400), too large or too many vertices (413), invalid (422).
        """
        check_media_type(request.headers, self.media_types)
        raw = await request.body()
        settings: Settings = request.app.state.settings
        if len(raw) <= INLINE_BYTES:
            return self.read(raw, settings)
        return await run_in_threadpool(self.read, raw, settings)

    def read(self, raw: bytes, settings: Settings) -> Any:
        """The model that the bytes of a body stand for; raises as ``__call__`` does."""
        value = read_json(raw, settings.max_json_depth)
        if count_vertices(value) > settings.max_vertices:
            raise Problem("too-large", "body.vertices", limit=settings.max_vertices)
        if self.reader is not None:
            return self.reader(value)
        try:
            return self.adapter.validate_json(decoded(raw), strict=True)
        except ValidationError as error:
            raise self._invalid(error, value) from None

    def _invalid(self, error: ValidationError, value: Json) -> Problem:
        refusals = []
        for entry in error.errors(include_url=False, include_input=False)[:TOLD_ERRORS]:
            path = path_in(value, entry["loc"], missing=entry["type"] == "missing")
            refusals.append(refusal(entry, path, "body", example_at(self.schema, path)))
        return Problem("invalid", "body.invalid", errors=refusals)


class OptionalJsonBody(JsonBody):
    """Reads a body where there is one."""

    required = False

    async def __call__(self, request: Request) -> Any:
        """The body as the model, or the model as it is by itself; raises as a body that is required."""
        if not await request.body():
            return self.model()
        return await super().__call__(request)


def check_media_type(headers: Headers, accepted: Sequence[str]) -> None:
    """Refuse a body that is not of an accepted type, not in UTF-8, or compressed.

    Raises:
        Problem: 415.
    """
    given = headers.get("content-type")
    if not given:
        raise Problem("media-type", "body.no_media_type", accepted=accepted)
    media_type, *parameters = (part.strip().lower() for part in given.split(";"))
    if media_type not in accepted:
        raise Problem("media-type", "body.media_type", given=given, accepted=accepted)
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "charset" and value.strip('"') not in ("utf-8", "utf8"):
            raise Problem("media-type", "body.charset", given=value)
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise Problem("media-type", "body.encoding", given=coding)


def path_in(value: Json, location: Sequence[int | str], *, missing: bool = False) -> tuple[int | str, ...]:
    """The part of a validator's location that is a path in the body: names of union members are left out.

    ``missing``: the last part of the location is what the body does not have.
    """
    path: list[int | str] = []
    for place, part in enumerate(location):
        if isinstance(value, dict) and isinstance(part, str):
            if part in value or (missing and place == len(location) - 1):
                path.append(part)
                value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            path.append(part)
            value = value[part]
    return tuple(path)


def example_at(schema: Mapping[str, Any], path: Sequence[int | str]) -> object:
    """The first example that a JSON Schema gives for the value at ``path``; None when it gives none."""
    definitions = schema.get("$defs", {})
    found = [schema]
    for part in path:
        found = [child for entry in found for child in _children(entry, part, definitions)]
    for entry in found:
        for resolved in _alternatives(entry, definitions):
            if resolved.get("examples"):
                return resolved["examples"][0]
            if "const" in resolved or "enum" in resolved:
                return resolved.get("const", resolved.get("enum", [None])[0])
    return None


def _children(schema: Mapping[str, Any], part: int | str, definitions: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    children = []
    for entry in _alternatives(schema, definitions):
        child = entry.get("items") if isinstance(part, int) else entry.get("properties", {}).get(part)
        if isinstance(child, Mapping):
            children.append(child)
    return children


def _alternatives(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The schema with its reference followed and the members of its unions."""
    if "$ref" in schema:
        target = definitions.get(schema["$ref"].rpartition("/")[2], {})
        return [schema, *_alternatives(target, definitions)]
    members = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    return [schema, *(entry for member in members for entry in _alternatives(member, definitions))]
