import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from shapely.geometry import Polygon

from geo.fit.profile_build import measure
from geo.match.answer import answer
from geo.match.document import digest, placement_geojson, to_document
from geo.match.need.need import Need
from geo.match.need.reading import read_need
from geo.match.parcel.candidate import Candidate
from geo.match.schemas.schemas import answer_schema
from tests.breadth import tried
from tests.match.parcels import AS_OF, VERSIONS, parcel, ready, rectangle, to_lonlat
from tests.match.test_answer import PLANT, six_dates, six_parcels
from tests.match.test_metamorphic import LAND, NEEDS, STARTS, run

SCHEMA = Draft202012Validator(answer_schema(), format_checker=FormatChecker())


def document(asked: Need, land: Sequence[Candidate], **versions: str) -> dict[str, Any]:
    found = answer(asked, land, six_dates, as_of=AS_OF, versions={**VERSIONS, **versions})
    return json.loads(json.dumps(to_document(found, to_lonlat), allow_nan=False))  # type: ignore[no-any-return]


def test_the_answer_is_as_published() -> None:
    found = document(PLANT, six_parcels())
    SCHEMA.validate(found)
    assert found["counts"] == {
        "considered": 6, "proved": 2, "open": 0, "to_check": 1, "rejected": {"fit": 2, "start_by": 1}
    }  # fmt: skip
    assert found["as_of"] == "2026-10-01"
    assert found["version"] == VERSIONS
    first, second = found["matches"]
    assert (first["parcel_ids"], first["fit"], first["rank"]) == ([1], "fits", "available")
    assert second["rank"] == "optioned"
    assert found["relaxations"] == [
        {
            "change": {
                "criterion": "start_by", "path": "/start_by", "from": "2028-06-30", "to": "2030-01-01", "also": []
            },
            "opens": 1,
            "open": 0,
            "to_check": 0,
            "exact": True,
            "first": 3,
        }
    ]  # fmt: skip


def test_a_change_tells_what_has_to_change_with_it() -> None:
    late = PLANT.model_copy(update={"start_by": date(2026, 11, 1), "production_by": date(2026, 12, 1)})
    found = answer(late, [parcel()], ready, as_of=AS_OF, versions=VERSIONS)
    written: Any = to_document(found, to_lonlat)
    SCHEMA.validate(json.loads(json.dumps(written)))
    (other,) = written["relaxations"][0]["change"]["also"]
    assert other == {"criterion": "production_by", "path": "/production_by", "from": "2026-12-01", "to": "2028-01-01"}


SMALL = rectangle(200, 150)
MEASURED = {"geometry": SMALL, "buildable": SMALL, "profile": measure(SMALL).to_bytes()}


@pytest.mark.parametrize(
    ("asked", "facts"),
    [
        ({"land_m2": "12 ha"}, {}),
        ({"land_m2": "1 ha", "power_mw": "20 MW"}, {}),
        ({"preset": "hydrogen-equipment", "start_by": "2026-12-01"}, {}),
        ({"preset": "hydrogen-equipment", "land_m2": "1 ha"}, MEASURED),
        ({"land_m2": "1 ha", "buildings": [{"length_m": "215 m", "width_m": "50 m"}]}, MEASURED),
        ({"land_m2": "1 ha", "place": {"communes": ["38185"]}}, {}),
    ],
)
def test_a_change_applies_to_the_need_as_the_answer_tells_it(asked: dict[str, Any], facts: dict[str, Any]) -> None:
    """However it was written: with units, in short, or over a preset."""
    given = read_need(asked)
    found = answer(given, [parcel(**facts)], ready, as_of=AS_OF, versions=VERSIONS)
    written: Any = json.loads(json.dumps(to_document(found, to_lonlat)))
    SCHEMA.validate(written)
    assert read_need(written["need"]).model_copy(update={"preset": given.preset}) == given
    assert written["relaxations"]
    for told, meant in zip(written["relaxations"], found.relaxations, strict=True):
        changed = json.loads(json.dumps(written["need"]))
        for one in (told["change"], *told["change"]["also"]):
            _put(changed, one["path"], one["to"])
        wanted = meant.change.apply(given).model_copy(update={"preset": None})
        assert read_need(changed) == wanted


def _put(document: Any, pointer: str, value: Any) -> None:
    *parents, last = pointer.removeprefix("/").split("/")
    for step in parents:
        document = document[int(step) if isinstance(document, list) else step]
    if value is None:
        del document[last]
    else:
        document[int(last) if isinstance(document, list) else last] = value


def test_a_parcel_is_recognised_by_its_cadastral_ids_and_its_epci() -> None:
    land = parcel(cadastral_ids=("69123000AB0012", "69123000AB0013"))
    written: Any = to_document(answer(PLANT, [land], ready, as_of=AS_OF, versions=VERSIONS), to_lonlat)
    SCHEMA.validate(json.loads(json.dumps(written)))
    (match,) = written["matches"]
    assert match["parcel"]["cadastral_ids"] == ["69123000AB0012", "69123000AB0013"]
    assert match["parcel"]["epci_name"] == "Métropole de Lyon"


def test_the_placement_is_geojson_in_degrees() -> None:
    found = document(PLANT, six_parcels())["matches"][0]["placement"]
    placed = Polygon(found["coordinates"][0])
    assert found["type"] == "Polygon"
    assert placed.is_valid
    assert placed.exterior.is_ccw
    assert placed.centroid.coords[0] == pytest.approx((4.83, 45.76), abs=0.01)
    numbers = [number for position in found["coordinates"][0] for number in position]
    assert all(number == round(number, 9) for number in numbers)


def test_a_clockwise_placement_is_turned() -> None:
    clockwise = rectangle(10, 5).reverse()
    found: Any = placement_geojson(clockwise, to_lonlat)
    assert Polygon(found["coordinates"][0]).exterior.is_ccw


def test_the_digest_is_that_of_the_canonical_document() -> None:
    found = document(PLANT, six_parcels())
    bare = {key: value for key, value in found.items() if key != "digest"}
    text = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert found["digest"] == hashlib.sha256(text.encode()).hexdigest() == digest(found)


NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
TOLD = st.none() | st.booleans() | NUMBERS | st.text()


@given(st.dictionaries(st.text(), st.lists(TOLD) | st.dictionaries(st.text(), TOLD), max_size=4))
@example({"lon": [1.2e-05]})
@example({"lon": {"x": -5.2e-05}})
@example({"é": [-3e-9], "z": ["[1e", "\x7f\u2028\n\x01"]})
@example({"price": [1e16, 0.0001, -0.0, 1e15]})
@settings(max_examples=60)
def test_the_digest_is_of_the_same_bytes_whoever_writes_them(told: dict[str, object]) -> None:
    told.pop("digest", None)
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert digest(told) == hashlib.sha256(text.encode()).hexdigest()


def test_the_digest_moves_only_with_what_it_names() -> None:
    same = document(PLANT, six_parcels())
    assert document(PLANT, six_parcels()[::-1]) == same
    assert document(PLANT, six_parcels(), data="later")["digest"] != same["digest"]
    cheaper = [replace(one, price_eur_m2=39.0) for one in six_parcels()]
    assert document(PLANT, cheaper)["digest"] != same["digest"]
    assert document(PLANT.model_copy(update={"limit": 1}), six_parcels())["digest"] != same["digest"]


def test_facts_nobody_knows_are_null() -> None:
    nothing = Candidate(id=1, origin=parcel().origin, observed_on=date(2026, 1, 2))
    found = answer(PLANT, [nothing], lambda _: None, as_of=AS_OF, versions=VERSIONS)
    written = to_document(found, to_lonlat)
    SCHEMA.validate(written)
    (row,) = found.to_check
    assert row.readiness is None
    assert row.score.total.low == 0


@settings(deadline=None, max_examples=tried(100))
@given(NEEDS, LAND, STARTS)
def test_every_answer_is_as_published(need: dict[str, Any], land: list[Candidate], starts: list[int | None]) -> None:
    written = to_document(run(need, land, starts), to_lonlat)
    SCHEMA.validate(json.loads(json.dumps(written, allow_nan=False)))


def test_a_readiness_is_shown_as_it_says() -> None:
    found = answer(PLANT, [parcel()], ready, as_of=AS_OF, versions=VERSIONS)
    (match,) = found.matches
    assert match.readiness is not None
    assert match.readiness.document(match.candidate)["start"] == {"p50": "2027-01-01"}
