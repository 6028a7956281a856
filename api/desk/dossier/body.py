"""What a planner asks of a dossier."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.days import IsoDay
from api.desk.project.project_body import Id
from geo.match.dossier.dossier import MOST_SITES

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=4_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
]
LOGO_CHARACTERS = 400_000
"""Of a logo in base64: as many bytes as one may have, and a third more."""


class DossierSite(BaseModel):
    """A site at its place, with a heading and a text of one's own."""

    model_config = ConfigDict(extra="forbid")

    parcels: Annotated[list[Id], Field(min_length=1, max_length=20)] = Field(
        description="One parcel, or several together", examples=[[3]]
    )
    heading: Line | None = Field(None, description="Its heading, instead of its name", examples=["Le plus avancé"])
    text: Text = Field("", description="What to say of it; an empty line parts paragraphs", examples=["Visite le 3."])


class NewDossier(BaseModel):
    """A dossier on 1 to 8 sites, of the shortlist unless named."""

    model_config = ConfigDict(extra="forbid")

    title: Line | None = Field(None, description="Title; the project's code name unless said", examples=["Ardoise"])
    by: Line | None = Field(None, description="Who makes it; the organisation's name unless said")
    text: Text = Field("", description="What to say before the sites")
    language: Literal["fr", "en"] = Field("fr", description="Language", examples=["fr"])
    sites: Annotated[list[DossierSite], Field(min_length=1, max_length=MOST_SITES)] | None = Field(
        None, description="Sites in their order; the first of the shortlist unless said"
    )
    anonymous: bool = Field(
        False, strict=True, description="Without anything by which the land can be found, nor scores"
    )
    scores: bool = Field(True, strict=True, description="Whether scores are told")
    logo: Annotated[str, StringConstraints(max_length=LOGO_CHARACTERS)] | None = Field(
        None, description="A PNG or SVG picture, in base64"
    )


class NewLink(BaseModel):
    """Until when a link opens a dossier."""

    model_config = ConfigDict(extra="forbid")

    until: IsoDay | None = Field(None, description="Its last day; thirty days on unless said", examples=["2026-12-31"])
