"""What the routes of the market answer, declared as JSON Schemas: the framework sees finished bytes only."""

from typing import Any

from api.ogc.links import JSON
from geo.desk.market import Kind, Outcome
from geo.land.vocabulary import Market, ReadyClass

Schema = dict[str, Any]
COMPONENTS = "#/components/schemas/"

_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"type": "string", "nullable": True}
_NUMBER: Schema = {"type": "integer"}
_NUMBER_OR_NULL: Schema = {"type": "integer", "nullable": True}
_DAY: Schema = {"type": "string", "format": "date"}
_DAY_OR_NULL: Schema = {**_DAY, "nullable": True}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_INSTANT_OR_NULL: Schema = {**_INSTANT, "nullable": True}
_MARKET: Schema = {"type": "string", "enum": [one.value for one in Market]}
_KIND: Schema = {"type": "string", "enum": [one.value for one in Kind]}
_OUTCOME: Schema = {"type": "string", "enum": [one.value for one in Outcome], "nullable": True}
_NEXT: Schema = {**_NUMBER, "description": "Where the next page begins: `after`; not there on the last one"}


def _object(properties: Schema, description: str = "", **more: Any) -> Schema:
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": True, **more}
    return found | ({"description": description} if description else {})


def _listed(properties: Schema, description: str = "") -> Schema:
    found: Schema = {"type": "array", "items": _object(properties)}
    return found | ({"description": description} if description else {})


_MOMENT = {"as_of": _DAY, "known_at": _INSTANT_OR_NULL}
_TERMS = {"kind": _KIND, "rank": _NUMBER, "effective_on": _DAY, "expires_on": _DAY_OR_NULL}
_HELD = _object({"commitment": _NUMBER, **_TERMS}, nullable=True)
_COMMITMENT = {
    "commitment": _NUMBER,
    "parcels": {"type": "array", "items": _NUMBER},
    **_TERMS,
    "project": _NUMBER_OR_NULL,
    "buyer": _TEXT_OR_NULL,
    "conditions": _TEXT_OR_NULL,
    "outcome": _OUTCOME,
    "ended_on": _DAY_OR_NULL,
    "follows": {**_NUMBER_OR_NULL, "description": "The commitment that it carries on"},
    "evidence": _TEXT_OR_NULL,
    "reason": _TEXT_OR_NULL,
    "recorded_at": _INSTANT,
    "state": {"type": "string", "enum": ["in_force", "to_come", *(one.value for one in Outcome)]},
}
_MARKETS = _listed({"parcel": _NUMBER, "market": _MARKET}, "The market of its parcels, as it follows")
_AHEAD: Schema = {"type": "array", "items": _NUMBER, "description": "The commitments of better rank it waits behind"}
_ROW = {name: shape for name, shape in _COMMITMENT.items() if name not in ("commitment", "parcels", "state")}
_ROW |= {"parcel": _NUMBER, "stands": {"type": "boolean"}, "by": _TEXT}
_SUM = {"parcels": _NUMBER, "hectares": {"type": "number"}, "without_surface": _NUMBER}
_PROPOSAL = {
    "proposal": _NUMBER,
    "parcel": _NUMBER,
    "name": _TEXT_OR_NULL,
    "kind": {"type": "string", "enum": ["facts", "commitment"]},
    "proposed": _object({}, "What is proposed, as it was filed"),
    "reason": _TEXT,
    "organisation": _TEXT_OR_NULL,
    "by": _TEXT,
    "filed_at": _INSTANT,
    "state": {"type": "string", "enum": ["open", "accepted", "refused", "withdrawn"]},
    "decided_at": _INSTANT_OR_NULL,
    "decided_why": _TEXT_OR_NULL,
    "mine": {"type": "boolean"},
    "to_decide": {"type": "boolean"},
    "stood": _object({}, "What the fields said then: for the organisation that answers for the land"),
}
_CONSENT = {"project": _NUMBER, "until": _DAY, "reason": _TEXT_OR_NULL}
_ASKED = {"question": _NUMBER, "parcel": _NUMBER, "contact": _NUMBER}
_IDS: Schema = {"type": "array", "items": _NUMBER}
_SOLD = _listed({"parcel": _NUMBER, "since": _DAY_OR_NULL}, "Sold: nobody was asked of these")
SCHEMAS = {
    "Commitment": _object({**_COMMITMENT, "behind": _AHEAD, "markets": _MARKETS}, "How a commitment stands"),
    "CommitmentInFull": _object({**_COMMITMENT, "history": _listed(_ROW, "Every row written, the oldest first")}),
    "Commitments": _object({"commitments": _listed(_COMMITMENT), "as_of": _DAY, "next": _NEXT}),
    "CommitmentsOfParcel": _object(
        {"parcel": _NUMBER, "commitments": _listed({"commitment": _NUMBER, **_TERMS, "state": _TEXT}), **_MOMENT}
    ),
    "MarketOfParcel": _object(
        {
            "parcel": _NUMBER,
            "market": _MARKET,
            "conditions": {"type": "boolean", "nullable": True},
            "stated": _object({"market": _MARKET, "since": _DAY_OR_NULL}, "What a file or a planner said"),
            "held_by": _HELD,
            "next": _HELD,
            **_MOMENT,
        }
    ),
    "Stock": _object(
        {
            "place": _object({}),
            "all": _object(_SUM),
            "available": _object(_SUM, "For sale or for lease"),
            "markets": _listed({"market": _MARKET, **_SUM}),
            "classes": {
                **_listed({"class": {"type": "string", "enum": [one.value for one in ReadyClass]}, **_SUM}),
                "nullable": True,
                "description": "What is available, by class of readiness; null of another day than today",
            },
            **_MOMENT,
        }
    ),
    "Openings": _object(
        {
            "openings": _listed(
                {
                    "parcel": _NUMBER,
                    "name": _TEXT_OR_NULL,
                    "on": _DAY,
                    "before": _MARKET,
                    "after": _MARKET,
                    "market": _MARKET,
                    "next": _object({"commitment": _NUMBER, "rank": _NUMBER, "kind": _KIND}, nullable=True),
                    "projects": _listed({"project": _NUMBER, "code_name": _TEXT, "standing": _TEXT}),
                }
            ),
            "since": _DAY,
        }
    ),
    "LandProposal": _object(_PROPOSAL, "A correction proposed to who answers for the land"),
    "LandProposals": _object({"proposals": _listed(_PROPOSAL), "next": _NEXT}),
    "Consents": _object({"parcel": _NUMBER, "consents": _listed(_CONSENT), "history": _listed(_CONSENT)}),
    "StillAvailableSent": _object(
        {"asked": _listed(_ASKED), "lately": _IDS, "nobody": _IDS, "sold": _SOLD, "days": _NUMBER}
    ),
    "StillAvailable": _object(
        {
            "questions": _listed({**_ASKED, "asked_at": _INSTANT, "answer": _TEXT_OR_NULL, "until": _DAY_OR_NULL}),
            "next": _NEXT,
        }
    ),
}
ANSWERS = {
    ("post", "/commitments", "201"): "Commitment",
    ("get", "/commitments", "200"): "Commitments",
    ("get", "/commitments/{deal}", "200"): "CommitmentInFull",
    ("patch", "/commitments/{deal}", "200"): "Commitment",
    ("post", "/commitments/{deal}/close", "200"): "Commitment",
    ("post", "/commitments/{deal}/promote", "200"): "Commitment",
    ("get", "/parcels/{parcel_id}/market", "200"): "MarketOfParcel",
    ("get", "/parcels/{parcel_id}/commitments", "200"): "CommitmentsOfParcel",
    ("get", "/stock", "200"): "Stock",
    ("get", "/market/openings", "200"): "Openings",
    ("post", "/parcels/{parcel_id}/proposals", "201"): "LandProposal",
    ("get", "/proposals", "200"): "LandProposals",
    ("get", "/proposals/{number}", "200"): "LandProposal",
    **{("post", f"/proposals/{{number}}/{verb}", "200"): "LandProposal" for verb in ("accept", "refuse", "withdraw")},
    ("get", "/parcels/{parcel_id}/consents", "200"): "Consents",
    ("post", "/parcels/{parcel_id}/consents", "201"): "Consents",
    ("post", "/parcels/{parcel_id}/consents/{project_id}/end", "200"): "Consents",
    ("post", "/still-available", "201"): "StillAvailableSent",
    ("get", "/still-available", "200"): "StillAvailable",
}


def declare_market(document: dict[str, Any]) -> None:
    """Give the routes of the market the schemas of what they answer."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= SCHEMAS
    for (method, path, status), name in ANSWERS.items():
        content = {JSON: {"schema": {"$ref": f"{COMPONENTS}{name}"}}}
        document["paths"][path][method]["responses"][status]["content"] = content
