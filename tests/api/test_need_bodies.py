"""Needs from strangers: each broken geometry and impossible number is a 422 that names its field (rows 56-70, 83)."""

import copy
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.clock import today
from geo.cluster import Running
from geo.derive import work
from geo.match.need.examples import EXAMPLES
from geo.match.need.need import Need
from geo.store.database import Database
from tests.api.conftest import quick_settings
from tests.api.serving import Served, serving
from tests.conftest import copied

RING = [[4.8, 45.7], [4.9, 45.7], [4.9, 45.8], [4.8, 45.8], [4.8, 45.7]]
JSON = {"Content-Type": "application/json"}
HALL = {"length_m": 40, "width_m": 20}


@pytest.fixture(scope="module")
def some_land(cluster: Running, sample_template: str) -> Iterator[Served]:
    """The service over the sample, with as few connections as a small server has."""
    settings = quick_settings()
    with copied(cluster, sample_template, "needs") as address:
        database = Database(address, pool_size=2)
        work.derive(database, as_of=today(settings))
        with serving(create_app(settings, database), settings) as served:
            yield served
        database.close()


def polygon(*rings: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings), **more}


def ask(served: Served, **need: Any) -> httpx.Response:
    body = {"schema": "emprise/need/1", "buildings": [HALL], **need}
    answer = served.client.post("/matches?lang=en", json=body)
    assert answer.status_code < 500
    return answer


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(polygon(RING), id="plain"),
        pytest.param(polygon([[x, y, 200.0] for x, y in RING]), id="row-61-heights"),
        pytest.param(polygon(RING[::-1]), id="row-70-clockwise"),
        pytest.param({"type": "MultiPolygon", "coordinates": [[RING]]}, id="multi"),
    ],
)
def test_a_sound_polygon_is_taken(served: Served, shape: dict[str, Any]) -> None:
    answer = ask(served, place={"polygon": shape})
    assert (answer.status_code, answer.json().get("code")) == (200, None)


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(polygon(), id="row-57-empty"),
        pytest.param(polygon([]), id="row-57-empty-ring"),
        pytest.param(polygon([[4, 45], [5, 45], [4, 45]]), id="row-58-three-points"),
        pytest.param(polygon(RING[:-1]), id="row-58-unclosed"),
        pytest.param(polygon([RING[0], RING[2], RING[1], RING[3], RING[0]]), id="row-59-bowtie"),
        pytest.param(polygon([[4, 45], [5, 45], [6, 45], [4, 45]]), id="row-60-flat"),
        pytest.param(polygon([*RING[:2], [5.5, 45.7], *RING[1:]]), id="row-60-spike"),
        pytest.param(polygon(RING, [[1, 1], [2, 1], [2, 2], [1, 1]]), id="row-60-hole-outside"),
        pytest.param(polygon(RING, RING), id="row-60-hole-is-shell"),
        pytest.param({"type": "MultiPolygon", "coordinates": [[RING], [RING]]}, id="row-60-overlapping"),
        pytest.param(polygon([[x, y, 1, 2] for x, y in RING]), id="row-62-four-numbers"),
        pytest.param(polygon([[x] for x, _ in RING]), id="row-62-one-number"),
        pytest.param(polygon([[842e3, 6519e3], [843e3, 6519e3], [843e3, 652e4], [842e3, 6519e3]]), id="row-64-metres"),
        pytest.param(polygon(RING, crs={"type": "name", "properties": {"name": "EPSG:2154"}}), id="row-65-crs"),
        pytest.param(polygon([[200, 45], [201, 45], [201, 46], [200, 45]]), id="row-66-longitude-200"),
        pytest.param({"type": "Point", "coordinates": [4.8, 45.7]}, id="row-67-point"),
        pytest.param({"type": "GeometryCollection", "geometries": []}, id="row-67-collection"),
        pytest.param({"type": "Blob", "coordinates": []}, id="row-67-unknown"),
        pytest.param({"type": "feature", "geometry": polygon(RING)}, id="row-68-feature"),
        pytest.param(polygon([["NaN", 45], [5, 45], [5, 46], ["NaN", 45]]), id="row-53-text-nan"),
        pytest.param(polygon([[None, None]] * 4), id="nothing-for-numbers"),
        pytest.param(polygon("abc"), id="text-for-a-ring"),
    ],
)
def test_a_broken_polygon_is_422_with_its_field(served: Served, shape: dict[str, Any]) -> None:
    answer = ask(served, place={"polygon": shape})
    assert answer.status_code == 422
    fields = [error["field"] for error in answer.json()["errors"]]
    assert all(field.startswith("place.polygon") for field in fields)
    assert not any(field.endswith(("Polygon", "MultiPolygon")) for field in fields), "names of types are no fields"


def test_row_59_the_crossing_is_located(served: Served) -> None:
    bowtie = polygon([RING[0], RING[2], RING[1], RING[3], RING[0]])
    (error,) = ask(served, place={"polygon": bowtie}).json()["errors"]
    assert "4.85, 45.75" in error["detail"]


@pytest.mark.parametrize(
    ("need", "field"),
    [
        pytest.param({"buildings": [{"length_m": 0, "width_m": 20}]}, "buildings[0].length_m", id="row-83-zero"),
        pytest.param({"buildings": [{"length_m": -1, "width_m": 20}]}, "buildings[0].length_m", id="row-83-negative"),
        pytest.param({"buildings": [{"length_m": 1e9, "width_m": 20}]}, "buildings[0].length_m", id="row-83-1e9"),
        pytest.param({"buildings": [{"length_m": "NaN", "width_m": 20}]}, "buildings[0].length_m", id="row-83-nan"),
        pytest.param({"buildings": []}, "buildings", id="row-83-no-building"),
        pytest.param({"buildings": [HALL] * 10_000}, "buildings", id="row-83-many-buildings"),
        pytest.param({"setback_m": 1e308}, "setback_m", id="row-83-setback"),
        pytest.param({"start_by": "2026-13-45"}, "start_by", id="row-29-no-day"),
        pytest.param({"use": "Volcano"}, "use", id="row-83-unknown-use"),
        pytest.param({"limit": 10**30}, "limit", id="row-04-limit"),
        pytest.param({"land_m2": {"min": 10, "max": 5}}, "land_m2", id="row-28-min-above-max"),
        pytest.param({"wishes": {"__class__": {"weight": 1}}}, "wishes.__class__", id="row-34-odd-name"),
        pytest.param({"place": {"communes": ["' or 1=1 --"]}}, "place.communes[0]", id="row-32-quote"),
        pytest.param({"published_by": 1}, "published_by", id="row-95-mass-assignment"),
        pytest.param({"schema": "emprise/need/999"}, "schema", id="another-schema"),
    ],
)
def test_an_impossible_need_is_422_with_its_field(served: Served, need: dict[str, Any], field: str) -> None:
    answer = ask(served, **need)
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]


def test_row_84_no_match_is_an_answer(served: Served) -> None:
    answer = ask(served, place={"communes": ["74173"]})
    assert (answer.status_code, answer.json()["matches"]) == (200, [])


ATOMS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 10**7)
    | st.floats(-1e300, 1e300)
    | st.sampled_from(["8 ha", "12.000", "2028-06-30", "2026-13-45", "industrie", "buy", "only", "69", "A", "x" * 300])
    | st.text(max_size=20)
)
NAMES = st.sampled_from([*Need.model_json_schema()["properties"], "length_m", "polygon", "weight", "min"])
VALUES = st.recursive(ATOMS, lambda part: st.lists(part, max_size=3) | st.dictionaries(NAMES, part, max_size=3))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything in a document."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, part in parts for found in places(part, (*path, key)))]


def holder(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        document = document[key]
    return document


def at(document: Any, path: tuple[Any, ...]) -> Any:
    return holder(document, path)[path[-1]] if path else document


@st.composite
def needs(draw: st.DrawFn) -> dict[str, Any]:
    """A published example with some of its numbers changed, some parts left out, and at times something odd in it."""
    need: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(EXAMPLES)))
    for path in [path for path in places(need) if isinstance(at(need, path), int | float)]:
        value, factor = at(need, path), draw(st.sampled_from([1, 1, 0.5, 0.9, 1.1]))
        if not isinstance(value, bool) and factor != 1:
            holder(need, path)[path[-1]] = max(1, int(value * factor)) if isinstance(value, int) else value * factor
    for name in draw(st.lists(st.sampled_from(sorted(need)), max_size=2, unique=True)):
        if name not in ("buildings", "land_m2"):
            del need[name]
    if draw(st.integers(0, 3)) == 2:
        path = draw(st.sampled_from([path for path in places(need) if path]))
        holder(need, path)[path[-1]] = draw(VALUES)
    if draw(st.integers(0, 9)) == 7:
        need[draw(NAMES | st.text(max_size=20))] = draw(VALUES)
    return need


@pytest.mark.parametrize("examples", [25, pytest.param(400, marks=pytest.mark.slow)])
def test_no_need_however_odd_is_a_500(some_land: Served, examples: int) -> None:
    reached: Counter[int] = Counter()

    @settings(max_examples=examples, deadline=None)
    @given(needs())
    def ask_oddly(need: dict[str, Any]) -> None:
        answer = some_land.client.post("/matches", content=json.dumps(need), headers=JSON)
        reached[answer.status_code] += 1
        assert answer.status_code in (200, 400, 413, 422)

    ask_oddly()
    assert reached[200] > sum(reached.values()) / 2, "most needs are to reach the matching itself"


def test_five_cold_needs_leave_the_items_answering(some_land: Served) -> None:
    need = {"schema": "emprise/need/1", "buildings": [HALL], "start_by": "2030-01-01", "include": ["prospect"]}

    def cold(number: int) -> int:
        body = need | {"setback_m": 1.5 + number, "name": f"cold {number}"}
        return httpx.post(f"{some_land.client.base_url}/matches", json=body, timeout=60).status_code

    with ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(cold, number) for number in range(5)]
        items = 0
        while not all(one.done() for one in asked) or not items:
            answer = some_land.client.get("/collections/parcels/items?limit=1")
            assert answer.status_code == 200, answer.text
            items += 1
    statuses = [one.result() for one in asked]
    assert set(statuses) <= {200, 503}, "a need beyond the turns is told to come back"
    assert 200 in statuses
