"""Kinds of networks over HTTP: a word nobody knows is refused, one that somebody loaded is not."""

from collections.abc import Iterator
from typing import Any

import pytest

from geo.cluster import Running
from geo.derive import work
from geo.store.database import Role
from tests import land_rows as rows
from tests.api.plants import ask, planted
from tests.api.serving import Served
from tests.conftest import SAMPLE_DAY


@pytest.fixture(scope="module")
def served(cluster: Running, template: str) -> Iterator[Served]:
    with planted(cluster, template, "kinds") as (served, database, _):
        with database.connection(Role.WORKER) as connection:
            rows.substation(connection, "gnv", 900, 50, kind="station_gnv+depot")
        work.derive(database, as_of=SAMPLE_DAY)
        yield served


UNKNOWN: list[tuple[dict[str, Any], str, object]] = [
    ({"max_km": {"téléport": 5}}, "max_km.teleport", {"motorway_junction": 5}),
    ({"near": [{"kind": "quai", "max_km": 5}, {"kind": "hub", "max_minutes": 5}]}, "near[1].kind", "motorway_junction"),
]


@pytest.mark.parametrize("path", ["/matches", "/matches/count", "/matches/requests"])
@pytest.mark.parametrize(("members", "field", "example"), UNKNOWN)
def test_a_kind_nobody_knows_is_refused(
    served: Served, path: str, members: dict[str, Any], field: str, example: object
) -> None:
    answer = served.client.post(f"{path}?lang=fr", json={"land_m2": "1 ha", **members})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"], error["example"]) == (field, "need.kind_unknown", example)
    for word in (
        field.rpartition(".")[2] if "max_km" in field else "hub",
        "motorway_junction",
        "depot, ",
        "station_gnv",
    ):
        assert word in error["detail"]


def test_why_not_is_asked_of_known_kinds_too(served: Served) -> None:
    body = {"need": {"land_m2": "1 ha", "max_km": {"teleport": 5}}, "parcel_ids": [1]}
    answer = served.client.post("/matches/explain", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "need.max_km.teleport"


@pytest.mark.parametrize("said", ["Station GNV", "depot"])
def test_a_kind_of_ones_own_is_asked_once_it_is_loaded(served: Served, said: str) -> None:
    counts = ask(served, land_m2="1 ha", max_km={said: 1.5})["counts"]
    assert counts["proved"] == 2
    assert counts["considered"] == 4


def test_a_known_kind_that_is_not_loaded_stays_unknown(served: Served) -> None:
    counts = ask(served, land_m2="1 ha", max_km={"aéroport": 5})["counts"]
    assert counts["to_check"] == counts["considered"]
