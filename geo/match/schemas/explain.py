"""The JSON Schema of an explanation: why these parcels, or why not."""

from geo.match.explain import EXPLAIN_SCHEMA
from geo.match.relaxing.schemas import NEVER, change_schema, then_schema
from geo.match.relaxing.trial import Standing
from geo.match.schemas.parts import DAY, NEED_READ, NUMBER, SAYS, TEXT, Schema, closed, listed, or_null, worded
from geo.match.schemas.rows import criterion_schema, interval_schema, match_schema, score_schema


def explain_schema() -> Schema:
    """The schema of an explanation."""
    row = match_schema("judged")
    change = change_schema(then=then_schema())
    members: Schema = {
        "standing": {"enum": [one.value for one in Standing], "description": "Where the answer counts it"},
        "changes": listed(change, "Of the need: each lets it in alone"),
        "together": or_null(
            {**change, "description": "All that would have to change at once"},
            "it is not rejected, one change is enough, or no change would do",
        ),
    }
    parcel = {**row, "properties": {**row["properties"], **members}, "required": [*row["required"], *members]}
    return {
        **closed(
            schema={"const": EXPLAIN_SCHEMA},
            need=NEED_READ,
            parcels=listed(parcel),
            as_of={**DAY, "description": "Day the facts and dates are true for"},
            version=closed(software=TEXT, catalogue=TEXT),
        ),
        "$defs": {"judged": _judged(), "score": score_schema(), "interval": interval_schema()},
    }


def _judged() -> Schema:
    """A criterion with what it would take."""
    takes = closed(
        need=listed(change_schema(), "Changes of the need, each enough for this criterion"),
        land=listed({"anyOf": [worded(one, says=SAYS) for one in _land()]}, "What would have to happen to the land"),
        ask=or_null({**TEXT, "description": "Who knows what is not known"}, "it is known"),
    )
    return criterion_schema(takes=or_null({**takes, "description": "All empty: nothing known would do"}, "it is met"))


def _land() -> tuple[Schema, ...]:
    named = {"code": TEXT, "label": TEXT, "label_en": TEXT}
    months = closed(min=NUMBER, typical=NUMBER, max=NUMBER)
    return (
        closed(kind={"const": "step"}, **named, months=months),
        closed(kind={"const": "join"}, parcels=listed({"type": "integer"})),
        closed(kind={"const": "gain"}, **named, how=TEXT, then=closed(p50=NEVER, p80=NEVER)),
    )
