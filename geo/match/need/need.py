"""What a project asks: the need of the interface, read strictly."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from geo.land.vocabulary import StepState
from geo.match.need.kinds import KindName, one_each
from geo.match.need.parts import Buildings, Extension, Icpe, Label, Labour, Land, PowerNeed, Setback, SideSetbacks, Wish
from geo.match.need.places import NearKind, Place
from geo.match.need.presets import presets
from geo.match.need.quantities import (
    Clearance,
    DailyFlow,
    Day,
    HourlyFlow,
    Kilometres,
    Length,
    PerCent,
    PricePerSquareMetre,
    Surface,
)
from geo.readiness.catalogue_file import in_use

NEED_SCHEMA = "emprise/need/1"

DATE_WISHES = frozenset({"start_by", "power_by", "production_by"})
NUMBER_WISHES = frozenset({"price_max_eur_m2", "power_mw"})
SCALED_WITHOUT_VALUE = frozenset({"use", "start_by", "price_max_eur_m2"})
"""Wishes that have a scale of their own: they may be named in `wishes` without asking for a value."""

WishName = Literal[
    "land_m2", "footprint_m2", "floor_m2", "extension", "height_m", "yard_m", "use", "icpe", "power_mw", "water_m3h",
    "gas_m3h", "fibre", "effluents_m3d", "rail_siding", "max_km", "near", "slope_max_pct", "brownfield", "no_enaf",
    "aid_zone", "labour", "start_by", "power_by", "production_by", "place", "tenure", "price_max_eur_m2",
]  # fmt: skip

MaxKm = Annotated[dict[KindName, Kilometres], BeforeValidator(one_each), Field(min_length=1, max_length=20)]


def _known_preset(name: str) -> str:
    if name not in presets():
        raise PydanticCustomError(
            "preset_unknown", "is no preset; possible: {known}", {"known": ", ".join(sorted(presets()))}
        )
    return name


PresetName = Annotated[str, AfterValidator(_known_preset), WithJsonSchema({"enum": list(presets())})]
StepCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,39}$")]


class Need(BaseModel):
    """A project's need. Every criterion is a must; naming it in `wishes` makes it a wish."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Literal["emprise/need/1"] = Field(
        default="emprise/need/1", alias="schema", description="Version of this document", examples=[NEED_SCHEMA]
    )
    name: Label | None = Field(default=None, description="Name of the project", examples=["Atelier"])
    preset: PresetName | None = Field(
        default=None,
        description="What plants of a sector usually ask, under what the need says itself (GET /presets)",
        examples=["hydrogen-equipment"],
    )
    buildings: Buildings | None = Field(
        default=None, description="Buildings to place", examples=[[{"length_m": 220, "width_m": 120}]]
    )
    setback_m: Setback = Field(default=0.0, description="Clearance from the parcel boundary", examples=[10])
    gap_m: Clearance = Field(default=0.0, description="Clearance between buildings", examples=[8])
    yard_m: Length | None = Field(default=None, description="Depth of the truck yard", examples=[35])
    land_m2: Land | None = Field(
        default=None, description="Surface of land", examples=[{"min": "8 ha", "max": "12 ha"}]
    )
    footprint_m2: Surface | None = Field(default=None, description="Built ground surface", examples=["26 000 m²"])
    floor_m2: Surface | None = Field(default=None, description="Floor surface", examples=[30000])
    extension: Extension | None = Field(default=None, description="A second phase", examples=[{"land_m2": "2 ha"}])
    height_m: Length | None = Field(default=None, le=500, description="Height of the building", examples=[12])
    use: Literal["industrie", "entrepot", "artisanat", "commerce_de_gros", "bureau"] | None = Field(
        default=None, description="What the land is for (R151-28 of the Code de l'urbanisme)", examples=["industrie"]
    )
    icpe: Icpe | None = Field(default=None, description="Classified installation", examples=[{"regime": "E"}])
    power_mw: PowerNeed | None = Field(default=None, description="Electric power", examples=[{"at_opening": 10}])
    water_m3h: HourlyFlow | None = Field(default=None, description="Water, m3 an hour", examples=[20])
    gas_m3h: HourlyFlow | None = Field(default=None, description="Gas, m3 an hour", examples=[500])
    fibre: bool | None = Field(default=None, strict=True, description="Optical fibre", examples=[True])
    effluents_m3d: DailyFlow | None = Field(default=None, description="Effluents, m3 a day", examples=[50])
    rail_siding: bool | None = Field(default=None, strict=True, description="Rail siding (ITE)", examples=[True])
    max_km: MaxKm | None = Field(default=None, description="Distances at most, by kind", examples=[{"substation": 3}])
    near: Annotated[list[NearKind], Field(min_length=1, max_length=20)] | None = Field(
        default=None,
        description="What must be near, in kilometres or minutes",
        examples=[[{"kind": "motorway_junction", "max_km": 10}]],
    )
    slope_max_pct: PerCent | None = Field(default=None, description="Slope at most, per cent", examples=[4])
    brownfield: Literal["any", "only"] | None = Field(default=None, description="Brownfields only", examples=["only"])
    no_enaf: bool | None = Field(
        default=None, strict=True, description="No natural, farm or forest land taken", examples=[True]
    )
    aid_zone: StrictBool | Label | None = Field(
        default=None, description="In an aid zone, any or by name", examples=["AFR"]
    )
    labour: Labour | None = Field(default=None, description="Labour pool", examples=[{"jobs": 150, "minutes": 30}])
    start_by: Day | None = Field(default=None, description="Works may start by this day", examples=["2027-06-30"])
    power_by: Day | None = Field(default=None, description="Power is there by this day", examples=["2028-06-30"])
    production_by: Day | None = Field(default=None, description="Production by this day", examples=["2029-01-01"])
    probability: float = Field(
        default=0.8, strict=True, gt=0, lt=1, description="How surely the dates must be held", examples=[0.8]
    )
    already: dict[StepCode, StepState] = Field(
        default={}, max_length=100, description="Project steps already under way", examples=[{"PREP_PC": "done"}]
    )
    place: Place | None = Field(default=None, description="Where", examples=[{"departments": ["38", "69"]}])
    tenure: Literal["buy", "lease", "any"] | None = Field(default=None, description="Buy or lease", examples=["buy"])
    price_max_eur_m2: PricePerSquareMetre | None = Field(
        default=None, description="Price at most, EUR a m2", examples=[60]
    )
    include: Annotated[list[Literal["prospect"]], Field(max_length=1)] = Field(
        default=[], description="Also land that is not offered", examples=[["prospect"]]
    )
    wishes: dict[WishName, Wish] = Field(
        default={}, description="Criteria that are wishes, not musts", examples=[{"price_max_eur_m2": {"weight": 2}}]
    )
    limit: int = Field(default=20, strict=True, ge=1, le=1_000, description="Matches to show", examples=[20])

    @property
    def setbacks(self) -> tuple[float, float]:
        """From the road and from the neighbours, ground metres."""
        asked = self.setback_m
        return (asked.road, asked.neighbour) if isinstance(asked, SideSetbacks) else (asked, asked)

    @model_validator(mode="after")
    def _check_asks_for_land(self) -> Self:
        if self.buildings is None and self.land_m2 is None:
            raise PydanticCustomError("need_empty", "needs buildings or land_m2")
        return self

    @field_validator("already")
    @classmethod
    def _check_already(cls, already: dict[str, StepState]) -> dict[str, StepState]:
        """Only steps of the catalogue that a project carries: those of the land are said on the land."""
        steps = in_use().steps
        for code in already:
            if code not in steps:
                raise PydanticCustomError(
                    "step_unknown", "names {step}, which is no step of the catalogue", {"step": code}
                )
            if steps[code].side != "project":
                raise PydanticCustomError(
                    "step_of_owner",
                    "names {step}, a step of the land and not of the project; its state is recorded on each parcel",
                    {"step": code},
                )
        return already

    @model_validator(mode="after")
    def _check_dates(self) -> Self:
        """A date for something the need does not ask has no answer."""
        if self.power_by is not None and self.power_mw is None:
            raise PydanticCustomError(
                "power_by_without_power",
                "is missing: power_by asks from when the power is there, so say how much",
                {"field": "power_mw"},
            )
        built = (self.buildings, self.footprint_m2, self.floor_m2)
        if self.production_by is not None and all(size is None for size in built):
            raise PydanticCustomError(
                "production_by_without_building",
                "is missing: production_by asks when a building is in use, so give buildings, footprint_m2 or floor_m2",
                {"field": "buildings"},
            )
        return self

    @model_validator(mode="after")
    def _check_wishes(self) -> Self:
        for name, wish in self.wishes.items():
            if getattr(self, name) is None and name not in SCALED_WITHOUT_VALUE:
                raise PydanticCustomError(
                    "wish_without_value",
                    "is a wish for something the need does not ask; give {name} too",
                    {"name": name},
                )
            _check_bounds(name, wish)
        return self


def _check_bounds(name: str, wish: Wish) -> None:
    """A scale is given in the unit of its criterion, and its two ends differ in the right direction."""
    given = [bound for bound in wish.bounds if bound is not None]
    if not given:
        return
    if name not in DATE_WISHES | NUMBER_WISHES:
        raise PydanticCustomError(
            "wish_without_scale", "takes no ideal and no worst; give only its weight", {"name": name}
        )
    wanted = date if name in DATE_WISHES else float
    if not all(isinstance(bound, wanted) for bound in given):
        raise PydanticCustomError("wish_wrong_unit", "takes its ideal and worst in the unit of {name}", {"name": name})
    if len(given) < 2:
        raise PydanticCustomError("wish_half_scale", "needs both ideal and worst, or neither", {"name": name})
    if not _is_ordered(name, *given):
        raise PydanticCustomError("wish_reversed", "has a worst that is better than its ideal", {"name": name})


def _is_ordered(name: str, ideal: Any, worst: Any) -> bool:
    return bool(worst < ideal if name == "power_mw" else ideal < worst)
