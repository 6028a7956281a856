"""What may be said of an enquiry: when it comes in, and later."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from api.days import known_at_of
from geo.desk.reading.company import luhn

Source = Literal["direct", "business_france", "club_relocalisation", "epci", "cci", "form", "other"]
LONGEST_MAIL = 100_000
"""Characters of a mail; attachments are not part of it."""
LONGEST_FILE = 900_000
"""Characters of a mail as a file, with its attachments, which are not kept."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\r\n]*$")]


def _instant(said: object) -> datetime:
    found = known_at_of(said)
    if isinstance(found, datetime):
        return found
    raise PydanticCustomError("iso_instant", "Input should be an instant, as 2026-11-22T10:00:00+01:00", {})


def _siren(said: object) -> str:
    digits = "".join(str(said).split()) if isinstance(said, str) else ""
    if len(digits) == 9 and digits.isascii() and digits.isdigit() and luhn(digits):
        return digits
    raise PydanticCustomError("siren", "Input should be a SIREN: nine digits, the last of which controls the others")


Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
Siren = Annotated[str, BeforeValidator(_siren), WithJsonSchema({"type": "string", "pattern": "^[0-9]{9}$"})]


class Person(BaseModel):
    """Who asks."""

    model_config = ConfigDict(extra="forbid")

    name: Line | None = Field(None, description="Name", examples=["Claire Martin"])
    mail: Line | None = Field(None, description="Address", examples=["c.martin@exemple.fr"])
    phone: Line | None = Field(None, description="Telephone", examples=["+33 4 76 00 00 00"])
    role: Line | None = Field(None, description="What the person does there", examples=["directrice immobilier"])


class NewEnquiry(BaseModel):
    """An enquiry: a mail as it came, or what was typed into the public form."""

    model_config = ConfigDict(extra="forbid")

    mail: Annotated[str, StringConstraints(min_length=3, max_length=LONGEST_MAIL)] | None = Field(
        None, description="The mail as it came: it is kept so", examples=["Bonjour, nous cherchons 5-8 ha..."]
    )
    eml: Annotated[str, StringConstraints(min_length=3, max_length=LONGEST_FILE)] | None = Field(
        None, description="Or the file of the mail (.eml): text, sender, subject and day are read from it"
    )
    subject: Line | None = Field(None, description="Subject", examples=["Recherche de foncier industriel"])
    source: Source = Field(
        "direct", description="How it came: business_france, club_relocalisation, epci, cci..., or direct"
    )
    received_at: Instant | None = Field(
        None,
        description="When it came in; unless said, the day of the file, else now",
        examples=["2026-11-20T16:40:00+01:00"],
    )
    company: Line | None = Field(None, description="The company, where it is named", examples=["SA Exemple"])
    siren: Siren | None = Field(None, description="Its SIREN; else the first in the mail", examples=["552100554"])
    contact: Person | None = Field(None, description="Who asks; else the sender of the file")
    language: Literal["fr", "en"] | None = Field(None, description="Of the answer; else that of the mail")
    consent: bool = Field(
        False,
        strict=True,
        description="The person agrees that what is said here is kept in order to answer; the public form asks for it",
        examples=[True],
    )


Status = Literal["open", "answered", "closed"]


class EnquiryChange(BaseModel):
    """What changes of an enquiry."""

    model_config = ConfigDict(extra="forbid")

    need: dict[str, Any] | None = Field(
        None, description="The need as confirmed, for instance `reading.document` with what was wrong in it mended"
    )
    source: Source | None = None
    subject: Line | None = None
    company: Line | None = None
    siren: Siren | None = None
    language: Literal["fr", "en"] | None = None
    status: Status | None = Field(None, description="answered: the reply has gone out; closed: with closed_why")
    closed_why: Line | None = Field(None, description="Why it is closed", examples=["projet abandonné"])
    contact: Person | None = None
    organisation: int | None = Field(
        None, ge=1, lt=2**63, description="Who follows it; an administrator hands it on", examples=[3]
    )
