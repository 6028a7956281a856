"""What the routes of planning answer, declared as JSON Schemas: the framework sees finished bytes only."""

from typing import Any

from api.ogc.links import JSON
from geo.land.vocabulary import ReadyClass, StepState
from geo.store.steps import ATTESTATION, ENTRY, PROPOSAL, WITHDRAWAL

Schema = dict[str, Any]
COMPONENTS = "#/components/schemas/"

_TEXT: Schema = {"type": "string"}
_ANY: Schema = {"description": "A value as the collection of parcels has it, or null"}
_CODES: Schema = {"type": "array", "items": _TEXT}
_STATE: Schema = {"type": "string", "enum": [state.value for state in StepState]}
_SHOWN = ("p10", "p50", "p80")


def _day(description: str = "") -> Schema:
    found: Schema = {"type": "string", "format": "date", "nullable": True}
    return found | ({"description": description} if description else {})


def _object(properties: Schema, description: str = "", **more: Any) -> Schema:
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": True, **more}
    return found | ({"description": description} if description else {})


def _listed(properties: Schema, description: str = "") -> Schema:
    return {"type": "array", "items": _object(properties), "description": description}


_DATES = _object(
    {name: _day() for name in (*_SHOWN, "p90")},
    "Days by which it is reached with that probability; null: never. Prudent: what is unknown has to be done; "
    "if_unknown_steps_fall_away, where it differs: nothing unknown has to be done",
    nullable=True,
)
_BAR = _object({name: _day() for name in _SHOWN}, "Days; null: the step is over, or never ends", nullable=True)
_STEP = {
    "code": _TEXT,
    "label": {**_TEXT, "description": "In the language asked for"},
    "side": {"type": "string", "enum": ["owner", "project"]},
    "state": _STATE,
    "since": _day("The day it began (running) or ended"),
    "begins": _BAR,
    "ends": _BAR,
    "slack_days": {"type": "integer", "nullable": True, "description": "Days it may slip before works begin later"},
    "criticality": {"type": "number", "description": "Share of the draws in which it decides the start of works"},
    "source": {**_TEXT, "description": "The fact that says so"},
    "said_by": _object({"who": {"type": "string", "enum": ["facts", "planner", "need"]}, "organisation": _TEXT}),
    "attested_on": _day("Last said to be so"),
    "due_on": _day("To be said again from this day on"),
    "stale": {"type": "boolean"},
    "over_on": _day("The first day on which it no longer counts"),
    "chance": _object(
        {"outcome_of": _TEXT, "probability": {"type": "number"}},
        "Of a step that another's outcome will ask for or not: that step, and in which share of cases; null: not so",
        nullable=True,
    ),
}
READINESS = _object(
    {
        "parcel": {"type": "integer"},
        "scope": {"type": "string", "enum": ["owner", "need"]},
        "as_of": _day(),
        "known_at": {"type": "string", "format": "date-time", "nullable": True},
        "class": {"type": "string", "enum": [one.value for one in ReadyClass]},
        **dict.fromkeys(("start", "start_cleared", "power", "production"), _DATES),
        "need_class": {
            **_TEXT,
            "nullable": True,
            "description": "What the need asks of a project, to list parcels by its dates; null: no need, or one of a "
            "company that has done something already",
        },
        "critical_path": _CODES,
        "steps": _listed(_STEP, "In the order of the work"),
        "graph": _object({"edges": _listed({"from": _TEXT, "to": _TEXT}), "gates": _object({})}),
        "unknown": _CODES,
        "questions": _listed({"step": _TEXT, "who": _TEXT}, "What is unknown, and who can answer"),
        "blocked": _CODES,
        "flags": _CODES,
        "notes": _listed({"code": _TEXT, "step": {**_TEXT, "nullable": True}, "message": _TEXT}, "In sentences"),
        "conflicts": _listed({"step": _TEXT}, "Where files say otherwise than planners recorded"),
        "out_of_order": _listed({"step": _TEXT, "before": _CODES}, "Recorded as begun while what they need is left"),
        "proposals": _listed({"record": {"type": "integer"}, "step": _TEXT, "state": _STATE}),
        "freshness": _object({"observed_on": _day(), "due": _CODES, "next_due_on": _day()}),
    },
    "When a parcel can be used, and the plan of work behind it",
    required=["parcel", "scope", "as_of", "class", "steps", "critical_path", "unknown", "flags", "notes"],
)
_CHANGE = {
    "record": {"type": "integer"},
    "kind": {"type": "string", "enum": [ENTRY, ATTESTATION, PROPOSAL, WITHDRAWAL]},
    "step": _TEXT,
    "label": _TEXT,
    "old": {**_STATE, "nullable": True, "description": "null: what the files said"},
    "new": {**_STATE, "nullable": True, "description": "null: what the files say"},
    "effective_on": _day(),
    "expires_on": _day(),
    "attested_on": _day(),
    "corrects": {"type": "integer", "nullable": True},
    "recorded_at": {"type": "string", "format": "date-time"},
    "stands": {"type": "boolean"},
    "organisation": {**_TEXT, "nullable": True, "description": "null: an administrator"},
    "reason": {**_TEXT, "description": "For the organisation that answers for the land"},
    "evidence": {**_TEXT, "nullable": True, "description": "For the organisation that answers for the land"},
}
_FACTS_CHANGED = {
    "changed_at": {"type": "string", "format": "date-time"},
    "organisation": {**_TEXT, "nullable": True, "description": "null: an administrator, or no longer known"},
    "reason": {**_TEXT, "nullable": True},
    "facts": _listed({"name": _TEXT, "old": _ANY, "new": _ANY}, "Of an outline only that it changed"),
}
_DUE = {
    "parcel": {"type": "integer"},
    "name": {**_TEXT, "nullable": True},
    "organisation": {**_TEXT, "nullable": True},
    "step": _TEXT,
    "label": _TEXT,
    "state": _STATE,
    "since": _day(),
    "attested_on": _day(),
    "due_on": _day(),
}
SCHEMAS = {
    "Readiness": READINESS,
    "StepChange": _object({"parcel": {"type": "integer"}, **_CHANGE}, "One change of a step"),
    "StepHistory": _object(
        {
            "parcel": {"type": "integer"},
            "steps": _listed(_CHANGE, "The newest first"),
            "facts": _listed(_FACTS_CHANGED, "For the organisation that answers for the land, the newest first"),
        }
    ),
    "Due": _object({"due": _listed(_DUE), "as_of": _day(), "links": {"type": "array", "items": _object({})}}),
    "AttestedStatuses": _object(
        {
            "attested": {"type": "integer", "description": "Statuses said again"},
            "parcels": {"type": "array", "items": {"type": "integer"}},
            "attested_on": _day(),
        }
    ),
}
ANSWERS = {
    ("get", "/parcels/{parcel_id}/readiness", "200"): "Readiness",
    ("post", "/parcels/{parcel_id}/readiness", "200"): "Readiness",
    ("post", "/parcels/{parcel_id}/steps", "201"): "StepChange",
    ("post", "/parcels/{parcel_id}/steps/{record_id}/withdraw", "201"): "StepChange",
    ("get", "/parcels/{parcel_id}/history", "200"): "StepHistory",
    ("get", "/due", "200"): "Due",
    ("post", "/due/attestations", "201"): "AttestedStatuses",
}


def declare_planning(document: dict[str, Any]) -> None:
    """Give the routes of planning the schemas of what they answer."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= SCHEMAS
    for (method, path, status), name in ANSWERS.items():
        content = {JSON: {"schema": {"$ref": f"{COMPONENTS}{name}"}}}
        document["paths"][path][method]["responses"][status]["content"] = content
