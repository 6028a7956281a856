"""What a sheet reads of a parcel: zones, constraints, what is buildable, which rectangles fit."""

import httpx
import pytest
from shapely.geometry import MultiPolygon, shape

from geo.fit import Verdict, decide
from geo.store.database import Database
from tests.api.test_parcels import ITEMS, client, keys, sample, service

__all__ = ["client", "keys", "sample", "service"]


def test_the_example_half_under_a_constraint(client: httpx.Client) -> None:
    land = client.get("/parcels/6/land").json()
    (constraint,) = land["constraints"]
    assert (constraint["kind"], constraint["effect"], constraint["label"]) == (
        "pprt_red",
        "forbids",
        "PPRT (exemple), zone rouge",
    )
    item = client.get(f"{ITEMS}/6").json()["properties"]
    assert constraint["covered_m2"] == pytest.approx(item["surface_m2"] - item["buildable_m2"], abs=1)
    assert shape(land["buildable"]).area / land["scale"] ** 2 == pytest.approx(item["buildable_m2"], rel=1e-4)
    assert sum(zone["share"] for zone in land["zones"]) == pytest.approx(1, abs=0.01)
    assert land["industry"]["value"] == item["industry"] == "allowed"
    assert land["industry"]["source"]


def test_the_profile_told_is_that_of_the_exact_decision(client: httpx.Client) -> None:
    land = client.get("/parcels/6/land").json()
    ground, scale = shape(land["buildable"]), land["scale"]
    assert isinstance(ground, MultiPolygon)
    known = [rung for rung in land["profile"] if rung["fits_m"] and rung["refused_m"]]
    assert len(known) >= 3
    for rung in known[:4]:
        length = rung["length_m"] * scale
        assert decide(ground, length - 0.5, (rung["fits_m"] - 0.5) * scale).verdict is Verdict.FITS
        assert decide(ground, length + 0.5, (rung["refused_m"] + 0.5) * scale).verdict is not Verdict.FITS


def test_hidden_land_has_no_sheet(client: httpx.Client, keys: dict[str, str], sample: Database) -> None:
    visible = {one["id"] for one in client.get(f"{ITEMS}?limit=1000").json()["features"]}
    hidden = min(set(range(1, 601)) - visible)
    nowhere = client.get("/parcels/999999/land")
    answer = client.get(f"/parcels/{hidden}/land")
    assert answer.status_code == nowhere.status_code == 404
    assert answer.json()["code"] == nowhere.json()["code"]
    assert client.get(f"/parcels/{hidden}/land", headers={"X-API-Key": keys["admin"]}).status_code == 200


def test_who_may_keep_it(client: httpx.Client, keys: dict[str, str]) -> None:
    assert client.get("/parcels/1/land").headers["cache-control"].startswith("public")
    private = client.get("/parcels/1/land", headers={"X-API-Key": keys["company"]})
    assert private.headers["cache-control"].startswith("private")
