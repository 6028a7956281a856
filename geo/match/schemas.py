"""The JSON Schemas (2020-12) of the need and of the answer, as they are published."""

from typing import Any

from geo.match.criterion import Role, Verdict
from geo.match.document import ANSWER_SCHEMA, ASSEMBLY, RANKS
from geo.match.examples import EXAMPLES
from geo.match.fit import FitVerdict
from geo.match.need import Need
from geo.match.ranking import SORTS
from geo.match.relaxing.schemas import near_miss_schema, question_schema, relaxation_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


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
        **_paged(
            schema={"const": ANSWER_SCHEMA},
            counts=_counts(),
            sorted_by={"enum": list(SORTS), "description": "Best score first, or the earliest day of a milestone"},
            matches={
                "type": "array",
                "items": {"$ref": "#/$defs/match"},
                "description": "Every must proved, in the order asked for",
            },
            to_check={
                "type": "array",
                "items": {"$ref": "#/$defs/match"},
                "description": "A must is unknown, or the fit",
            },
            assemblies={
                "anyOf": [_searched(), {"type": "null"}],
                "description": "How far sites of several parcels were looked for; null: a parcel meets the need alone",
            },
            relaxations={"type": "array", "items": {"$ref": "#/$defs/relaxation"}},
            near_misses={
                "type": "array",
                "items": {"$ref": "#/$defs/near_miss"},
                "description": "Where fewer are proved than asked for: the parcels one change lets in, nearest first",
            },
            questions={
                "type": ["array", "null"],
                "items": {"$ref": "#/$defs/question"},
                "description": "What to ask first of a vague need, when that was asked for",
            },
            as_of={"type": "string", "format": "date", "description": "Day the facts and dates are true for"},
            version=_closed(software=_TEXT, catalogue=_TEXT, data=_TEXT),
            digest={
                "type": "string",
                "pattern": "^[0-9a-f]{64}$",
                "description": "SHA-256 of the rest of the document",
            },
        ),
        "$defs": {
            "match": _match(),
            "criterion": _criterion(),
            "relaxation": relaxation_schema(),
            "near_miss": near_miss_schema(_parcel()),
            "question": question_schema(),
            "score": _score(),
            "interval": _interval(),
        },
    }


_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_NUMBER_OR_NULL: Schema = {"type": ["number", "null"]}
_NULL: Schema = {"type": "null"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}


def _closed(**properties: Schema) -> Schema:
    """An object with exactly these members."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _paged(**properties: Schema) -> Schema:
    """The same of an answer, which may be a page of one."""
    whole = _closed(**properties)
    next_offset: Schema = {**_COUNT, "type": ["integer", "null"], "description": "Where the next page begins"}
    return {**whole, "properties": {**properties, "offset": _COUNT, "next_offset": next_offset}}


def _counts() -> Schema:
    rejected = {
        "type": "object",
        "additionalProperties": {"type": "integer", "minimum": 1},
        "description": "By the first criterion that fails",
    }
    counts = _closed(considered=_COUNT, proved=_COUNT, open=_COUNT, to_check=_COUNT, rejected=rejected)
    return {**counts, "description": "considered = proved + open + to_check + the sum of rejected"}


def _match() -> Schema:
    position = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    polygon = _closed(
        type={"const": "Polygon"}, coordinates={"type": "array", "items": {"type": "array", "items": position}}
    )
    polygons = _closed(
        type={"const": "MultiPolygon"}, coordinates={"type": "array", "items": polygon["properties"]["coordinates"]}
    )
    return _closed(
        parcel_ids={"type": "array", "items": {"type": "integer"}, "minItems": 1},
        parcel=_parcel(),
        assembly={"anyOf": [_together(), {"type": "null"}], "description": "When it is several parcels put together"},
        rank={"enum": [*RANKS, ASSEMBLY]},
        score={"$ref": "#/$defs/score"},
        pareto={
            "type": ["boolean", "null"],
            "description": "No other match of this answer is as good on every wish and better on one; null: to check",
        },
        fit={"enum": [*(verdict.value for verdict in FitVerdict), None], "description": "null: no building asked"},
        placement={
            "anyOf": [polygon, polygons, {"type": "null"}],
            "description": "GeoJSON, CRS84, 9 decimals; several buildings in the order asked",
        },
        extension={
            "anyOf": [
                _closed(parcel_id={"type": ["integer", "null"]}, placement={"anyOf": [polygon, polygons, _NULL]}),
                _NULL,
            ],
            "description": "The second phase: on the neighbour of that id, or (null) on the same land",
        },
        readiness={"type": ["object", "null"], "description": "null: unknown"},
        critical_step={**_TEXT_OR_NULL, "description": "The step that most often decides when works start"},
        costs=_costs(),
        criteria={"type": "array", "items": {"$ref": "#/$defs/criterion"}},
    )


def _parcel() -> Schema:
    constraint = _closed(id={"type": "integer"}, kind=_TEXT, effect={"enum": ["forbids", "restricts", "informs"]})
    return _closed(
        id={"type": "integer"},
        name=_TEXT_OR_NULL,
        origin=_TEXT,
        market=_TEXT,
        commune=_TEXT_OR_NULL,
        commune_name=_TEXT_OR_NULL,
        epci_name=_TEXT_OR_NULL,
        cadastral_ids={"type": "array", "items": _TEXT},
        source_id=_TEXT_OR_NULL,
        surface_m2=_NUMBER_OR_NULL,
        zone_label=_TEXT_OR_NULL,
        industry=_TEXT,
        lon=_NUMBER_OR_NULL,
        lat=_NUMBER_OR_NULL,
        constraints={"type": "array", "items": constraint},
        source=_TEXT_OR_NULL,
        observed_on={"type": ["string", "null"], "format": "date"},
        responsible=_TEXT_OR_NULL,
        stale={"type": "boolean"},
    )


def _costs() -> Schema:
    euros = {**_NUMBER_OR_NULL, "minimum": 0}
    amounts = {f"{name}_eur": euros for name in ("low", "typical", "high")}
    step = _closed(code=_TEXT, **amounts, payer=_TEXT, source=_TEXT, confidence=_TEXT)
    return _closed(
        land_eur={**euros, "description": "Asked for all of the land, before tax"},
        steps={"type": "array", "items": step, "description": "Those that remain and whose cost is estimated"},
        missing={"type": "array", "items": _TEXT, "description": "land, and codes of steps that no figure is known of"},
    )


def _together() -> Schema:
    count_or_null: Schema = {"type": ["integer", "null"], "minimum": 0}
    return _closed(
        owners={**count_or_null, "description": "Each unknown one taken for another; null: not yours to see"},
        owners_unknown=count_or_null,
        surplus_m2={"type": "number", "description": "Land above the least asked"},
        price_eur={**_NUMBER_OR_NULL, "description": "Asked for all of it; null: unknown"},
        beyond_owned_m2={**_NUMBER_OR_NULL, "description": "Of the placement, on slivers between drawings of limits"},
        parcels={"type": "array", "items": _parcel(), "minItems": 2},
    )


def _searched() -> Schema:
    return _closed(
        units={**_COUNT, "description": "Parcels, or contiguous land of one owner, that a site may have"},
        complete={"type": "boolean", "description": "No better site of so many units exists"},
        complete_to={**_COUNT, "description": "Units up to which no better site exists"},
        gone_through={**_SHARE, "description": "Share of the sites of one unit more that was gone through"},
        looked_at=_COUNT,
        tested=_COUNT,
    )


def _criterion() -> Schema:
    return _closed(
        name=_TEXT,
        role={"enum": [role.value for role in Role]},
        verdict={"enum": [verdict.value for verdict in Verdict]},
        fact={"type": ["string", "number", "boolean", "null"]},
        source=_TEXT_OR_NULL,
        on={**_TEXT_OR_NULL, "description": "The day from which the fact is known"},
        code={"type": "string", "pattern": r"^[a-z0-9_]+(\.[a-z0-9_]+)+$"},
        detail={"type": "object"},
    )


def _score() -> Schema:
    interval = {"$ref": "#/$defs/interval"}
    contribution = _closed(
        wish=_TEXT,
        weight={"type": "number", "exclusiveMinimum": 0},
        satisfaction=interval,
        contribution=interval,
    )
    return _closed(min=_SHARE, max=_SHARE, completeness=_SHARE, contributions={"type": "array", "items": contribution})


def _interval() -> Schema:
    return _closed(min=_SHARE, max=_SHARE)
