"""The bodies of edits: a GeoJSON feature, or the members of one that change (RFC 7396)."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.problems import Problem, Refusal
from api.security.strict_json import Json

MERGE_PATCH = "application/merge-patch+json"
LEAST_REASON, LONGEST_REASON = 3, 2_000
MEMBERS = ("type", "id", "bbox", "links", "geometry", "properties", "reason")
"""What a feature may say; its id, box and links are the server's, and come back from what was read."""

EXAMPLE = {
    "type": "Polygon",
    "coordinates": [[[4.95, 45.7], [4.952, 45.7], [4.952, 45.702], [4.95, 45.702], [4.95, 45.7]]],
}


class ParcelChange(BaseModel):
    """The members of a parcel that change; a property set to null is emptied."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["Feature"] = "Feature"
    geometry: dict[str, Any] | None = Field(
        None, description="Polygon or MultiPolygon, in degrees unless Content-Crs", examples=[EXAMPLE]
    )
    properties: dict[str, Any] = Field(
        default={}, description="Those of the schema that are not readOnly", examples=[{"market": "for_sale"}]
    )
    reason: str | None = Field(
        None,
        min_length=LEAST_REASON,
        max_length=LONGEST_REASON,
        description="Why: it goes to the history. Also as the header Change-Reason",
        examples=["visite du 3 mars"],
    )


class ParcelFeature(ParcelChange):
    """A parcel as a GeoJSON feature."""

    geometry: dict[str, Any] = Field(description="Polygon or MultiPolygon", examples=[EXAMPLE])


def whole(document: Json) -> dict[str, Any]:
    """A whole feature.

    Raises:
        Problem: 422, it is none, or says what a feature does not.
    """
    said = change(document)
    if said.get("type") != "Feature":
        raise refused("type", "edit.feature", "Feature")
    if "geometry" not in said:
        raise refused("geometry", "edit.geometry", EXAMPLE)
    return said


def change(document: Json) -> dict[str, Any]:
    """Members of a feature; their values are checked where they are used.

    Raises:
        Problem: 422, it is no object, or says what a feature does not.
    """
    if not isinstance(document, dict):
        raise refused("", "edit.feature", {"properties": {"market": "for_sale"}})
    for name in document:
        if name == "crs":
            raise refused("crs", "edit.crs_member")
        if name not in MEMBERS:
            raise refused(name, "edit.member", None, known=MEMBERS)
    if document.get("type", "Feature") != "Feature":
        raise refused("type", "edit.feature", "Feature")
    if not isinstance(document.get("properties"), dict | None):
        raise refused("properties", "edit.properties", {"market": "for_sale"})
    return document


def refused(field: str, code: str, example: object = None, **params: object) -> Problem:
    """The answer to a body that is wrong in one place."""
    return Problem("invalid", "body.invalid", errors=[Refusal(field, code, params, example)])
