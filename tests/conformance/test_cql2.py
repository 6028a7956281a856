"""CQL2 1.0: each class declared, by filters whose answer is computed here from the features themselves."""

import json
import unicodedata
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from shapely import from_wkt
from shapely.geometry import Point, box, shape

from tests.conformance.proving import CQL2, proves
from tests.conformance.reading import read
from tests.land_rows import LYON

Feature = dict[str, Any]
Holds = Callable[[Feature], bool]

ITEMS = "/collections/parcels/items"
LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/2154"
SOUTH = (4.5, 45.0, 7.5, 45.75)


@pytest.fixture(scope="module")
def features(service: Any) -> list[Feature]:
    found: list[Feature] = read(service.client, ITEMS, limit="1000")["features"]
    assert len(found) > 300
    return found


def holds(
    client: httpx.Client, features: list[Feature], written: str, expected: Holds, path: str = ITEMS, **more: str
) -> None:
    """The filter finds the features that it should, which are some and not all."""
    found = {feature["id"] for feature in read(client, path, filter=written, limit="1000", **more)["features"]}
    assert found == {feature["id"] for feature in features if expected(feature)}
    assert 0 < len(found) < len(features), written


def of(name: str) -> Callable[[Feature], Any]:
    return lambda feature: feature["properties"][name]


def plain(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


surface, market, name, power = of("surface_m2"), of("market"), of("name"), of("power_mw")


@proves(f"{CQL2}/cql2-text", f"{CQL2}/basic-cql2")
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("surface_m2 >= 50000", lambda one: surface(one) >= 50_000),
        ("market = 'for_sale' AND NOT surface_m2 > 20000", lambda o: market(o) == "for_sale" and surface(o) <= 20_000),
        ("(market <> 'sold') OR surface_m2 < 1E4", lambda one: market(one) != "sold" or surface(one) < 10_000),
        ("power_mw IS NULL", lambda one: power(one) is None),
        ("power_mw IS NOT NULL", lambda one: power(one) is not None),
        ("observed_on < DATE('2026-01-01')", lambda one: of("observed_on")(one) < "2026-01-01"),
        (
            "synthetic = TRUE AND name = 'Exemple A : terrain prêt de 9 ha'",
            lambda one: name(one).startswith("Exemple A"),
        ),
    ],
)
def test_basic_cql2_in_text(client: httpx.Client, features: list[Feature], written: str, expected: Holds) -> None:
    holds(client, features, written, expected)


@proves(f"{CQL2}/cql2-json", f"{CQL2}/basic-cql2")
def test_basic_cql2_in_json(client: httpx.Client, features: list[Feature]) -> None:
    large = {"op": ">=", "args": [{"property": "surface_m2"}, 50_000]}
    sold = {"op": "=", "args": [{"property": "market"}, "sold"]}
    written = json.dumps({"op": "and", "args": [large, {"op": "not", "args": [sold]}]})
    holds(
        client,
        features,
        written,
        lambda one: surface(one) >= 50_000 and market(one) != "sold",
        **{"filter-lang": "cql2-json"},
    )


@proves(f"{CQL2}/advanced-comparison-operators")
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("name LIKE 'Lot 1%'", lambda one: name(one).startswith("Lot 1")),
        ("surface_m2 BETWEEN 10000 AND 20000", lambda one: 10_000 <= surface(one) <= 20_000),
        ("market IN ('sold', 'optioned')", lambda one: market(one) in ("sold", "optioned")),
        ("market NOT IN ('sold', 'optioned')", lambda one: market(one) not in ("sold", "optioned")),
    ],
)
def test_advanced_comparison(client: httpx.Client, features: list[Feature], written: str, expected: Holds) -> None:
    holds(client, features, written, expected)


@proves(f"{CQL2}/case-insensitive-comparison")
def test_case_insensitive(client: httpx.Client, features: list[Feature]) -> None:
    holds(client, features, "CASEI(name) LIKE CASEI('EXEMPLE%')", lambda one: name(one).lower().startswith("exemple"))


@proves(f"{CQL2}/accent-insensitive-comparison")
def test_accent_insensitive(client: httpx.Client, features: list[Feature]) -> None:
    expected: Holds = lambda one: "Pre Carre" in plain(name(one))  # noqa: E731
    holds(client, features, "ACCENTI(name) LIKE ACCENTI('%Pre Carré%')", expected)


@proves(f"{CQL2}/basic-spatial-functions", f"{CQL2}/basic-spatial-operators")
@pytest.mark.parametrize("literal", ["BBOX(4.5,45.0,7.5,45.75)", "POLYGON((4.5 45,7.5 45,7.5 45.75,4.5 45.75,4.5 45))"])
def test_basic_spatial(client: httpx.Client, features: list[Feature], literal: str) -> None:
    holds(
        client,
        features,
        f"S_INTERSECTS(geometry,{literal})",
        lambda one: shape(one["geometry"]).intersects(box(*SOUTH)),
    )


@proves(f"{CQL2}/basic-spatial-functions", f"{CQL2}/basic-spatial-operators")
def test_basic_spatial_of_a_point(client: httpx.Client, features: list[Feature]) -> None:
    inside = shape(features[0]["geometry"]).representative_point()
    expected: Holds = lambda one: shape(one["geometry"]).intersects(Point(inside))  # noqa: E731
    holds(client, features, f"S_INTERSECTS(geometry,POINT({inside.x!r} {inside.y!r}))", expected)


@proves(f"{CQL2}/spatial-functions")
@pytest.mark.parametrize(
    ("function", "method"), [("S_WITHIN", "within"), ("S_DISJOINT", "disjoint"), ("S_INTERSECTS", "intersects")]
)
def test_spatial(client: httpx.Client, features: list[Feature], function: str, method: str) -> None:
    holds(
        client,
        features,
        f"{function}(geometry,BBOX(4.5,45.0,7.5,45.75))",
        lambda one: getattr(shape(one["geometry"]), method)(box(*SOUTH)),
    )


def beside(east: float, north: float, wide: float, high: float) -> str:
    """A rectangle in metres from the corner of the first commune, a square of 100 m; the others are each 500 m on."""
    return box(LYON[0] + east, LYON[1] + north, LYON[0] + east + wide, LYON[1] + north + high).wkt


@proves(f"{CQL2}/spatial-functions")
@pytest.mark.parametrize(
    ("function", "method", "drawn"),
    [
        ("S_INTERSECTS", "intersects", beside(50, 50, 500, 10)),
        ("S_DISJOINT", "disjoint", beside(50, 50, 500, 10)),
        ("S_WITHIN", "within", beside(-10, -10, 550, 600)),
        ("S_CONTAINS", "contains", beside(10, 10, 20, 20)),
        ("S_EQUALS", "equals", beside(0, 0, 100, 100)),
        ("S_TOUCHES", "touches", beside(100, 0, 50, 50)),
        ("S_OVERLAPS", "overlaps", beside(50, 0, 200, 100)),
        ("S_CROSSES", "crosses", f"LINESTRING({LYON[0] + 50} {LYON[1] + 50},{LYON[0] + 300} {LYON[1] + 50})"),
    ],
)
def test_every_spatial_function_means_what_it_says(
    client: httpx.Client, function: str, method: str, drawn: str
) -> None:
    """Among squares whose corners are whole metres, so that what is equal is so to the last digit."""
    path, lambert = "/collections/communes/items", {"crs": LAMBERT, "filter-crs": LAMBERT}
    squares = read(client, path, crs=LAMBERT)["features"]
    expected: Holds = lambda one: getattr(shape(one["geometry"]), method)(from_wkt(drawn))  # noqa: E731
    holds(client, squares, f"{function}(geometry,{drawn})", expected, path=path, **lambert)


@proves(f"{CQL2}/temporal-functions")
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("T_AFTER(observed_on,DATE('2026-01-01'))", lambda one: of("observed_on")(one) > "2026-01-01"),
        ("T_BEFORE(observed_on,DATE('2026-01-01'))", lambda one: of("observed_on")(one) < "2026-01-01"),
        (
            "T_DURING(INTERVAL(observed_on,observed_on),INTERVAL('2026-01-01','..'))",
            lambda one: of("observed_on")(one) > "2026-01-01",
        ),
        (
            "T_INTERSECTS(observed_on,INTERVAL('..','2025-12-31'))",
            lambda one: of("observed_on")(one) <= "2025-12-31",
        ),
    ],
)
def test_temporal(client: httpx.Client, features: list[Feature], written: str, expected: Holds) -> None:
    holds(client, features, written, expected)


@proves(f"{CQL2}/property-property")
def test_property_property(client: httpx.Client, features: list[Feature]) -> None:
    both = [one for one in features if of("surface_stated_m2")(one) is not None]
    assert both
    holds(
        client,
        features,
        "surface_m2 > surface_stated_m2",
        lambda one: of("surface_stated_m2")(one) is not None and surface(one) > of("surface_stated_m2")(one),
    )
