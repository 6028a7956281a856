"""What may be said of a consultation, by who asks and by who is asked."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.days import IsoDay
from api.desk.people.contact_body import Address
from api.desk.project.project_body import Id, Line, Words
from geo.desk.anonymous import MAY_GO

Field_ = Annotated[str, StringConstraints(pattern=f"^({'|'.join(MAY_GO)})$")]
MOST_ASKED = 200
LONGEST_DAYS = 90


class Asked(BaseModel):
    """A territory, and to whom its link goes."""

    model_config = ConfigDict(extra="forbid")

    organisation: Id = Field(description="Its number (GET /organisations)", examples=[3])
    mail: Address | None = Field(
        None, description="Address; else the contact that works there", examples=["eco@epci.fr"]
    )
    name: Line | None = Field(None, description="Who reads it", examples=["Service économie"])
    language: Literal["fr", "en"] = Field("fr", description="Language of the message and its page")


class NewConsultation(BaseModel):
    """An anonymous need shown to territories until a day."""

    model_config = ConfigDict(extra="forbid")

    project: Id | None = Field(None, description="About this project", examples=[4])
    enquiry: Id | None = Field(None, description="Or about this enquiry")
    territories: Annotated[list[Asked], Field(min_length=1, max_length=MOST_ASKED)]
    deadline: IsoDay = Field(description="Last day for an answer", examples=["2026-11-27"])
    fields: Annotated[list[Field_], Field(min_length=1)] | None = Field(
        None, description="Fields of the need that go out; unless said, all that may but the highest price"
    )
    message: Words | None = Field(None, description="A few words that go out as they are; none unless said")


class Decision(BaseModel):
    """What becomes of an answer."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["accepted", "refused"]
    reason: Words | None = Field(None, description="Why; needed to refuse", examples=["hors secteur"])
    visibility: Literal["private", "agency", "partners", "public"] = Field(
        "agency", description="Who sees a parcel that was added, once it is accepted"
    )


Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)]
Market = Literal["for_sale", "for_lease", "optioned", "under_promise", "sold", "reserved_by_council",
                 "kept_by_owner", "not_marketed", "unknown"]  # fmt: skip


class Corrected(BaseModel):
    """Facts that a territory says otherwise."""

    model_config = ConfigDict(extra="forbid")

    market: Market | None = None
    price_eur_m2: Annotated[float, Field(strict=True, gt=0, le=1_000_000, allow_inf_nan=False)] | None = None
    power_mw: Annotated[float, Field(strict=True, ge=0, le=10_000, allow_inf_nan=False)] | None = None


class OfParcel(BaseModel):
    """What is said of one parcel."""

    model_config = ConfigDict(extra="forbid")

    parcel: Id
    kind: Literal["confirm", "correct"]
    properties: Corrected | None = Field(None, description="With correct: the facts as they are")
    note: Note | None = None


Idu = Annotated[str, StringConstraints(pattern=r"^([0-9]{5}|2[AB][0-9]{3})[0-9]{3}[0-9A-Z]{2}[0-9]{4}$")]


class Added(BaseModel):
    """Land that is not published yet."""

    model_config = ConfigDict(extra="forbid")

    name: Line = Field(examples=["Extension nord de la ZA des Prés"])
    commune: Line | None = Field(None, description="Its commune", examples=["Saint-Quentin-Fallavier"])
    surface_m2: Annotated[float, Field(strict=True, gt=0, le=1e8, allow_inf_nan=False)] | None = None
    cadastral_ids: Annotated[list[Idu], Field(max_length=200)] = Field(
        [], description="Cadastral references (14 characters)"
    )
    geometry: dict[str, Any] | None = Field(None, description="Its outline: GeoJSON, degrees")
    note: Note | None = None


class Answer(BaseModel):
    """What a territory answers; it may answer again until the deadline."""

    model_config = ConfigDict(extra="forbid")

    parcels: Annotated[list[OfParcel], Field(max_length=1_000)] = []
    added: Annotated[list[Added], Field(max_length=20)] = []
    decline: Words | None = Field(
        None, description="Why there is nothing to offer", examples=["aucun foncier avant 2030"]
    )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return not (self.parcels or self.added or self.decline)
