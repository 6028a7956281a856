"""What may be said of a person one writes to."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from api.days import IsoDay
from geo.desk.addresses import UnusableAddress, checked_address

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]


def _address(said: object) -> str:
    try:
        return checked_address(said) if isinstance(said, str) else checked_address("")
    except UnusableAddress:
        raise PydanticCustomError("mail_address", "Input should be one mail address") from None


Address = Annotated[str, BeforeValidator(_address), WithJsonSchema({"type": "string", "format": "email"})]


class NewContact(BaseModel):
    """A person one writes to. What is told of an address again completes what was known."""

    model_config = ConfigDict(extra="forbid")

    name: Line = Field(description="Name", examples=["Claire Martin"])
    mail: Address = Field(description="Address", examples=["c.martin@exemple.fr"])
    phone: Line | None = Field(None, description="Telephone", examples=["+33 4 76 00 00 00"])
    role: Line | None = Field(None, description="What the person does there", examples=["chargée de mission foncier"])
    language: Literal["fr", "en"] = Field("fr", description="Language of messages", examples=["fr"])
    works_for: Line | None = Field(
        None,
        description="Name or SIREN of an organisation, `own` for one's own; decides what the person may be told",
        examples=["own"],
    )
    consent_on: IsoDay | None = Field(None, description="Day the person agreed to be kept", examples=["2026-11-23"])
