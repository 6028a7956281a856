"""``datetime``: instants, intervals, open ends, what has no time, and what is no time at all."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from api.ogc.moments import days
from geo.cluster import Running
from tests.api.collections_place import Place, collections_place

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def place(cluster: Running, template: str) -> Iterator[Place]:
    with collections_place(cluster, template, "moments") as made:
        yield made


def found(place: Place, collection: str, said: str, name: str) -> list[str]:
    features = place.features("public", collection, datetime=said, limit=3)
    return sorted(feature["properties"][name] for feature in features)


@pytest.mark.parametrize(
    ("collection", "said", "name", "expected"),
    [
        ("parcels", "2026-01-03", "name", ["Parcelle 2"]),
        ("parcels", "2026-01-03T10:00:00Z", "name", ["Parcelle 2"]),
        ("parcels", "2026-01-02T23:30:00Z", "name", ["Parcelle 2"]),  # half past midnight in Paris
        ("parcels", "2026-01-04/..", "name", ["Parcelle 3", "Parcelle 4"]),
        ("parcels", "../2026-01-02", "name", ["Parcelle 0", "Parcelle 1"]),
        ("parcels", "/2026-01-02T12:00:00+01:00", "name", ["Parcelle 0", "Parcelle 1"]),
        ("parcels", "0000-01-01T00:00:00Z/2026-01-01T12:00:00Z", "name", ["Parcelle 0"]),  # as QGIS writes it
        ("parcels", "2026-01-05T00:00:00Z/9999-12-31T23:59:59Z", "name", ["Parcelle 4"]),
        ("parcels", "1990-01-01/1991-01-01", "name", []),
        ("parcels", "../..", "name", [f"Parcelle {n}" for n in range(5)]),
        ("cadastre", "2002-06-01", "numero", ["0000", "0001", "0002"]),
        ("cadastre", "1990-01-01", "numero", []),
        ("zones", "2026-11-23", "libelle", [f"UX{n}" for n in range(5)]),
        ("zones", "2091-01-01/..", "libelle", ["1AU", *(f"UX{n}" for n in range(5))]),
        ("constraints", "2020-01-02", "label", ["Zone rouge 0", "Zone rouge 1"]),
        ("sites", "1789-07-14", "site_id", [f"S{n}" for n in range(5)]),
        ("communes", "1789-07-14/..", "name", [f"Commune {n}" for n in range(5)]),
    ],
)
def test_only_what_is_then_is_found(place: Place, collection: str, said: str, name: str, expected: list[str]) -> None:
    """Of a collection without time, everything: the standard keeps what no time rules out."""
    assert found(place, collection, said, name) == expected


def test_a_parcel_never_dated_is_always_among_them(place: Place) -> None:
    names = {one["properties"]["name"] for one in place.features("admin", "parcels", datetime="1990-01-01")}
    assert {name for name in names if not name.startswith("SECRET")} == set()
    assert "SECRET private" in names


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("hier", "datetime.form"),
        ("2026", "datetime.form"),
        ("2026-13-01", "datetime.form"),
        ("2026-02-30T00:00:00Z", "datetime.form"),
        ("2026-01-01T00:00:00", "datetime.form"),
        ("2026-01-01T25:00:00Z", "datetime.form"),
        ("2026-01-01/2026-01-02/2026-01-03", "datetime.form"),
        ("..", "datetime.form"),
        ("", "datetime.form"),
        ("P1M/2026-01-01", "datetime.form"),
        ("٢٠٢٦-01-01", "datetime.form"),
        ("2026-01-02/2026-01-01", "datetime.order"),
    ],
)
@pytest.mark.parametrize("collection", ["parcels", "sites"])
def test_what_is_no_time_is_400_with_an_example(place: Place, collection: str, said: str, code: str) -> None:
    answer = place.get("public", f"/collections/{collection}/items", datetime=said, lang="fr")
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert "datetime=2026-01-01/" in answer.json()["detail"]


def test_a_day_that_gdal_compares_with_any_property_is_not_taken_for_the_one_of_datetime(place: Place) -> None:
    answer = place.get("public", "/collections/parcels/items", datetime="../2027-06-30T", lang="fr")
    assert (answer.status_code, answer.json()["code"]) == (400, "datetime.of_gdal")
    assert "filter=ready_p80" in answer.json()["detail"]


def test_days_are_those_of_the_territory() -> None:
    assert days("2026-06-30T22:00:00Z", PARIS) == (date(2026, 7, 1), date(2026, 7, 1))
    assert days("2016-12-31T23:59:60Z/..", PARIS) == (date(2017, 1, 1), None)
    assert days("2026-01-01t00:30:00.25z", PARIS) == (date(2026, 1, 1), date(2026, 1, 1))
    assert days("0001-01-01T00:00:00+14:00/9999-12-31T23:59:59Z", PARIS) == (date.min, date.max)


@pytest.mark.parametrize(
    ("collection", "roles"),
    [
        ("parcels", {"observed_on": "primary-instant"}),
        ("cadastre", {"created_on": "primary-interval-start"}),
        ("zones", {"enforceable_on": "primary-interval-start", "in_force_until": "primary-interval-end"}),
        ("constraints", {"in_force_from": "primary-interval-start", "in_force_until": "primary-interval-end"}),
        ("networks", {"known_on": "primary-instant"}),
        ("communes", {}),
    ],
)
def test_the_schema_says_which_property_it_asks_about(place: Place, collection: str, roles: dict[str, str]) -> None:
    properties = place.document("public", f"/collections/{collection}/schema")["properties"]
    told = {name: entry.get("x-ogc-role", "") for name, entry in properties.items()}
    assert {name: role for name, role in told.items() if role.startswith("primary-i")} == roles


@pytest.mark.parametrize(
    ("collection", "first", "last"),
    [
        ("parcels", "2026-01-01T00:00:00Z", "2026-01-05T00:00:00Z"),
        ("cadastre", "2000-01-01T00:00:00Z", None),
        ("zones", "2020-01-01T00:00:00Z", None),  # that of 2001 has been replaced
        ("constraints", "2020-01-01T00:00:00Z", None),
    ],
)
def test_the_extent_tells_the_days_of_what_one_sees(
    place: Place, collection: str, first: str, last: str | None
) -> None:
    """An end is open where that of one feature is."""
    told = place.document("public", f"/collections/{collection}")["extent"]["temporal"]["interval"]
    assert told == [[first, last]]


def test_what_is_of_a_day_ends_with_the_last_one(place: Place) -> None:
    told = place.document("public", "/collections/networks")["extent"]["temporal"]["interval"]
    known = sorted(one["properties"]["known_on"] for one in place.features("public", "networks"))
    assert told == [[f"{known[0]}T00:00:00Z", f"{known[-1]}T00:00:00Z"]]


def test_without_a_time_nothing_is_told_of_days(place: Place) -> None:
    assert "temporal" not in place.document("public", "/collections/sites")["extent"]
