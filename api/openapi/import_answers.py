"""What is sent to and answered by the routes of imports, declared: the framework sees neither."""

from typing import Any

from api.ogc.links import GEOJSON, JSON
from api.openapi.answers import COMPONENTS, LINK
from api.planning.import_options import ImportOptions
from api.planning.upload_form import FILE
from api.planning.uploading import FORM, RAW

Schema = dict[str, Any]

INSTANT: Schema = {"type": "string", "format": "date-time"}
COUNTS: Schema = {
    "type": "object",
    "nullable": True,
    "description": "Rows: read, kept, rejected, repaired, new, changed, unchanged, missing...",
    "additionalProperties": {"type": "integer", "nullable": True},
}
STATUSES = [
    *("received", "staging", "staged", "confirmed", "merging", "merged", "refused", "withdrawn", "failed"),
]
IMPORT: Schema = {
    "type": "object",
    "description": "A file that was sent: where it is, what loading it would change or has changed",
    "required": ["id", "file", "status", "progress", "error", "links"],
    "properties": {
        "id": {"type": "integer"},
        "file": {"type": "string", "example": "terrains.geojson"},
        "size_bytes": {"type": "integer"},
        "sha256": {"type": "string"},
        "status": {"type": "string", "enum": STATUSES, "example": "staged"},
        "options": {"type": "object", "additionalProperties": True},
        "progress": {
            "type": "object",
            "required": ["share", "rows"],
            "properties": {"share": {"type": "number", "minimum": 0, "maximum": 1}, "rows": {"type": "integer"}},
        },
        "schema": {"type": "string", "nullable": True, "example": "cnig_terrain"},
        "rows": COUNTS,
        "actor": {"type": "string", "description": "Who sent it: an id, never a name"},
        "sent_at": INSTANT,
        "updated_at": INSTANT,
        "confirmed_at": {**INSTANT, "nullable": True},
        "confirmed_by": {"type": "string", "nullable": True},
        "error": {
            "type": "object",
            "nullable": True,
            "description": "Why it was refused, or what failed",
            "required": ["type", "code", "title", "detail"],
            "properties": {name: {"type": "string"} for name in ("type", "code", "title", "detail")},
        },
        "report": {
            "type": "object",
            "nullable": True,
            "description": "Counts by layer, repairs, refusals and remarks with a sentence each, and the differences",
            "additionalProperties": True,
        },
        "proposals": {
            "type": "array",
            "description": "Column mappings proposed for a file nobody recognised; confirm with one, corrected",
            "items": {
                "type": "object",
                "required": ["name", "layer", "mapping"],
                "properties": {name: {"type": "string"} for name in ("name", "layer", "mapping")},
            },
        },
        "links": {"type": "array", "items": LINK},
    },
}
IMPORTS: Schema = {
    "type": "object",
    "required": ["imports", "links"],
    "properties": {
        "imports": {"type": "array", "items": {"$ref": f"{COMPONENTS}Import"}},
        "links": {"type": "array", "items": LINK},
    },
}
PROBLEM_ROWS: Schema = {
    "type": "object",
    "description": "Refused and repaired rows as GeoJSON features",
    "required": ["type", "features"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
    },
}
ANSWERS = {
    ("post", "/imports", "202"): (JSON, "Import"),
    ("get", "/imports", "200"): (JSON, "Imports"),
    ("get", "/imports/{import_id}", "200"): (JSON, "Import"),
    ("get", "/imports/{import_id}/problems", "200"): (GEOJSON, "ImportProblems"),
    ("post", "/imports/{import_id}/confirm", "202"): (JSON, "Import"),
}


def declare_imports(document: dict[str, Any]) -> None:
    """Give the routes of imports their bodies and answers."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= {"Import": IMPORT, "Imports": IMPORTS, "ImportProblems": PROBLEM_ROWS}
    for (method, path, status), (media_type, name) in ANSWERS.items():
        answer = document["paths"][path][method]["responses"][status]
        answer["content"] = {media_type: {"schema": {"$ref": f"{COMPONENTS}{name}"}}}
        if status == "202":
            answer["headers"] = {"Location": {"schema": {"type": "string", "format": "uri"}}}
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in RAW}
    form = {FORM: {"schema": upload_form(), "example": {FILE: "terrains.geojson", "visibility": "agency"}}}
    document["paths"]["/imports"]["post"]["requestBody"] = {"required": True, "content": form | content}


def upload_form() -> Schema:
    """The form of an upload: its file, and the options as fields."""
    options = ImportOptions.model_json_schema()["properties"]
    binary = {"type": "string", "format": "binary", "description": "The file"}
    return {"type": "object", "required": [FILE], "properties": {FILE: binary, **options}}
