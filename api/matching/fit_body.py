"""The body of `POST /fit`: polygons, and what is to stand on each of them."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.matching.needs import need_of
from api.problems import Problem, Refusal
from api.security.strict_json import Json
from geo.fit.asking import Question
from geo.intake.crs import WGS84, of_member, parse
from geo.intake.polygons import Drawn, drawn_feature
from geo.intake.problems import Unreadable
from geo.land.building_limits import BuildingRule
from geo.match.fit.given_rules import GIVEN
from geo.match.fit.programme import programme_of
from geo.match.need.need import Need
from geo.match.need.parts import Buildings
from geo.match.need.quantities import Clearance, Length

MOST_FEATURES = 1_000
SHORTEST_TOLERANCE, WIDEST_TOLERANCE = 0.001, 100.0
OF_NEED = ("buildings", "setback_m", "gap_m", "yard_m")


class Feature(BaseModel):
    """A polygon; what its properties say comes back in no answer but for `id`."""

    type: Literal["Feature"]
    id: str | int | None = Field(default=None, description="Comes back; else its property `id`, else its number")
    properties: dict[str, Any] | None = Field(default=None, examples=[{"id": "A12"}])
    geometry: dict[str, Any] | None = Field(
        description="Polygon or MultiPolygon",
        examples=[{"type": "Polygon", "coordinates": [[[0, 0], [100, 0], [100, 60], [0, 60], [0, 0]]]}],
    )


class FitBody(BaseModel):
    """A GeoJSON FeatureCollection which also says what is to stand on each of its polygons."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["FeatureCollection"]
    features: list[Feature] = Field(min_length=1, max_length=MOST_FEATURES, description="The polygons")
    crs: str | dict[str, Any] | None = Field(
        default=None,
        description="System of the coordinates, `EPSG:n` (or the member of GeoJSON 2008); else degrees",
        examples=["EPSG:2154"],
    )
    buildings: Buildings = Field(
        description="Buildings that stand there together, as in a need", examples=[[{"length_m": 80, "width_m": 40}]]
    )
    setback_m: Clearance = Field(default=0.0, description="Kept from the boundary of the polygon", examples=[5])
    gap_m: Clearance = Field(default=0.0, description="Kept between the buildings", examples=[8])
    yard_m: Length | None = Field(
        default=None, description="Open ground along one long side of the (largest) building", examples=[35]
    )
    ces: float | None = Field(
        default=None, ge=0, le=1, description="Largest share of the polygon that buildings may cover", examples=[0.5]
    )
    open_ground: float | None = Field(
        default=None, ge=0, le=1, description="Least share left open by buildings and yard", examples=[0.2]
    )
    tolerance_m: float = Field(
        default=0.25,
        ge=SHORTEST_TOLERANCE,
        le=WIDEST_TOLERANCE,
        description="Within this many metres of fitting, the answer may be `borderline`",
        examples=[0.25],
    )
    ground: bool = Field(
        default=False,
        description="Metres are on the ground, not of the system named by `crs`; in degrees they always are",
    )


class Asked(BaseModel):
    """What a body asks, read: the polygons as drawn, and the question about each."""

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    rows: list[Drawn]
    question: Question
    limits: dict[BuildingRule, float]


def fit_question(document: Json) -> Asked:
    """The question of a body; a polygon that cannot be used is told in its answer.

    Raises:
        Problem: 422, the body is no such collection, or a number or a building in it does not fit.
    """
    if not isinstance(document, dict):
        raise _invalid("", "fit.body", example={"type": "FeatureCollection", "features": [], "buildings": []})
    for name in document:
        if name not in FitBody.model_fields and name not in ("bbox", "name"):
            raise _invalid(name, "fit.unknown_field", known=", ".join(FitBody.model_fields))
    if document.get("type") != "FeatureCollection":
        raise _invalid("type", "fit.body", example="FeatureCollection")
    crs = _crs(document)
    rows = [_row(one, place, crs) for place, one in enumerate(_features(document))]
    if not document.get("buildings"):
        raise _invalid("buildings", "fit.buildings", example=[{"length_m": 80, "width_m": 40}])
    if isinstance(document.get("setback_m"), dict):
        raise _invalid("setback_m", "fit.setback", example=5)
    need: Need = need_of({name: document[name] for name in OF_NEED if name in document})
    question = Question(programme_of(need), max(need.setbacks), _tolerance(document), _ground(document))
    limits = {rule: _share(document, rule.value) for rule in GIVEN if document.get(rule.value) is not None}
    return Asked(rows=rows, question=question, limits=limits)


def _features(document: Mapping[str, Any]) -> list[Any]:
    features = document.get("features")
    if not isinstance(features, list) or not 1 <= len(features) <= MOST_FEATURES:
        raise _invalid("features", "fit.features", most=MOST_FEATURES)
    return features


def _row(feature: object, place: int, crs: str) -> Drawn:
    where = f"features[{place}]"
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _invalid(f"{where}.type", "fit.feature", example="Feature")
    if not isinstance(feature.get("properties"), dict | None):
        raise _invalid(f"{where}.properties", "fit.properties", example={"id": "A12"})
    if not isinstance(feature.get("id"), str | int | float | None):
        raise _invalid(f"{where}.id", "fit.feature_id", example="A12")
    return drawn_feature(feature, place + 1, crs)


def _crs(document: Mapping[str, Any]) -> str:
    given = document.get("crs")
    try:
        if isinstance(given, str):
            return parse(given)
        return WGS84 if given is None else of_member({"crs": given}) or WGS84
    except Unreadable:
        raise _invalid("crs", "fit.crs", example="EPSG:2154") from None


def _tolerance(document: Mapping[str, Any]) -> float:
    given = document.get("tolerance_m", 0.25)
    known = isinstance(given, int | float) and not isinstance(given, bool)
    if not known or not SHORTEST_TOLERANCE <= given <= WIDEST_TOLERANCE:
        raise _invalid(
            "tolerance_m", "fit.tolerance", example=0.25, least=SHORTEST_TOLERANCE, most=int(WIDEST_TOLERANCE)
        )
    return float(given)


def _share(document: Mapping[str, Any], name: str) -> float:
    given = document[name]
    if not isinstance(given, int | float) or isinstance(given, bool) or not 0 <= given <= 1:
        raise _invalid(name, "fit.share", example=0.5)
    return float(given)


def _ground(document: Mapping[str, Any]) -> bool:
    given = document.get("ground", False)
    if not isinstance(given, bool):
        raise _invalid("ground", "fit.ground", example=True)
    return given


def _invalid(field: str, code: str, example: object = None, **params: object) -> Problem:
    return Problem("invalid", "body.invalid", errors=[Refusal(field, code, params, example)])
