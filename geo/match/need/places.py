"""The parts of a need that say where: places, distances, travel times."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from geo.land.departments import DEPARTMENTS, TERRITORIES, department_of
from geo.match.need.kinds import KindName
from geo.match.need.outlines import Area, check_axes
from geo.match.need.parts import Label, Part
from geo.match.need.quantities import Kilometres, Latitude, Longitude, TravelMinutes


def _of_a_department(insee: str) -> str:
    department = department_of(insee)
    if department not in DEPARTMENTS | TERRITORIES:
        raise PydanticCustomError(
            "commune_nowhere",
            "is {insee}, which begins with {code}: no department of France",
            {"insee": insee, "code": department},
        )
    return insee


def _of_france(code: str) -> str:
    if code not in DEPARTMENTS:
        raise PydanticCustomError("department_unknown", "is {code}, which is no department of France", {"code": code})
    return code


InseeCode = Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{5}|2[AB][0-9]{3})$"), AfterValidator(_of_a_department)]
DepartmentCode = Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{2}|2[AB]|97[0-9])$"), AfterValidator(_of_france)]


class Point(Part):
    """A place on the ground, in degrees."""

    lon: Longitude = Field(description="Longitude, degrees", examples=[4.83])
    lat: Latitude = Field(description="Latitude, degrees", examples=[45.76])

    @model_validator(mode="after")
    def _check_axes(self) -> Self:
        check_axes([(self.lon, self.lat)])
        return self


class Near(Point):
    """A circle: straight-line distance to a point."""

    km: Kilometres = Field(description="Radius, kilometres in a straight line", examples=[30])


class NearKind(Part):
    """Near an object of a network: a straight line at most (by road where a table says so), a travel time, or both."""

    kind: KindName = Field(
        description="Kind of object: motorway_junction, freight_station, station, siding, substation, airport, port, "
        "quay, a word for one (échangeur, gare de fret...), or any other that is loaded",
        examples=["motorway_junction"],
    )
    max_km: Kilometres | None = Field(default=None, description="Kilometres at most", examples=[10])
    max_minutes: TravelMinutes | None = Field(default=None, description="Minutes by road at most", examples=[20])

    @model_validator(mode="after")
    def _check_bound(self) -> "NearKind":
        if self.max_km is None and self.max_minutes is None:
            raise PydanticCustomError("near_unbounded", "needs max_km, max_minutes or both")
        return self


class MinutesFrom(Point):
    """A travel time to a point."""

    minutes: TravelMinutes = Field(description="Minutes by road", examples=[45])


class Areas(Part):
    """Lists of places; being in any one of them counts."""

    communes: Annotated[list[InseeCode], Field(max_length=5_000)] = Field(
        default=[], description="INSEE codes of communes", examples=[["74173"]]
    )
    departments: Annotated[list[DepartmentCode], Field(max_length=110)] = Field(
        default=[], description="Codes of departments", examples=[["38", "69"]]
    )
    named: Annotated[list[Label], Field(max_length=500)] = Field(
        default=[],
        description="Named areas (EPCI, SCoT, labour basin, aid zone...): SIREN, code, name, or kind/code",
        examples=[["200046977"]],
    )

    @property
    def listed(self) -> bool:
        """Whether any place is named."""
        return bool(self.communes or self.departments or self.named)


class Place(Areas):
    """Where: in any of the named places, and in the polygon, and in the circle, and not in what is excluded."""

    polygon: Area | None = Field(
        default=None,
        description="GeoJSON Polygon or MultiPolygon, degrees",
        examples=[{"type": "Polygon", "coordinates": [[[4.7, 45.6], [5, 45.6], [5, 45.9], [4.7, 45.6]]]}],
    )
    near: Near | None = Field(
        default=None,
        description="Within a straight-line distance of a point",
        examples=[{"lon": 4.83, "lat": 45.76, "km": 30}],
    )
    minutes_from: MinutesFrom | None = Field(
        default=None,
        description="Within a travel time of a point",
        examples=[{"lon": 4.83, "lat": 45.76, "minutes": 45}],
    )
    adjacent_to: Label | None = Field(
        default=None,
        description="Next to a parcel (its id) or an establishment (its SIRET)",
        examples=["34749951900010"],
    )
    exclude: Areas | None = Field(default=None, description="Places to leave out", examples=[{"communes": ["69123"]}])

    @model_validator(mode="after")
    def _check_asks(self) -> "Place":
        if not self.model_fields_set:
            raise PydanticCustomError("place_empty", "names no place; leave it out to look everywhere")
        return self
