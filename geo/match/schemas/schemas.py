"""The JSON Schemas (2020-12) of the need and of the answers, as they are published."""

from datetime import date

from geo.match.document import ANSWER_SCHEMA
from geo.match.features import FIELDS, LAYERS
from geo.match.need.examples import EXAMPLES
from geo.match.need.need import Need
from geo.match.ranking import SORTS
from geo.match.relaxing.schemas import near_miss_schema, question_schema, relaxation_schema
from geo.match.schemas.parts import COUNT, DAY, NEED_READ, SHARE, TEXT, Schema, closed, listed, or_null, worded
from geo.match.schemas.rows import criterion_schema, interval_schema, match_schema, parcel_schema, score_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
AS_OF: Schema = {**DAY, "description": "Day the facts and dates are true for"}
MISSING = {
    "parcel_id": "on the same land",
    "name": "it has none",
    "commune": "in none that is loaded",
    "surface_m2": "its outline is not known",
    "fit": "no building asked",
    "start_p50": "never, or not known",
    "start_p80": "never, or not known",
    "critical_step": "none remains, or the readiness is not known",
}
"""Properties of drawn features that may be missing, and when they are."""


def need_schema() -> Schema:
    """The schema of a need, with descriptions and examples.

    What it cannot say, the reader checks: a range in the wrong order, an invalid polygon, a wish for nothing.
    """
    schema = Need.model_json_schema(by_alias=True)
    asks_something: Schema = {
        "anyOf": [
            {"required": ["buildings"], "properties": {"buildings": {"type": "array"}}},
            {"required": ["land_m2"], "properties": {"land_m2": {"type": ["object", "number", "string"]}}},
            {"required": ["preset"], "properties": {"preset": {"type": "string"}}},
        ]
    }
    head: Schema = {"$schema": DIALECT, "$id": "urn:emprise:schema:need:1", "title": "Need"}
    return {**head, **schema, "title": "Need", **asks_something, "examples": list(EXAMPLES)}


def answer_schema() -> Schema:
    """The schema of an answer."""
    return {
        "$schema": DIALECT,
        "$id": "urn:emprise:schema:answer:1",
        "title": "Answer",
        "description": "Proved matches in order, parcels to check, and what would open more.",
        **worded(
            closed(
                schema={"const": ANSWER_SCHEMA},
                need=NEED_READ,
                counts=_counts(),
                sorted_by={"enum": list(SORTS), "description": "Best score first, or the earliest day of a milestone"},
                matches=listed({"$ref": "#/$defs/match"}, "Every must proved, in the order asked for"),
                to_check=listed({"$ref": "#/$defs/match"}, "A must is unknown, or the fit"),
                assemblies=or_null(
                    _searched(),
                    "not looked for, since a parcel meets the need alone, the need asks for no least surface and no "
                    "building, or nowhere do neighbours that lack nothing but surface make up enough land",
                ),
                relaxations=listed({"$ref": "#/$defs/relaxation"}, "Empty where as many are proved as asked for"),
                near_misses=listed(
                    {"$ref": "#/$defs/near_miss"},
                    "Where fewer are proved than asked for: the parcels one change lets in, nearest first",
                ),
                questions=or_null(
                    listed({"$ref": "#/$defs/question"}, "What to ask first of a vague need"),
                    "not asked for (questions=true)",
                ),
                as_of=AS_OF,
                version=_version(),
                digest=_digest(),
            ),
            **_paging(),
            says=listed(TEXT, "What to know of the whole, in the language asked for (says=true)"),
        ),
        "$defs": {
            "match": match_schema(),
            "criterion": criterion_schema(),
            "relaxation": relaxation_schema(),
            "near_miss": near_miss_schema(parcel_schema()),
            "question": question_schema(),
            "score": score_schema(),
            "interval": interval_schema(),
        },
    }


def count_schema() -> Schema:
    """The schema of counts alone."""
    return closed(counts=_counts(), as_of=AS_OF, data={**TEXT, "description": "Version of the data one may see"})


def drawn_schema() -> Schema:
    """The schema of an answer as features."""
    properties = {name: _property(name) for name in FIELDS} | {"kind": {"enum": list(LAYERS.names)}}
    feature = closed(
        type={"const": "Feature"},
        id=TEXT,
        properties=closed(**properties),
        geometry=or_null({"type": "object", "description": "GeoJSON, CRS84"}, "the outline of the land is not known"),
    )
    return closed(
        type={"const": "FeatureCollection"},
        counts=_counts(),
        as_of=AS_OF,
        version=_version(),
        digest={**_digest(), "description": "That of the same answer as JSON"},
        **_paging(),
        features=listed(feature, "In the order of the answer: the land, the building on it, the second phase"),
    )


def _property(name: str) -> Schema:
    kinds: dict[object, Schema] = {str: TEXT, int: {"type": "integer"}, float: {"type": "number"}, date: DAY}
    told = kinds[FIELDS[name]]
    return or_null(told, MISSING[name]) if name in MISSING else told


def _paging() -> Schema:
    """Where an answer stands among its pages."""
    after = {**COUNT, "description": "Where the next page begins"}
    return {"offset": COUNT, "next_offset": or_null(after, "nothing is left, or no more may be asked for")}


def _version() -> Schema:
    return closed(software=TEXT, catalogue=TEXT, data={**TEXT, "description": "Of the data one may see"})


def _digest() -> Schema:
    return {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256 of the rest of the document"}


def _counts() -> Schema:
    rejected = {
        "type": "object",
        "additionalProperties": {"type": "integer", "minimum": 1},
        "description": "By the first criterion that fails",
    }
    counts = closed(considered=COUNT, proved=COUNT, open=COUNT, to_check=COUNT, rejected=rejected)
    return {**counts, "description": "considered = proved + open + to_check + the sum of rejected"}


def _searched() -> Schema:
    searched = closed(
        units={**COUNT, "description": "Parcels, or contiguous land of one owner, that a site may have"},
        complete={"type": "boolean", "description": "No better site of so many units exists"},
        complete_to={**COUNT, "description": "Units up to which no better site exists"},
        gone_through={**SHARE, "description": "Share of the sites of one unit more that was gone through"},
        looked_at=COUNT,
        tested=COUNT,
    )
    return {**searched, "description": "How far sites of several parcels were looked for"}
