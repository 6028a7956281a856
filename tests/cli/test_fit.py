"""`emprise fit`: any file of polygons, lines of JSON, a file of placements, and what is wrong told."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from shapely import Polygon, box
from shapely.geometry import mapping, shape

from tests.cli.conftest import Command, new_folder
from tests.conftest import REPO

LAND = box(900_000, 6_500_000, 900_100, 6_500_100)
HALF = box(900_000, 6_500_000, 900_060, 6_500_100)
CROSSED = Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """An empty data folder, which this command leaves empty."""
    folder = new_folder()
    yield folder
    assert not list(folder.iterdir()), "no database is started"
    shutil.rmtree(folder, ignore_errors=True)


def written(path: Path, *shapes: Any, crs: str | None = "EPSG:2154", **first: Any) -> Path:
    features = [
        {"type": "Feature", "properties": {}, "geometry": None if one is None else mapping(one)} for one in shapes
    ]
    features[0] |= first
    named = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    path.write_text(json.dumps({"type": "FeatureCollection", **named, "features": features}))
    return path


def lines(told: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in told.splitlines()]


def asked(path: Path, *more: str) -> tuple[str, ...]:
    return ("fit", str(path), "--length", "80", "--width", "49", "--setback", "10", "--json", *more)


def test_each_row_is_one_json_object(emprise: Command, tmp_path: Path) -> None:
    path = written(tmp_path / "land.geojson", LAND, HALF, id="A1")
    first, second = lines(emprise(*asked(path)).stdout)
    placed_keys = {"id", "fit", "length", "width", "setback", "placement", "angle_deg", "margin_m"}
    assert first.keys() == placed_keys | {"not_checked"}
    assert (first["id"], first["fit"]) == ("A1", "fits")
    assert first["angle_deg"] in (0, 90)
    placed = shape(first["placement"])
    assert LAND.covers(placed)
    assert LAND.boundary.distance(placed) == 10
    assert (second["id"], second["fit"], second["placement"]) == (2, "no", None)


def test_the_id_is_the_property_when_the_feature_has_none(emprise: Command, tmp_path: Path) -> None:
    path = written(tmp_path / "land.geojson", LAND, properties={"id": 7, "name": "x"})
    assert lines(emprise(*asked(path)).stdout)[0]["id"] == 7


def test_placements_are_written_in_the_crs_of_the_file(emprise: Command, tmp_path: Path) -> None:
    path, out = tmp_path / "land.gpkg", tmp_path / "out.geojson"
    geopandas.GeoDataFrame({"id": ["p", "q"]}, geometry=[LAND, HALF], crs="EPSG:2154").to_file(path)
    emprise(*asked(path, "--out", str(out)))
    found = geopandas.read_file(out)
    assert found.crs.to_epsg() == 2154
    assert found["id"].tolist() == ["p"]
    assert LAND.covers(found.geometry[0])
    emprise(*asked(path, "--out", str(out)))  # again: a result is replaced


def test_no_placement_leaves_an_empty_collection(emprise: Command, tmp_path: Path) -> None:
    out = tmp_path / "out.geojson"
    emprise(*asked(written(tmp_path / "land.geojson", HALF), "--out", str(out)))
    assert json.loads(out.read_text()) == {"type": "FeatureCollection", "features": []}


def test_rows_that_are_no_polygon_are_told_and_the_others_answered(emprise: Command, tmp_path: Path) -> None:
    path = written(tmp_path / "land.geojson", LAND, CROSSED, None, shapely.Point(1, 2))
    found = lines(emprise(*asked(path), code=1).stdout)
    assert [one["fit"] for one in found] == ["fits", None, None, None]
    assert [one["error"]["code"] for one in found[1:]] == ["shape.invalid", "geometry.missing", "shape.type"]
    told = emprise("fit", path, "--length", "80", "--width", "49", code=1, lang="en_GB.UTF-8").stdout
    assert re.search(r"^1: fits, long side at (?:0|90)\.0° from east, [\d.]+ m to spare$", told, re.MULTILINE)
    assert "2: The polygon is not valid (Self-intersection" in told
    assert told.splitlines()[-1] == "1 fits · 0 no (proved) · 3 unusable"


def test_a_row_without_a_usable_geometry_keeps_its_id(emprise: Command, tmp_path: Path) -> None:
    path = written(tmp_path / "land.geojson", LAND, properties={"id": "P1"}, geometry=None)
    assert [one["id"] for one in lines(emprise(*asked(path), code=1).stdout)] == ["P1"]
    unclosed = {"type": "Polygon", "coordinates": [[[0, 0], [9, 0], [9, 9], [0, 9]]]}
    path = written(tmp_path / "land.geojson", LAND, id="F1", geometry=unclosed)
    assert [one["id"] for one in lines(emprise(*asked(path), code=1).stdout)] == ["F1"]


def test_the_rest_of_many_rows_is_told_by_options_that_exist(emprise: Command, tmp_path: Path) -> None:
    path = written(tmp_path / "land.geojson", *[HALF] * 41)
    told = emprise("fit", path, "--length", "9", "--width", "4", lang="en_GB.UTF-8").stdout
    assert "… and 1 more (all: --json" in told
    assert "--report" not in told


@pytest.mark.parametrize(("side", "planar", "ground"), [(99.97, "fits", "fits"), (100.03, "no", "fits")])
def test_lengths_are_of_the_map_unless_on_the_ground(
    emprise: Command, tmp_path: Path, side: float, planar: str, ground: str
) -> None:
    """Near 46.5 degrees north a metre of Lambert-93 is about 1.0009 m on the ground."""
    land = box(900_000, 6_600_000, 900_100, 6_600_100)
    path = written(tmp_path / "land.geojson", land)
    command = ("fit", str(path), "--length", str(side), "--width", "50", "--tolerance", "0.01", "--json")
    (one,), (other,) = lines(emprise(*command).stdout), lines(emprise(*command, "--ground").stdout)
    assert (one["fit"], other["fit"]) == (planar, ground)


@pytest.mark.parametrize(
    ("land", "crs"), [(box(0, 0, 100, 100), None), (box(4.83, 45.76, 4.8313, 45.7609), None), (LAND, "EPSG:2154")]
)
def test_a_file_that_names_no_crs_is_in_degrees_when_it_can_be(
    emprise: Command, tmp_path: Path, land: Polygon, crs: str | None
) -> None:
    (found,) = lines(emprise(*asked(written(tmp_path / "land.geojson", land, crs=crs))).stdout)
    assert found["fit"] == "fits"
    assert land.covers(shape(found["placement"]))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--length", "0", "--width", "4"), "--length ne peut pas être 0 ; attendu : des mètres, de 0.01 à 100000"),
        (("--length", "-5", "--width", "4"), "--length ne peut pas être -5"),
        (("--length", "nan", "--width", "4"), "--length ne peut pas être nan"),
        (("--length", "1e9", "--width", "4"), "--length ne peut pas être 1e+09"),
        (("--length", "8", "--width", "4", "--tolerance", "0"), "--tolerance ne peut pas être 0"),
        (("--length", "8", "--width", "4", "--out", "x.gpkg"), "attendu : un fichier en .geojson"),
        (("--length", "8", "--width", "quatre"), "attendu : un nombre, par exemple 40 ou 12,5"),
        (("--length", "8"), "il manque --width"),
        (("--length", "8", "--width", "4", "--ces", "60"), "--ces ne peut pas être 60 ; attendu : une part du terrain"),
        (("--length", "8", "--width", "4", "--open-ground", "nan"), "--open-ground ne peut pas être nan"),
    ],
)
def test_wrong_use_is_told_with_an_example(
    emprise: Command, tmp_path: Path, options: tuple[str, ...], told: str
) -> None:
    said = emprise("fit", written(tmp_path / "land.geojson", LAND), *options, code=2).stderr
    assert told in said
    assert "Par exemple : emprise fit" in said


def test_a_share_of_the_plan_that_is_broken_refuses(emprise: Command, tmp_path: Path) -> None:
    path = written(tmp_path / "land.geojson", LAND)
    command = ("fit", path, "--length", "80", "--width", "49")
    assert "1 possible" in emprise(*command, "--ces", "0.4", "--open-ground", "0.6").stdout
    assert "1 : impossible, emprise au sol trop grande pour le règlement" in emprise(*command, "--ces", "0.39").stdout
    assert "1 : impossible, trop peu de pleine terre resterait" in emprise(*command, "--open-ground", "0.7").stdout


def test_a_file_that_cannot_be_read_is_one_sentence(emprise: Command, tmp_path: Path) -> None:
    (tmp_path / "x.geojson").write_text("no land")
    for path in (tmp_path / "x.geojson", tmp_path / "absent.geojson"):
        said = emprise(*asked(path), code=1).stderr
        assert said.startswith("emprise: ")
        assert len(said.splitlines()) == 1


def test_the_guide_shows_what_the_command_answers(emprise: Command, tmp_path: Path) -> None:
    """The command of docs/fit.md, on its polygon, and its answer."""
    text = (REPO / "docs" / "fit.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:json|text)\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "land.geojson"
    path.write_text(blocks[0])
    command = re.search(r"^emprise (fit land\.geojson .*--json)$", text, re.MULTILINE)
    assert command is not None
    told = emprise(*command[1].replace("land.geojson", str(path)).split()).stdout
    assert lines(told) == lines(blocks[1])


@pytest.mark.parametrize(("length", "width"), [("12,5", "9.375"), ("12,5 m", "9,37 m"), ("0,0125 km", "9.0")])
def test_lengths_are_read_as_people_and_programs_write_them(
    emprise: Command, tmp_path: Path, length: str, width: str
) -> None:
    path = written(tmp_path / "land.geojson", LAND)
    (one,) = lines(emprise("fit", path, "--length", length, "--width", width, "--ces", "50 %", "--json").stdout)
    assert (one["fit"], one["length"]) == ("fits", 12.5)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--gap", "8,5"), "--count 2 --gap 8.5"),
        (("--gap", "beaucoup"), "12,5"),
        (("--setback", "12,375"), "--setback"),
        (("--yard", "-5"), "--yard"),
    ],
)
def test_lengths_that_will_not_do_are_told_with_one_that_does(
    emprise: Command, tmp_path: Path, more: tuple[str, ...], words: str
) -> None:
    path = written(tmp_path / "land.geojson", LAND)
    assert words in emprise("fit", path, "--length", "30", "--width", "20", *more, code=2).stderr
