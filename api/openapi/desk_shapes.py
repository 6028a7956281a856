"""Shapes that the answers of the desk are declared with."""

from typing import Any

from api.openapi.answers import LINK

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": "string", "nullable": True}
NUMBER: Schema = {"type": "integer"}
NUMBER_OR_NULL: Schema = {"type": "integer", "nullable": True}
YES: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
DAY_OR_NULL: Schema = {**DAY, "nullable": True}
INSTANT: Schema = {"type": "string", "format": "date-time"}
INSTANT_OR_NULL: Schema = {**INSTANT, "nullable": True}
IDS: Schema = {"type": "array", "items": NUMBER}
TEXTS: Schema = {"type": "array", "items": TEXT}
LINKS: Schema = {"type": "array", "items": LINK}
ANYTHING: Schema = {"type": "object", "additionalProperties": True}
ANYTHING_OR_NULL: Schema = {**ANYTHING, "nullable": True}
NEED: Schema = {**ANYTHING_OR_NULL, "description": "As /schemas/need says; null: none yet"}


def shape(properties: Schema, description: str = "", **more: Any) -> Schema:
    """An object with these properties, all of them there, and maybe others."""
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": True, **more}
    found |= {"required": sorted(properties)} if properties else {}
    return found | ({"description": description} if description else {})


def array(properties: Schema, description: str = "") -> Schema:
    """An array of such objects."""
    found: Schema = {"type": "array", "items": shape(properties)}
    return found | ({"description": description} if description else {})


def page(name: str, properties: Schema) -> Schema:
    """A page of a list, and links to the next one."""
    return shape({name: array(properties), "links": LINKS})
