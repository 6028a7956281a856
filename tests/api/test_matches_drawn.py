"""An answer as features on a map, and as a GeoPackage."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pyogrio
import pytest
from jsonschema import Draft202012Validator
from shapely.geometry import shape
from sqlalchemy import text

from geo.match.features import LAYERS
from geo.match.schemas.schemas import drawn_schema
from geo.store.database import Database, Role
from tests.api.plants import ask
from tests.api.serving import Served

Plants = tuple[Served, Database, dict[str, int]]
HALL = {"length_m": 220, "width_m": 120}
GEOPACKAGE = "application/geopackage+sqlite3"


def test_features_hold_land_building_and_second_phase(standing_plants: Plants) -> None:
    served, _, ids = standing_plants
    later = {"buildings": [{"length_m": 190, "width_m": 190}]}
    need: dict[str, Any] = {"land_m2": {"min": "8 ha", "max": "9 ha"}, "buildings": [HALL], "extension": later}
    drawn = ask(served, headers={"Accept": "application/geo+json"}, **need)
    plain = ask(served, **need)
    assert drawn["digest"] == plain["digest"]
    of = [one for one in drawn["features"] if one["properties"]["number"] == 1]
    kinds = {one["properties"]["kind"]: shape(one["geometry"]) for one in of}
    assert set(kinds) == {"land", "building", "extension"}
    assert kinds["building"].within(kinds["land"].buffer(1e-8))
    assert not kinds["extension"].intersects(kinds["building"])
    assert {one["properties"]["parcel_id"] for one in of} == {ids["symbio"], ids["beside"]}


def test_a_geopackage_holds_what_the_features_do(
    standing_plants: Plants, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served, database, _ = standing_plants
    made_in = tmp_path / "made"
    made_in.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(made_in))
    later = {"buildings": [{"length_m": 190, "width_m": 190}]}
    need: dict[str, Any] = {"land_m2": "3 ha", "buildings": [HALL], "extension": later, "power_mw": 77}
    known = kept(database)
    answer = served.client.post("/matches?f=gpkg", json=need)
    assert answer.headers["content-type"] == GEOPACKAGE
    assert answer.headers["content-disposition"] == 'attachment; filename="matches.gpkg"'
    assert answer.headers["cache-control"] == "no-store"
    assert int(answer.headers["content-length"]) == len(answer.content)
    until(lambda: not list(made_in.glob("emprise-file-*")), "the file goes with the answer")
    until(lambda: kept(database) > known, "what the route left for later is done after a file, too")
    drawn = ask(served, "/matches?f=geojson", **need)
    Draft202012Validator(drawn_schema()).validate(drawn)
    layers, about = layers_of(answer.content, tmp_path)
    assert about["digest"] == drawn["digest"]
    assert orjson.loads(about["version"]) == drawn["version"]
    assert {name: len(rows) > 0 for name, rows in layers.items()} == dict.fromkeys(LAYERS.names, True)
    for name, rows in layers.items():
        expected = [one for one in drawn["features"] if one["properties"]["kind"] == name]
        assert [plain(row) for row in rows] == [one["properties"] for one in expected]
        assert all(shape(one["geometry"]).equals(row["geometry"]) for row, one in zip(rows, expected, strict=True))


def kept(database: Database) -> int:
    """How many readinesses are kept for the next need of their class."""
    with database.connection(Role.WORKER) as connection:
        return int(connection.execute(text("select count(*) from core.readiness")).scalar_one())


def layers_of(content: bytes, folder: Path) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """The rows of each layer of a GeoPackage, and what is said of the whole."""
    path = folder / "matches.gpkg"
    path.write_bytes(content)
    frames = {name: pyogrio.read_dataframe(path, layer=name) for name, _ in pyogrio.list_layers(path)}
    about = pyogrio.read_info(path, layer="land")["dataset_metadata"]
    return {name: frame.to_dict("records") for name, frame in frames.items()}, about


def until(is_so: Callable[[], bool], what: str) -> None:
    """Wait for what happens once the answer is out."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < 60, what
        time.sleep(0.05)


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as a feature has it: days as text, missing values as none."""
    bare = {name: value for name, value in row.items() if name != "geometry"}
    told = {name: None if value != value or value is None else value for name, value in bare.items()}
    return {name: f"{value:%Y-%m-%d}" if hasattr(value, "year") else value for name, value in told.items()}


def test_an_empty_geopackage_has_its_layers_and_their_fields(standing_plants: Plants, tmp_path: Path) -> None:
    client = standing_plants[0].client
    answer = client.post("/matches", json={"land_m2": "900 ha"}, headers={"Accept": GEOPACKAGE})
    (tmp_path / "none.gpkg").write_bytes(answer.content)
    for name in LAYERS.names:
        told = pyogrio.read_info(tmp_path / "none.gpkg", layer=name)
        assert (told["features"], list(told["fields"])) == (0, list(LAYERS.fields))
        assert told["dtypes"][list(told["fields"]).index("start_p80")] == "datetime64[D]"


def test_other_formats_are_refused_before_anything_is_looked_for(standing_plants: Plants) -> None:
    served, _, _ = standing_plants
    for query, accept, status in (("", "text/csv", 406), ("", "image/png", 406), ("?f=csv", "*/*", 400)):
        answer = served.client.post(f"/matches{query}", json={"land_m2": "1 ha"}, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    declared = served.client.get("/api").json()["paths"]["/matches"]["post"]
    assert set(declared["responses"]["200"]["content"]) == {"application/json", "application/geo+json", GEOPACKAGE}
    assert "f" in [one.get("name") for one in declared["parameters"]]
