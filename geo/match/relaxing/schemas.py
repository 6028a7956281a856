"""The JSON Schemas of what would let land in, for those of the answers that tell it."""

from geo.match.relaxing.trial import Standing
from geo.match.schemas.parts import COUNT, DAY, SAYS, TEXT, Schema, closed, listed, or_null, worded

NEVER = or_null(DAY, "never, or not known")


def change_schema(**more: Schema) -> Schema:
    """A change of a need, with ``more`` members."""
    path = {"type": "string", "pattern": "^/", "description": "JSON Pointer into `need`"}
    before: Schema = {"description": "As the need has it; null: it says nothing of it"}
    one: Schema = {"criterion": TEXT, "path": path, "from": before, "to": {"description": "null: leave it out"}}
    also = listed(closed(**one), "What has to change together with it")
    return worded(closed(**one, also=also, **more), says=SAYS)


def then_schema() -> Schema:
    """Where a parcel stands once it is let in."""
    return {"enum": [one.value for one in Standing if one is not Standing.REJECTED]}


def relaxation_schema() -> Schema:
    """A change of the need, and what the answer to the changed one finds more."""
    more = "how many more the answer to the changed need counts; below 0 where land counted there is then proved"
    exact = "false: at least so many more proved and to check, at most so many undecided; not all fits were decided"
    first = {"type": "integer", "description": "The first parcel which that answer shows and this one does not"}
    return worded(
        closed(
            change=change_schema(),
            opens={"type": "integer", "description": "Parcels with every must proved: how many more"},
            open={"type": "integer", "description": f"Parcels whose fit is not decided yet: {more}"},
            to_check={"type": "integer", "description": f"Parcels to check: {more}"},
            exact={"type": "boolean", "description": exact},
            first=or_null(first, "it shows no other on its first page"),
        ),
        says=SAYS,
    )


def near_miss_schema(parcel: Schema) -> Schema:
    """A parcel that one change alone lets in."""
    step = closed(code=TEXT, label=TEXT, label_en=TEXT)
    depollution = closed(
        steps=listed(step, minItems=1),
        over_p50=or_null({**DAY, "description": "When the ground is probably clean"}, "never, or not known"),
        start=closed(p50=NEVER, p80=NEVER),
    )
    cleaned = {**depollution, "description": "Of a brownfield still to be cleaned"}
    return worded(
        closed(
            parcel_ids=listed({"type": "integer"}, minItems=1, maxItems=1),
            parcel=parcel,
            blocking=listed(TEXT, "The musts it fails", minItems=1),
            changes=listed(change_schema(then=then_schema()), minItems=1),
            depollution=or_null(cleaned, "no brownfield, or nothing left to clean"),
            assemblies=listed(listed({"type": "integer"}), "The sites of this answer that it is a part of"),
        ),
        title={**SAYS, "description": "What it is called (says=true)"},
    )


def question_schema() -> Schema:
    """A field the need does not give, and what its answer is expected to remove."""
    removes = {"type": "number", "minimum": 0}
    share = {"type": "number", "minimum": 0, "maximum": 1, "description": "Of companies, expected to say so"}
    reply = closed(value={"description": "As the field of a need has it"}, share=share, removes=removes)
    return worded(
        closed(
            field={"type": "string", "description": "Of the need, as in land_m2.min"},
            removes={**removes, "description": "Candidates its answer is expected to remove"},
            of={**COUNT, "description": "Candidates there are"},
            replies=listed(reply),
        ),
        says=SAYS,
    )
