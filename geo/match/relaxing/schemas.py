"""The JSON Schemas of what would let land in, for those of the answers that tell it."""

from typing import Any

from geo.match.relaxing.trial import Standing

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_DAY_OR_NULL: Schema = {"type": ["string", "null"], "format": "date"}
_COUNT: Schema = {"type": "integer", "minimum": 0}


def closed(**properties: Schema) -> Schema:
    """An object with exactly these members."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def change_schema(**more: Schema) -> Schema:
    """A change of a need, with ``more`` members."""
    path = {"type": "string", "pattern": "^/", "description": "JSON Pointer into the need"}
    one: Schema = {"criterion": _TEXT, "path": path, "from": {}, "to": {"description": "null: leave it out"}}
    also = {"type": "array", "items": closed(**one), "description": "What has to change together with it"}
    return closed(**one, also=also, **more)


def relaxation_schema() -> Schema:
    """A change of the need, and what it lets in."""
    return closed(
        change=change_schema(),
        opens={**_COUNT, "description": "Parcels it lets in, every must proved"},
        open={**_COUNT, "description": "Parcels it lets in whose fit is not decided yet"},
        to_check={**_COUNT, "description": "Parcels it lets in of which a must, or the fit, stays to be checked"},
        first={"type": "integer", "description": "The parcel it lets in that ranks first"},
    )


def near_miss_schema(parcel: Schema) -> Schema:
    """A parcel that one change alone lets in."""
    then = {"enum": [one.value for one in Standing if one is not Standing.REJECTED]}
    step = closed(code=_TEXT, label=_TEXT, label_en=_TEXT)
    depollution = closed(
        steps={"type": "array", "items": step, "minItems": 1},
        over_p50={**_DAY_OR_NULL, "description": "When the ground is probably clean; null: never, or not known"},
        start=closed(p50=_DAY_OR_NULL, p80=_DAY_OR_NULL),
    )
    sites = {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}
    return closed(
        parcel_ids={"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 1},
        parcel=parcel,
        blocking={"type": "array", "items": _TEXT, "minItems": 1, "description": "The musts it fails"},
        changes={"type": "array", "items": change_schema(then=then), "minItems": 1},
        depollution={"anyOf": [depollution, {"type": "null"}], "description": "Of a brownfield still to be cleaned"},
        assemblies={**sites, "description": "The sites of this answer that it is a part of"},
    )


def question_schema() -> Schema:
    """A field the need does not give, and what its answer is expected to remove."""
    removes = {"type": "number", "minimum": 0}
    share = {"type": "number", "minimum": 0, "maximum": 1, "description": "Of companies, expected to say so"}
    reply = closed(value={"description": "As the field of a need has it"}, share=share, removes=removes)
    return closed(
        field={"type": "string", "description": "Of the need, as in land_m2.min"},
        removes={**removes, "description": "Candidates its answer is expected to remove"},
        of={**_COUNT, "description": "Candidates there are"},
        replies={"type": "array", "items": reply},
    )
