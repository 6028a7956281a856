"""What may be said of a saved search and of a subscription."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.desk.people.contact_body import Line

Id = Annotated[int, Field(ge=1, lt=2**63, strict=True)]


class NewSearch(BaseModel):
    """A filter on parcels, or a need, under a name."""

    model_config = ConfigDict(extra="forbid")

    name: Line = Field(description="What its readers know it by", examples=["Plus de 5 ha en Nord-Isère"])
    audience: Literal["public", "company", "planner"] = Field(
        "planner",
        description="Through whose eyes: anybody's, those of signed-in companies, or of one's own planners",
        examples=["planner"],
    )
    filter: Annotated[str, StringConstraints(min_length=1, max_length=10_000)] | None = Field(
        None, description="CQL2 text, as of the list of parcels", examples=["surface_m2 >= 50000"]
    )
    need: dict[str, Any] | None = Field(
        None, description="Or a need, as sent to /matches", examples=[{"schema": "emprise/need/1"}]
    )


class NewSubscription(BaseModel):
    """Who is told by the daily digest, of what: a saved search or a project."""

    model_config = ConfigDict(extra="forbid")

    contact: Id = Field(description="A contact of one's own organisation", examples=[3])
    search: Id | None = Field(None, description="A saved search", examples=[5])
    project: Id | None = Field(None, description="Or a project", examples=[7])
