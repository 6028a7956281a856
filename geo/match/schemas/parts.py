"""Small parts of the JSON Schemas of answers, written again and again."""

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
DAY: Schema = {"type": "string", "format": "date"}
COUNT: Schema = {"type": "integer", "minimum": 0}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
INTERVAL: Schema = {"$ref": "#/$defs/interval"}
SAYS: Schema = {"type": "string", "description": "In the language asked for (says=true)"}

NEED_READ: Schema = {
    "type": "object",
    "description": "The need as it was read (GET /schemas/need): amounts as numbers, a preset laid out. Changes of it "
    "point into this",
}


def closed(**properties: Schema) -> Schema:
    """An object with exactly these members."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def worded(schema: Schema, **sentences: Schema) -> Schema:
    """The same object, with members that it has where sentences were asked for."""
    return {**schema, "properties": {**schema["properties"], **sentences}}


def listed(items: Schema, description: str = "", **more: object) -> Schema:
    """An array."""
    told = {"description": description} if description else {}
    return {"type": "array", "items": items, **more, **told}


def or_null(schema: Schema, when: str) -> Schema:
    """The same, or null; ``when`` says in which case, and is told beside what the schema says of itself."""
    own = schema.get("description")
    description = f"{own}; null: {when}" if own else f"null: {when}"
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None], "description": description}
    if schema.get("type") in ("string", "number", "integer", "boolean", "array"):
        return {**schema, "type": [schema["type"], "null"], "description": description}
    bare = {key: value for key, value in schema.items() if key != "description"}
    return {"anyOf": [bare, {"type": "null"}], "description": description}
