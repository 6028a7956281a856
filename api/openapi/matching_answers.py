"""What needs are answered, declared as JSON Schemas: the framework sees finished bytes only."""

from typing import Any

from api.ogc.links import GEOJSON, GEOPACKAGE, JSON
from api.openapi.answers import COMPONENTS, FILE
from geo.match.schemas.explain import explain_schema
from geo.match.schemas.parts import TEXT, Schema, closed, listed
from geo.match.schemas.schemas import answer_schema, count_schema, drawn_schema

ANSWERS = {
    "/matches": "Answer",
    "/matches/count": "Counts",
    "/matches/explain": "Explanation",
    "/matches/requests": "Requests",
}
"""The component of the answer of each POST, by path."""


def declare_matching(document: dict[str, Any]) -> None:
    """Give the routes of needs the schemas of what they answer."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= {"Counts": count_schema(), "DrawnAnswer": drawn_schema(), "Requests": _requests()}
    for name, schema in (("Answer", answer_schema()), ("Explanation", explain_schema())):
        parts = schema.pop("$defs")
        schemas |= {name: _moved(schema)} | {_component(part): _moved(about) for part, about in parts.items()}
    for path, name in ANSWERS.items():
        content = {JSON: {"schema": {"$ref": f"{COMPONENTS}{name}"}}}
        document["paths"][path]["post"]["responses"]["200"]["content"] = content
    drawn = document["paths"]["/matches"]["post"]["responses"]["200"]["content"]
    drawn |= {GEOJSON: {"schema": {"$ref": f"{COMPONENTS}DrawnAnswer"}}, GEOPACKAGE: {"schema": FILE}}


def _requests() -> Schema:
    letter = closed(
        who=TEXT,
        to={**TEXT, "description": "Whom, as a letter names them"},
        parcel_ids=listed({"type": "integer"}, "The land it asks about"),
        criteria=listed(TEXT, "What is not known of it"),
        subject=TEXT,
        text={**TEXT, "description": "The whole letter, in the language asked for"},
    )
    return closed(requests=listed(letter), as_of={**TEXT, "format": "date"}, digest=TEXT)


def _component(part: str) -> str:
    """The name of a part: parts are named after the answer."""
    return f"Answer{part.capitalize()}"


def _moved(part: Any) -> Any:
    """A part of a schema with its references pointing to the components."""
    if isinstance(part, list):
        return [_moved(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    moved = {key: _moved(value) for key, value in part.items()}
    reference = moved.get("$ref")
    if isinstance(reference, str):
        moved["$ref"] = COMPONENTS + _component(reference.rpartition("/")[2])
    return moved
