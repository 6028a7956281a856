"""The JSON Schemas of a row of an answer: a parcel, or several together, with all that is told of it."""

from geo.match.criteria.criterion import Role, Verdict
from geo.match.document import ASSEMBLY, RANKS
from geo.match.fit.fit import FitVerdict
from geo.match.schemas.parts import (
    COUNT,
    DAY,
    INTERVAL,
    NUMBER,
    SAYS,
    SHARE,
    TEXT,
    Schema,
    closed,
    listed,
    or_null,
    worded,
)

UNKNOWN = "not known"
EUROS: Schema = {**NUMBER, "minimum": 0}


def match_schema(criterion: str = "criterion") -> Schema:
    """A row; its criteria are those of the definition of this name."""
    position = listed(NUMBER, minItems=2, maxItems=2)
    polygon = closed(type={"const": "Polygon"}, coordinates=listed(listed(position)))
    polygons = closed(type={"const": "MultiPolygon"}, coordinates=listed(listed(listed(position))))
    drawn: Schema = {"anyOf": [polygon, polygons]}
    alone = "on the same land"
    later = closed(
        parcel_id=or_null({"type": "integer"}, alone), placement=or_null(drawn, "land was asked for it, no building")
    )
    extension = {**later, "description": "The second phase: on the neighbour of that id, or on the same land"}
    return worded(
        closed(
            parcel_ids=listed({"type": "integer"}, minItems=1),
            parcel=parcel_schema(),
            assembly=or_null(together_schema(), "one parcel, none put together"),
            rank={"enum": [*RANKS, ASSEMBLY]},
            score={"$ref": "#/$defs/score"},
            pareto=or_null(
                {
                    "type": "boolean",
                    "description": "No other match of this page is as good on every wish and better on one",
                },
                "not compared, since it is to check or explained by itself",
            ),
            fit=or_null({"enum": [verdict.value for verdict in FitVerdict]}, "no building asked"),
            placement=or_null(
                {**drawn, "description": "GeoJSON, CRS84, 9 decimals; several buildings in the order asked"},
                "no building asked, or no place found for it (yet)",
            ),
            extension=or_null(extension, "none asked, or no place found for it (yet)"),
            readiness=or_null(
                {"type": "object", "description": "As /parcels/{id}/readiness tells it"},
                "its procedures are not derived yet",
            ),
            critical_step=or_null(
                {**TEXT, "description": "The step that most often decides when works start"},
                "none remains, or the readiness is not known",
            ),
            costs=costs_schema(),
            criteria=listed({"$ref": f"#/$defs/{criterion}"}),
        ),
        title={**SAYS, "description": "What it is called (says=true)"},
        says=listed(TEXT, "Of its rank, in the language asked for (says=true)"),
    )


def parcel_schema() -> Schema:
    """What a reader recognises a parcel by."""
    constraint = closed(id={"type": "integer"}, kind=TEXT, effect={"enum": ["forbids", "restricts", "informs"]})
    return closed(
        id={"type": "integer"},
        name=or_null(TEXT, "it has none"),
        origin=TEXT,
        market=TEXT,
        commune=or_null({**TEXT, "description": "INSEE code"}, "in none that is loaded"),
        commune_name=or_null(TEXT, "in none that is loaded"),
        epci_name=or_null(TEXT, "in none that is loaded"),
        cadastral_ids=listed(TEXT),
        source_id=or_null({**TEXT, "description": "Its id in the file it came from"}, "it had none; several parcels"),
        surface_m2=or_null({**NUMBER, "description": "Measured, ground m2"}, "its outline is not known"),
        zone_label=or_null(
            {**TEXT, "description": "Of the zone that has most of it"}, "no plan in force is loaded there"
        ),
        industry=TEXT,
        lon=or_null(NUMBER, "its place is not known"),
        lat=or_null(NUMBER, "its place is not known"),
        constraints=listed(constraint, "Those that touch it"),
        source=or_null(TEXT, UNKNOWN),
        observed_on=or_null({**DAY, "description": "When its facts were seen to be so"}, UNKNOWN),
        responsible=or_null({**TEXT, "description": "The organisation that answers for it"}, "none is named"),
        stale={"type": "boolean", "description": "What was computed of it is being computed anew"},
    )


def costs_schema() -> Schema:
    """What is known of the costs."""
    amounts = {f"{name}_eur": or_null(EUROS, "not estimated") for name in ("low", "typical", "high")}
    step = closed(code=TEXT, **amounts, payer=TEXT, source=TEXT, confidence=TEXT)
    return closed(
        land_eur=or_null(
            {**EUROS, "description": "Asked for all of the land, before tax"}, "not known, or not yours to see"
        ),
        steps=listed(step, "Those that remain and whose cost is estimated"),
        missing=listed(TEXT, "land, and codes of steps that no figure is known of"),
    )


def together_schema() -> Schema:
    """What putting several parcels together asks for."""
    return closed(
        owners=or_null({**COUNT, "description": "Each unknown one taken for another"}, "not yours to see"),
        owners_unknown=or_null({**COUNT, "description": "Of these"}, "not yours to see"),
        surplus_m2={**NUMBER, "description": "Land above the least asked"},
        price_eur=or_null({**NUMBER, "description": "Asked for all of it"}, "not known, or not yours to see"),
        beyond_owned_m2=or_null(
            {**NUMBER, "description": "Of the placement, on slivers between drawings of limits"}, "no building is drawn"
        ),
        parcels=listed(parcel_schema(), minItems=2),
    )


def criterion_schema(**more: Schema) -> Schema:
    """One criterion judged, with ``more`` members."""
    return worded(
        closed(
            name=TEXT,
            role={"enum": [role.value for role in Role]},
            verdict={"enum": [verdict.value for verdict in Verdict]},
            fact={
                "type": ["string", "number", "boolean", "null"],
                "description": "What the verdict goes by; null: not known, or told in `detail` alone",
            },
            source=or_null(TEXT, UNKNOWN),
            on=or_null({**DAY, "description": "The day from which the fact is known"}, UNKNOWN),
            code={"type": "string", "pattern": r"^[a-z0-9_]+(\.[a-z0-9_]+)+$"},
            detail={"type": "object", "description": "What the sentence of `code` is filled with; `who` can answer"},
            **more,
        ),
        label=SAYS,
        says=SAYS,
        ask=or_null({**SAYS, "description": "Who can answer (says=true)"}, "nothing is to ask"),
    )


def score_schema() -> Schema:
    """How well a row meets the wishes."""
    contribution = closed(
        wish=TEXT, weight={"type": "number", "exclusiveMinimum": 0}, satisfaction=INTERVAL, contribution=INTERVAL
    )
    parts = listed(worded(contribution, says=SAYS))
    return closed(min=SHARE, max=SHARE, completeness=SHARE, contributions=parts)


def interval_schema() -> Schema:
    """From, to: where a fact is missing they differ."""
    return closed(min=SHARE, max=SHARE)
