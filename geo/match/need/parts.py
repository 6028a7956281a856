"""The parts of a need: buildings, land, power, permits, wishes; where it is asked is in places.py."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from geo.match.need.outlines import LEAST_ACROSS_M, BuildingOutline
from geo.match.need.quantities import (
    BuildingLength,
    Clearance,
    Day,
    Megawatts,
    Number,
    Positive,
    Surface,
    TravelMinutes,
    Years,
)
from geo.readiness.icpe import classified

Label = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Codes = Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=40)]], Field(max_length=100)]


class Part(BaseModel):
    """A part of a need: unknown keys are refused, and it never changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RectangleBuilding(Part):
    """A rectangular building, in ground metres."""

    length_m: BuildingLength = Field(description="Length of the building, ground metres", examples=[220])
    width_m: BuildingLength = Field(description="Width of the building, ground metres", examples=[120])
    count: int = Field(default=1, strict=True, ge=1, le=50, description="How many of them", examples=[1])


class SideSetbacks(Part):
    """A clearance for each kind of side, ground metres."""

    road: Clearance = Field(description="From sides on public ground", examples=[10])
    neighbour: Clearance = Field(description="From sides on other parcels, and on water", examples=[5])


def _setback_shape(value: Any) -> str:
    return "sides" if isinstance(value, dict | SideSetbacks) else "distance"


Setback = Annotated[
    Annotated[Clearance, Tag("distance")] | Annotated[SideSetbacks, Tag("sides")], Discriminator(_setback_shape)
]
"""One clearance from the whole boundary, or one for each kind of side."""


class OutlineBuilding(Part):
    """A building of any outline, drawn in ground metres from any origin."""

    polygon: BuildingOutline = Field(
        description="GeoJSON Polygon in ground metres, 100 corners at most",
        examples=[{"type": "Polygon", "coordinates": [[[0, 0], [90, 0], [90, 40], [0, 40], [0, 0]]]}],
    )


class AreaBuilding(Part):
    """A building known by its surface and proportions only."""

    area_m2: Surface = Field(description="Ground surface of the building", examples=["1,5 ha"])
    min_side_m: BuildingLength | None = Field(default=None, description="Its shorter side at least", examples=[40])
    max_aspect: float | None = Field(
        default=None, strict=True, ge=1, le=100, description="Length over width at most", examples=[3]
    )

    @model_validator(mode="after")
    def _check_sides(self) -> "AreaBuilding":
        shorter = self.min_side_m or LEAST_ACROSS_M
        if self.area_m2 < shorter**2:
            raise PydanticCustomError(
                "building_too_small",
                "covers less than a square of its shorter side: {area} m2 with min_side_m {side}",
                {"area": self.area_m2, "side": shorter},
            )
        return self


def _building_shape(value: Any) -> str:
    keys = set(value) if isinstance(value, dict) else set(getattr(type(value), "model_fields", ()))
    if "polygon" in keys:
        return "outline"
    return "area" if "area_m2" in keys else "rectangle"


Building = Annotated[
    Annotated[RectangleBuilding, Tag("rectangle")]
    | Annotated[OutlineBuilding, Tag("outline")]
    | Annotated[AreaBuilding, Tag("area")],
    Discriminator(_building_shape),
]
Buildings = Annotated[list[Building], Field(min_length=1, max_length=20)]


class LandRange(Part):
    """How much land: at least, at most, or both."""

    min: Surface | None = Field(default=None, description="At least this surface of land", examples=["8 ha"])
    max: Surface | None = Field(default=None, description="At most this surface of land", examples=["12 ha"])

    @model_validator(mode="after")
    def _check_order(self) -> "LandRange":
        if self.min is None and self.max is None:
            raise PydanticCustomError("range_empty", "needs min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise PydanticCustomError("range_reversed", "has its min above its max")
        return self


def _land_from_number(value: Any) -> Any:
    """A bare surface is what the land must at least be."""
    return {"min": value} if isinstance(value, int | float | str) and not isinstance(value, bool) else value


Land = Annotated[LandRange, BeforeValidator(_land_from_number, json_schema_input_type=LandRange | Surface)]


class Extension(Part):
    """A second phase."""

    land_m2: Surface | None = Field(default=None, description="More land for it", examples=["2 ha"])
    buildings: Buildings | None = Field(
        default=None, description="Its buildings", examples=[[{"length_m": 80, "width_m": 60}]]
    )
    within_years: Years | None = Field(default=None, description="How soon, in years", examples=[5])

    @model_validator(mode="after")
    def _check_asks(self) -> "Extension":
        if self.land_m2 is None and self.buildings is None:
            raise PydanticCustomError("extension_empty", "needs land_m2, buildings or both")
        return self


Quantities = Annotated[
    dict[Annotated[str, StringConstraints(pattern=r"^[0-9]{4}([.-][0-9a-z]{1,4})*$")], Positive], Field(max_length=100)
]


class Icpe(Part):
    """The regime of a classified installation (ICPE)."""

    regime: Literal["NC", "D", "DC", "E", "A"] | None = Field(default=None, description="Regime", examples=["E"])
    rubriques: Codes = Field(default=[], description="Entries of the nomenclature", examples=[["2560"]])
    quantities: Quantities = Field(
        default={},
        description="How much of each entry (2560 kW, 2661 t/d, 4715 t...): gives the regime when it is not said",
        examples=[{"2560": 800}],
    )
    seveso: Literal["SB", "SH"] | None = Field(
        default=None, description="Seveso status: low or high threshold", examples=["SB"]
    )
    ied: bool = Field(default=False, strict=True, description="Covered by the IED directive")

    @model_validator(mode="after")
    def _check_regime(self) -> "Icpe":
        if self.regime == "NC" and (self.seveso is not None or self.ied):
            raise PydanticCustomError(
                "icpe_contradiction", "says NC and Seveso or IED; such an installation is under regime A"
            )
        return self

    @property
    def known(self) -> tuple[str | None, str | None]:
        """Regime and Seveso status: as said, else by the entries and their quantities, else unknown (None)."""
        if self.regime is not None:
            return self.regime, self.seveso
        found = classified(self.rubriques, self.quantities)
        return "A" if self.ied else found.regime, self.seveso or found.seveso


class RampStep(Part):
    """More power, later."""

    on: Day = Field(description="From this day", examples=["2030-01-01"])
    mw: Megawatts = Field(description="Megawatts from that day", examples=[25])


class Power(Part):
    """Electric power."""

    at_opening: Megawatts = Field(description="Megawatts on the day of opening", examples=[10])
    ramp: Annotated[list[RampStep], Field(max_length=20)] = Field(default=[], description="Later levels")

    @model_validator(mode="after")
    def _check_ramp(self) -> "Power":
        if any(step.mw < self.at_opening for step in self.ramp):
            raise PydanticCustomError(
                "ramp_below_opening", "has a ramp below at_opening; a ramp only adds power", {"at": self.at_opening}
            )
        return self


def _power_from_number(value: Any) -> Any:
    """A bare number is the power at opening."""
    return {"at_opening": value} if isinstance(value, int | float | str) and not isinstance(value, bool) else value


PowerNeed = Annotated[Power, BeforeValidator(_power_from_number, json_schema_input_type=Power | Megawatts)]


class Labour(Part):
    """People to hire within a travel time."""

    jobs: int = Field(strict=True, ge=1, le=100_000, description="Jobs to fill", examples=[150])
    minutes: Annotated[TravelMinutes, Field(le=240)] = Field(description="Travel time", examples=[30])


class Wish(Part):
    """How much a wish counts, and how it is measured."""

    weight: float = Field(
        default=1.0,
        strict=True,
        gt=0,
        le=100,
        allow_inf_nan=False,
        description="Its weight beside the others",
        examples=[2],
    )
    ideal: Number | Day | None = Field(
        default=None, description="Fully satisfied here (dates, price, power)", examples=["2027-01-01"]
    )
    worst: Number | Day | None = Field(
        default=None, description="Not satisfied at all from here on (dates, price, power)", examples=["2028-01-01"]
    )

    @property
    def bounds(self) -> tuple[float | date | None, float | date | None]:
        """(ideal, worst) as given."""
        return self.ideal, self.worst
