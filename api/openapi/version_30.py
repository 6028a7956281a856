"""From OpenAPI 3.1 to 3.0.3, which is what OGC clients read (QGIS, GDAL, the OGC test suite)."""

from collections.abc import Callable, Mapping
from typing import Any

Schema = dict[str, Any]

KEPT = frozenset(
    {
        *("title", "description", "default", "example", "deprecated", "readOnly", "writeOnly", "externalDocs"),
        *("type", "format", "enum", "nullable", "discriminator", "xml"),
        *("multipleOf", "maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"),
        *("maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems"),
        *("maxProperties", "minProperties", "required", "properties", "additionalProperties", "items"),
        *("allOf", "anyOf", "oneOf", "not", "$ref"),
    }
)
"""The keywords that a schema of OpenAPI 3.0.3 has; others are left out, but for ``x-`` ones."""

ANYTHING: Schema = {}


def to_30(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as OpenAPI 3.0.3: the same paths, with schemas in the older dialect."""
    result = {key: value for key, value in document.items() if key not in ("webhooks", "jsonSchemaDialect")}
    result["openapi"] = "3.0.3"
    result["info"] = {key: value for key, value in document["info"].items() if key != "summary"}
    components = dict(document.get("components", {}))
    components.pop("pathItems", None)
    if "schemas" in components:
        components["schemas"] = {name: schema_30(schema) for name, schema in components["schemas"].items()}
    for kind in ("parameters", "responses", "requestBodies", "headers"):
        if kind in components:
            components[kind] = {name: _part(part) for name, part in components[kind].items()}
    if components:
        result["components"] = components
    result["paths"] = {path: _part(item) for path, item in document["paths"].items()}
    return result


def _part(part: Any) -> Any:
    """A part of the document outside schemas, with the schemas in it converted."""
    if isinstance(part, list):
        return [_part(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    return {key: _entry(key, value) for key, value in part.items()}


def _entry(key: str, value: Any) -> Any:
    if key == "schema":
        return schema_30(value)
    if key in ("example", "examples", "default", "security", "enum"):
        return value
    return _part(value)


def schema_30(schema: Schema | bool) -> Schema:
    """One JSON Schema in the dialect of OpenAPI 3.0.3."""
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    result = {key: value for key, value in schema.items() if key in KEPT or key.startswith("x-")}
    for rule in RULES:
        rule(schema, result)
    for keyword, convert in NESTED.items():
        if keyword in result:
            result[keyword] = convert(result[keyword])
    return _reference(result)


def _constant(schema: Schema, result: Schema) -> None:
    if "const" in schema:
        result["enum"] = [schema["const"]]
    if schema.get("examples"):
        result.setdefault("example", schema["examples"][0])


def _bounds(schema: Schema, result: Schema) -> None:
    for bound, strict in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        value = schema.get(strict)
        if value is not None and not isinstance(value, bool):
            result[bound] = value
            result[strict] = True


def _types(schema: Schema, result: Schema) -> None:
    given = schema.get("type")
    if given == "null":
        del result["type"]
        result |= {"nullable": True, "enum": [None]}
    elif isinstance(given, list):
        del result["type"]
        types = [name for name in given if name != "null"]
        if len(types) == 1:
            result["type"] = types[0]
        # `nullable` means something beside a `type` only (3.0.3, "Schema Object"), so it goes where the types are
        null = {"nullable": True} if "null" in given else {}
        if len(types) > 1:
            result["anyOf"] = [{"type": name, **null} for name in types]
        else:
            result |= null


def _null_members(_schema: Schema, result: Schema) -> None:
    for union in ("anyOf", "oneOf"):
        members = result.get(union, [])
        others = [member for member in members if not _is_null(member)]
        if len(others) == len(members):
            continue
        result["nullable"] = True
        del result[union]
        if len(others) > 1:
            result[union] = others
        elif others and "$ref" in others[0]:
            result["allOf"] = others
        elif others:
            result |= {key: value for key, value in schema_30(others[0]).items() if key not in result}


def _is_null(member: Any) -> bool:
    return isinstance(member, dict) and member.get("type") == "null"


def _tuples(schema: Schema, result: Schema) -> None:
    places = schema.get("prefixItems")
    if places is None:
        return
    rest = schema.get("items", True)
    kinds = [*places, rest] if isinstance(rest, dict) else list(places)
    distinct = [kind for n, kind in enumerate(kinds) if kind not in kinds[:n]]
    result["items"] = distinct[0] if len(distinct) == 1 else {"anyOf": distinct}
    if rest is False:
        result.setdefault("maxItems", len(places))


def _arrays(_schema: Schema, result: Schema) -> None:
    if result.get("type") == "array" and not isinstance(result.get("items"), dict):
        result["items"] = ANYTHING


def _content(schema: Schema, result: Schema) -> None:
    if schema.get("contentMediaType") == "application/octet-stream":
        result["format"] = "binary"
    elif schema.get("contentEncoding") == "base64":
        result["format"] = "byte"


def _open_properties(schema: Schema, result: Schema) -> None:
    if "patternProperties" in schema and not isinstance(schema.get("additionalProperties"), dict):
        kinds = list(schema["patternProperties"].values())
        result["additionalProperties"] = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


RULES: tuple[Callable[[Schema, Schema], None], ...] = (
    _constant,
    _bounds,
    _types,
    _null_members,
    _tuples,
    _arrays,
    _content,
    _open_properties,
)


def _each(schemas: list[Schema]) -> list[Schema]:
    return [schema_30(schema) for schema in schemas]


def _named(schemas: dict[str, Schema]) -> dict[str, Schema]:
    return {name: schema_30(schema) for name, schema in schemas.items()}


def _schema_or_bool(value: Schema | bool) -> Schema | bool:
    return value if isinstance(value, bool) else schema_30(value)


NESTED: dict[str, Callable[[Any], Any]] = {
    "properties": _named,
    "items": schema_30,
    "additionalProperties": _schema_or_bool,
    "not": schema_30,
    "allOf": _each,
    "anyOf": _each,
    "oneOf": _each,
}


def _reference(schema: Schema) -> Schema:
    """In 3.0 whatever stands beside ``$ref`` is ignored, so the reference moves into ``allOf``."""
    if "$ref" not in schema or len(schema) == 1:
        return schema
    rest = {key: value for key, value in schema.items() if key != "$ref"}
    return rest | {"allOf": [{"$ref": schema["$ref"]}, *rest.get("allOf", [])]}
