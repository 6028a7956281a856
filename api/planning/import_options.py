"""What may be said of a file that is sent: the options of `emprise load`, as parameters or as fields of a form."""

import re
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from api.faults import refusal
from api.problems import Problem, Refusal
from api.security.strict_json import FORBIDDEN
from geo.intake.load import Options

NOT_IN_NAMES = re.compile(r'[<>:"|?*!]')
NAME_BYTES = 200
OF_AN_UPDATE = frozenset({"name", "crs", "keep_going", "update", "reason"})

Layer = Literal[
    "parcels", "terrains", "cadastre", "zones", "constraints", "networks", "sites", "friches", "communes", "areas",
    "buildings", "establishments", "travel_times",
]  # fmt: skip


class ImportOptions(BaseModel):
    """How to read the file, and for whom."""

    model_config = ConfigDict(populate_by_name=True)

    name: str | None = Field(
        None, max_length=NAME_BYTES, description="Name of the file, where the body does not say; tells its dataset",
        examples=["terrains.geojson"],
    )  # fmt: skip
    as_: Layer | None = Field(None, alias="as", description="Read it as this, whatever it looks like")
    commune: str | None = Field(None, max_length=5, description="INSEE code of rows that name none", examples=["69123"])
    crs: str | None = Field(None, max_length=30, description="CRS of a file that does not say", examples=["EPSG:2154"])
    visibility: Literal["public", "partners", "agency", "private"] | None = Field(
        None, description="Who sees parcels that state nothing of it; agency for new ones when nothing is said"
    )
    responsible: str | None = Field(
        None, min_length=1, max_length=200, examples=["200040715"],
        description="Organisation (name or SIREN) whose land the parcels become; administrators send for others",
    )  # fmt: skip
    source: str | None = Field(
        None, min_length=1, max_length=100, description="Dataset the file is a version of, where its name does not tell"
    )
    keep_going: bool = Field(False, description="Load the good rows of a file that has bad ones")
    mapping: str | None = Field(None, max_length=200_000, description="Column mapping to read it by, as TOML")
    update: bool = Field(False, description="The file is an edited export: merge its edits (needs reason)")
    reason: str | None = Field(
        None, min_length=1, max_length=500, description="Why the edits are made; goes to the history"
    )

    @model_validator(mode="after")
    def _update_with_reason(self) -> Self:
        others = {name for name in self.model_fields_set if getattr(self, name) is not None} - OF_AN_UPDATE
        if self.update != (self.reason is not None) or (self.update and others):
            raise PydanticCustomError("update_and_reason", "update goes with reason, and with no other option")
        return self

    def asked(self) -> dict[str, Any]:
        """What was said, as JSON values; the name of the file stands elsewhere."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"name"})

    def to_load(self, organisation: int | None, actor: str, responsible: int | None) -> Options:
        """How to stage the file for an organisation; None: for nobody in particular. Its land becomes that of
        ``responsible``.

        Bad rows are told and the good ones staged whatever was said: that is for the confirmation.
        """
        return Options(
            layer=self.as_,
            crs=self.crs,
            commune=self.commune,
            visibility=self.visibility,
            responsible=responsible,
            source=self.source,
            mapping=self.mapping,
            keep_going=True,
            actor=actor,
            organisation=organisation,
        )


def completed(given: ImportOptions, fields: Mapping[str, str]) -> ImportOptions:
    """The options of the address with those of a form.

    Raises:
        Problem: one is said twice (400), is unknown or does not fit (422).
    """
    known = {field.alias or name for name, field in ImportOptions.model_fields.items()}
    said = given.asked() | ({} if given.name is None else {"name": given.name})
    for name, text in fields.items():
        if name not in known:
            raise Problem("invalid", "upload.unknown_field", name=name, known=sorted(known))
        if name in said:
            raise Problem("bad-parameter", "parameter.twice", name=name)
        if FORBIDDEN.search(text):
            raise Problem("invalid", "body.invalid", errors=[Refusal(name, "field.string_unicode")])
    try:
        return ImportOptions.model_validate(said | {name: text for name, text in fields.items() if text != ""})
    except ValidationError as error:
        entries = error.errors(include_url=False, include_input=False)
        raise Problem("invalid", "body.invalid", errors=[refusal(one, one["loc"], "body") for one in entries]) from None


def file_name(given: str | None) -> str:
    """The name of a file without the folders it lay in: it names a dataset, and never a place on this machine.

    Raises:
        Problem: nothing of it is left, or it is longer than 200 bytes (422).
    """
    last = re.split(r"[/\\]", given or "")[-1]
    name = "".join(letter for letter in NOT_IN_NAMES.sub("", last) if letter.isprintable()).strip(" .")
    if not name or len(name.encode()) > NAME_BYTES:
        raise Problem("invalid", "upload.no_name", limit=NAME_BYTES)
    return name
