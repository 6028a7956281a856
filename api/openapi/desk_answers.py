"""What the routes of enquiries, projects and consultations answer, declared as JSON Schemas."""

from typing import Any

from api.ogc.links import JSON
from api.openapi.desk_shapes import (
    ANYTHING,
    ANYTHING_OR_NULL,
    DAY,
    DAY_OR_NULL,
    IDS,
    INSTANT,
    INSTANT_OR_NULL,
    NEED,
    NUMBER,
    NUMBER_OR_NULL,
    TEXT,
    TEXT_OR_NULL,
    TEXTS,
    YES,
    Schema,
    array,
    page,
    shape,
)
from api.openapi.following_answers import ANSWERS as FOLLOWING
from api.openapi.following_answers import SCHEMAS as FOLLOWING_SCHEMAS
from geo.desk.project_status import ProjectStatus

_ENQUIRY: Schema = {
    "id": NUMBER,
    "version": NUMBER,
    "source": TEXT,
    "subject": TEXT_OR_NULL,
    "company": TEXT_OR_NULL,
    "siren": TEXT_OR_NULL,
    "language": {"type": "string", "enum": ["fr", "en"]},
    "status": {"type": "string", "enum": ["open", "answered", "closed"]},
    "closed_why": TEXT_OR_NULL,
    "received_at": INSTANT,
    "due_at": {**INSTANT, "description": "48 hours of working days later"},
    "overdue": YES,
    "answered_at": INSTANT_OR_NULL,
    "project": NUMBER_OR_NULL,
    "organisation": NUMBER_OR_NULL,
}
_STATUS: Schema = {"type": "string", "enum": [one.value for one in ProjectStatus]}
_PROJECT: Schema = {
    "id": NUMBER,
    "version": NUMBER,
    "code_name": TEXT,
    "status": _STATUS,
    "confidential": YES,
    "created_at": INSTANT,
    "updated_at": INSTANT,
}
_DRAFT = shape({"subject": TEXT, "body": TEXT})
_SITE: Schema = {"parcels": IDS, "name": TEXT_OR_NULL}
_CHANGE: Schema = {**_SITE, "list": TEXT, "rank": NUMBER}
_CONSULTATION: Schema = {
    "id": NUMBER,
    "project": NUMBER_OR_NULL,
    "enquiry": NUMBER_OR_NULL,
    "deadline": {**DAY, "description": "The last day for an answer"},
    "created_at": INSTANT,
    "closed_at": INSTANT_OR_NULL,
}
_SENT: Schema = {**_CONSULTATION, "need": {**ANYTHING, "description": "What goes out"}, "message": TEXT_OR_NULL}
_ANSWER: Schema = {
    "id": NUMBER,
    "kind": {"type": "string", "enum": ["confirm", "correct", "add", "decline"]},
    "parcel": NUMBER_OR_NULL,
    "document": ANYTHING_OR_NULL,
    "author": TEXT,
    "answered_at": INSTANT,
    "late": YES,
    "state": {"type": "string", "enum": ["proposed", "accepted", "refused"]},
    "decided_why": TEXT_OR_NULL,
    "added_parcel": NUMBER_OR_NULL,
}
_ASKED: Schema = {"id": NUMBER, "organisation": NUMBER, "name": TEXT_OR_NULL}
_LINK: Schema = {**TEXT_OR_NULL, "description": "Shown once; null where the request is repeated"}
_IN_FULL = "For who follows it with its history; its company finds its need"
SCHEMAS: dict[str, Schema] = {
    "Enquiry": shape(
        {
            **_ENQUIRY,
            "mail": TEXT,
            "contact": ANYTHING_OR_NULL,
            "consent_on": DAY_OR_NULL,
            "reading": {**ANYTHING, "description": "What was understood, by which words, and what was assumed"},
            "need": NEED,
            "possible_duplicates": array({"organisation": TEXT_OR_NULL, "own": YES}),
        }
    ),
    "EnquiryTaken": {
        "description": "The enquiry; to who is not signed in, a reference",
        "oneOf": [{"$ref": "#/components/schemas/Enquiry"}, shape({"reference": TEXT})],
    },
    "Enquiries": page("enquiries", _ENQUIRY),
    "EnquiryReply": shape({"drafts": shape({"reply": _DRAFT, "acknowledgement": _DRAFT})}),
    "Project": shape({**_PROJECT, "need": NEED, "need_version": NUMBER_OR_NULL}, _IN_FULL),
    "Projects": page("projects", _PROJECT),
    "ProjectNeeds": shape({"project": NUMBER, "needs": {"type": "array", "items": ANYTHING}}),
    "Shortlist": shape({"project": NUMBER, "sites": array({"parcels": IDS}, "In the order set by hand")}),
    "SitesProposed": shape({"project": NUMBER, "proposals": array({"parcels": IDS}, "To whom, how, on which day")}),
    "Comparison": shape(
        {
            "project": NUMBER,
            "need_version": NUMBER,
            "as_of": DAY,
            "sites": array(_SITE),
            "criteria": array({"name": TEXT, "label": TEXT, "cells": {"type": "array", "items": ANYTHING_OR_NULL}}),
        }
    ),
    "AnswerKept": shape({"counts": ANYTHING, "digest": TEXT}),
    "Changes": shape(
        {
            "project": NUMBER,
            "need_version": NUMBER,
            "since": shape({"as_of": DAY, "answered_at": INSTANT}),
            "as_of": DAY,
            "counts": shape({"then": ANYTHING, "now": ANYTHING}),
            **{kind: array(_CHANGE) for kind in ("new", "lost", "moved")},
        }
    ),
    "Organisations": page("organisations", {"id": NUMBER, "name": TEXT, "kind": TEXT}),
    "ConsultationMade": shape({**_SENT, "territories": array({**_ASKED, "mailed": YES, "link": _LINK})}),
    "Consultations": page("consultations", {**_CONSULTATION, "asked": NUMBER, "answered": NUMBER}),
    "Consultation": shape(
        {
            **_SENT,
            "open": YES,
            "territories": array(
                {
                    **_ASKED,
                    "asked_at": INSTANT,
                    "reminded_at": INSTANT_OR_NULL,
                    "answered_at": INSTANT_OR_NULL,
                    "answers": array(_ANSWER),
                }
            ),
            "missing": {**TEXTS, "description": "Who has not answered"},
        }
    ),
    "ConsultationAnswer": shape(_ANSWER),
    "Reminders": shape(
        {
            "consultation": NUMBER,
            "reminders": array({"organisation": NUMBER, "name": TEXT_OR_NULL, "sent": YES, "draft": _DRAFT}),
        }
    ),
}
_P, _C = "/projects/{project_id}", "/consultations/{consultation_id}"
ANSWERS = {
    ("post", "/enquiries", "201"): "EnquiryTaken",
    ("get", "/enquiries", "200"): "Enquiries",
    ("get", "/enquiries/{enquiry_id}", "200"): "Enquiry",
    ("patch", "/enquiries/{enquiry_id}", "200"): "Enquiry",
    ("get", "/enquiries/{enquiry_id}/reply", "200"): "EnquiryReply",
    ("post", "/projects", "201"): "Project",
    ("get", "/projects", "200"): "Projects",
    ("get", _P, "200"): "Project",
    ("patch", _P, "200"): "Project",
    ("get", f"{_P}/needs", "200"): "ProjectNeeds",
    ("post", f"{_P}/needs", "201"): "Project",
    **{(method, f"{_P}/shortlist", "200"): "Shortlist" for method in ("get", "put")},
    ("get", f"{_P}/proposals", "200"): "SitesProposed",
    ("post", f"{_P}/proposals", "201"): "SitesProposed",
    ("get", f"{_P}/comparison", "200"): "Comparison",
    ("post", f"{_P}/answers", "201"): "AnswerKept",
    ("get", f"{_P}/changes", "200"): "Changes",
    ("get", "/organisations", "200"): "Organisations",
    ("post", "/consultations", "201"): "ConsultationMade",
    ("get", "/consultations", "200"): "Consultations",
    ("get", _C, "200"): "Consultation",
    ("post", f"{_C}/close", "200"): "Consultation",
    ("post", f"{_C}/answers", "201"): "Consultation",
    ("post", f"{_C}/answers/{{answer_id}}/decision", "200"): "ConsultationAnswer",
    ("post", f"{_C}/reminders", "200"): "Reminders",
    **FOLLOWING,
}


def declare_desk(document: dict[str, Any]) -> None:
    """Give the routes of the desk the schemas of what they answer."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= SCHEMAS | FOLLOWING_SCHEMAS
    for (method, path, status), name in ANSWERS.items():
        content = document["paths"][path][method]["responses"][status].setdefault("content", {})
        content[JSON] = {"schema": {"$ref": f"#/components/schemas/{name}"}}
