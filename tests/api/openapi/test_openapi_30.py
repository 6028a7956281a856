"""From the JSON Schema of OpenAPI 3.1 to the dialect of 3.0.3."""

from typing import Any

import pytest

from api.openapi.version_30 import schema_30, to_30


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"type": "integer", "nullable": True}),
        (
            {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}], "description": "d"},
            {"allOf": [{"$ref": "#/components/schemas/A"}], "nullable": True, "description": "d"},
        ),
        (
            {"oneOf": [{"type": "string"}, {"const": 1}, {"type": "null"}]},
            {"oneOf": [{"type": "string"}, {"enum": [1]}], "nullable": True},
        ),
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"type": ["string", "integer"]}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        ({"type": "null"}, {"nullable": True, "enum": [None]}),
        ({"const": "emprise/need/1"}, {"enum": ["emprise/need/1"]}),
        ({"type": "number", "exclusiveMinimum": 0}, {"type": "number", "minimum": 0, "exclusiveMinimum": True}),
        ({"type": "number", "exclusiveMaximum": 9}, {"type": "number", "maximum": 9, "exclusiveMaximum": True}),
        ({"type": "number", "exclusiveMinimum": True}, {"type": "number", "exclusiveMinimum": True}),
        ({"type": "string", "examples": ["a", "b"]}, {"type": "string", "example": "a"}),
        ({"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/A"}),
        (
            {"$ref": "#/components/schemas/A", "default": 1},
            {"default": 1, "allOf": [{"$ref": "#/components/schemas/A"}]},
        ),
        ({"type": "array"}, {"type": "array", "items": {}}),
        (
            {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}], "items": False, "minItems": 2},
            {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        ),
        (
            {"type": "array", "prefixItems": [{"type": "number"}], "items": {"type": "string"}},
            {"type": "array", "items": {"anyOf": [{"type": "number"}, {"type": "string"}]}},
        ),
        (
            {"type": "object", "patternProperties": {"^a": {"const": 1}}},
            {"type": "object", "additionalProperties": {"enum": [1]}},
        ),
        ({"type": "string", "contentMediaType": "application/octet-stream"}, {"type": "string", "format": "binary"}),
        ({"type": "string", "contentEncoding": "base64"}, {"type": "string", "format": "byte"}),
        ({"$schema": "x", "$id": "y", "$comment": "z", "x-ogc-role": "id"}, {"x-ogc-role": "id"}),
        (
            {"type": "object", "properties": {"const": {"const": 1}, "examples": {"type": "null"}}},
            {"type": "object", "properties": {"const": {"enum": [1]}, "examples": {"nullable": True, "enum": [None]}}},
        ),
        ({"type": "object", "additionalProperties": False}, {"type": "object", "additionalProperties": False}),
        (
            {"type": "object", "additionalProperties": {"type": ["number", "null"]}},
            {"type": "object", "additionalProperties": {"type": "number", "nullable": True}},
        ),
        ({"not": {"const": 1}}, {"not": {"enum": [1]}}),
        ({"enum": ["$ref", "const"], "default": {"const": 1}}, {"enum": ["$ref", "const"], "default": {"const": 1}}),
    ],
)
def test_a_schema_says_the_same_in_the_older_dialect(newer: dict[str, Any], older: dict[str, Any]) -> None:
    assert schema_30(newer) == older
    assert schema_30(older) == older


def test_true_and_false_become_schemas() -> None:
    assert schema_30(True) == {}
    assert schema_30(False) == {"not": {}}


def test_the_document_keeps_its_paths_and_loses_what_3_0_does_not_know() -> None:
    optional = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    operation = {
        "parameters": [{"name": "a", "in": "query", "schema": optional, "example": {"schema": optional}}],
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": optional}}}},
    }
    newer = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1", "summary": "s"},
        "webhooks": {},
        "jsonSchemaDialect": "x",
        "components": {"schemas": {"schema": optional}, "pathItems": {}},
        "paths": {"/a": {"get": operation}},
    }
    older = to_30(newer)
    converted = {"type": "integer", "nullable": True}
    assert older["openapi"] == "3.0.3"
    assert set(older) == {"openapi", "info", "components", "paths"}
    assert older["info"] == {"title": "t", "version": "1"}
    assert older["components"] == {"schemas": {"schema": converted}}
    get = older["paths"]["/a"]["get"]
    assert get["parameters"][0]["schema"] == converted
    assert get["parameters"][0]["example"] == {"schema": optional}
    assert get["responses"]["200"]["content"]["application/json"]["schema"] == converted
    assert newer["openapi"] == "3.1.0", "the given document is left as it was"
