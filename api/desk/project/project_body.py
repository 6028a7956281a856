"""What may be said of a project."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.days import IsoDay
from geo.desk.project_status import ProjectStatus

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\r\n]*$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=2_000)]
Id = Annotated[int, Field(ge=1, lt=2**63)]
Parcels = Annotated[list[Id], Field(min_length=1, max_length=20, description="One parcel, or several together")]
MOST_SITES = 100


class NewProject(BaseModel):
    """A project, under a name that says nothing of the company."""

    model_config = ConfigDict(extra="forbid")

    code_name: Line = Field(description="Code name", examples=["Ardoise"])
    confidential: bool = Field(True, strict=True, description="Nobody outside the organisation is told of it")
    enquiry: Id | None = Field(None, description="The enquiry it comes from: its need is taken over", examples=[12])
    need: dict[str, Any] | None = Field(None, description="Its need, as for POST /matches")


class ProjectChange(BaseModel):
    """What changes of a project."""

    model_config = ConfigDict(extra="forbid")

    code_name: Line | None = None
    confidential: bool | None = Field(None, strict=True)
    status: ProjectStatus | None = Field(
        None, description="detected, qualified, proposed, visited, sited one after the other, or lost with a reason"
    )
    reason: Words | None = Field(
        None,
        description="Why: needed when it is lost or comes back",
        examples=["le groupe a choisi un site en Espagne"],
    )


class NewNeed(BaseModel):
    """A version of the need."""

    model_config = ConfigDict(extra="forbid")

    need: dict[str, Any] = Field(
        description="As for POST /matches", examples=[{"land_m2": {"min": "5 ha", "max": "8 ha"}}]
    )
    why: Words | None = Field(
        None, description="What made it change", examples=["l'entreprise renonce au deuxième bâtiment"]
    )


class ShortlistSite(BaseModel):
    """A site, and why it stands where it stands."""

    model_config = ConfigDict(extra="forbid")

    parcels: Parcels
    reason: Words = Field(
        description="Why it is kept, at this place", examples=["seul à tenir 2028 sans renfort électrique"]
    )


class Shortlist(BaseModel):
    """The sites in their order: those not named any more leave the list."""

    model_config = ConfigDict(extra="forbid")

    sites: list[ShortlistSite] = Field(max_length=MOST_SITES)
    removed_why: Words | None = Field(
        None, description="Why sites leave the list", examples=["refusé par l'entreprise"]
    )


class NewProposal(BaseModel):
    """That a site was proposed: to whom, when, how."""

    model_config = ConfigDict(extra="forbid")

    parcels: Parcels
    means: Literal["mail", "call", "meeting", "visit", "dossier", "other"] = Field(examples=["mail"])
    proposed_on: IsoDay | None = Field(None, description="The day; today unless said", examples=["2026-11-20"])
    contact: Id | None = Field(None, description="The person, as one of the contacts", examples=[7])
    told_whom: Line | None = Field(
        None, description="Or an office or a role, never a name", examples=["direction immobilière"]
    )
    note: Words | None = Field(None, description="What was said", examples=["intéressés, veulent visiter en janvier"])
