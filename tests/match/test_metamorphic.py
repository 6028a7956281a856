"""Counts that add up, and rows that say what they are, on random parcels where anything may be unknown."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.land.vocabulary import Industry, Market, Origin
from geo.match.answer import Answer, answer
from geo.match.need.reading import read_need
from geo.match.parcel.candidate import Candidate
from tests.breadth import tried
from tests.match.parcels import AS_OF, VERSIONS, Dates, parcel, rectangle


@st.composite
def candidates(draw: st.DrawFn) -> Candidate:
    shape = rectangle(draw(st.integers(50, 400)), draw(st.integers(40, 300)), draw(st.integers(0, 179)))
    notch = shapely.box(shape.bounds[0], shape.bounds[1], shape.centroid.x, shape.centroid.y)
    buildable = draw(st.sampled_from([shape, shape, shape.difference(notch), None]))
    scale = draw(st.floats(0.999, 1.002))
    return parcel(
        shape=shape,
        origin=draw(st.sampled_from(Origin)),
        market=draw(st.none() | st.sampled_from(Market)),
        commune_insee=draw(st.sampled_from([None, "69123", "38185"])),
        industry=draw(st.none() | st.sampled_from(Industry)),
        price_eur_m2=draw(st.none() | st.floats(1, 150)),
        power_mw=draw(st.none() | st.floats(0, 30)),
        substation_km=draw(st.none() | st.floats(0, 10)),
        etat_occup=draw(st.sampled_from([None, "friche", "vacant"])),
        surface_m2=draw(st.sampled_from([None, shape.area / scale**2])),
        lon=draw(st.none() | st.floats(4.7, 5.0)),
        buildable=buildable,
        buildable_m2=None if buildable is None else buildable.area / scale**2,
        geometry=draw(st.sampled_from([shape, shape, None])),
        stale=draw(st.booleans() if buildable is None else st.just(False)),
        scale=scale,
    )


LAND = st.lists(candidates(), max_size=8).map(lambda land: [replace(one, id=i) for i, one in enumerate(land)])
STARTS = st.lists(st.none() | st.integers(0, 1_500), min_size=8, max_size=8)


def _consistent(need: dict[str, Any]) -> dict[str, Any]:
    """A production date needs something that is built."""
    return {"footprint_m2": 500, **need} if "production_by" in need and not need.get("buildings") else need


NEEDS = st.fixed_dictionaries(
    {
        "land_m2": st.fixed_dictionaries({"min": st.integers(1_000, 60_000)}),
        "include": st.sampled_from([[], ["prospect"]]),
        "limit": st.integers(1, 5),
    },
    optional={
        "buildings": st.lists(
            st.fixed_dictionaries(
                {"length_m": st.integers(20, 200), "width_m": st.integers(10, 100), "count": st.sampled_from([1, 1, 2])}
            ),
            min_size=1,
            max_size=2,
        ),
        "setback_m": st.integers(0, 20),
        "use": st.sampled_from(["industrie", "industrie", "bureau"]),
        "tenure": st.sampled_from(["buy", "lease"]),
        "place": st.sampled_from([{"communes": ["69123"]}, {"near": {"lon": 4.8, "lat": 45.76, "km": 8}}]),
        "brownfield": st.just("only"),
        "price_max_eur_m2": st.integers(10, 100),
        "power_mw": st.integers(1, 20),
        "max_km": st.sampled_from([{"substation": 4}, {"substation": 4, "port": 10}]),
        "start_by": st.dates(AS_OF, date(2030, 1, 1)).map(date.isoformat),
        "production_by": st.dates(AS_OF, date(2030, 1, 1)).map(date.isoformat),
        "icpe": st.sampled_from([{"regime": "E"}, {"regime": "A"}]),
        "fibre": st.booleans(),
    },
).map(_consistent)


def run(need: dict[str, Any], land: list[Candidate], starts: list[int | None]) -> Answer:
    def readiness(candidate: Candidate) -> Dates | None:
        days = starts[candidate.id % len(starts)]
        if days is None:
            return None
        start = AS_OF + timedelta(days=days)
        return Dates(start, None, start + timedelta(days=400), spread_days=90, doubt_days=days % 300)

    return answer(read_need(need), land, readiness, as_of=AS_OF, versions=VERSIONS)


@settings(deadline=None, max_examples=tried(250))
@given(NEEDS, LAND, STARTS)
def test_counts_add_up(need: dict[str, Any], land: list[Candidate], starts: list[int | None]) -> None:
    found = run(need, land, starts)
    counts = found.counts
    assert counts.considered == len(land)
    assert counts.considered == counts.proved + counts.open + counts.to_check + sum(counts.rejected.values())
    assert all(n > 0 for n in counts.rejected.values())
    assert len(found.matches) == min(counts.proved, need["limit"])
    assert len(found.to_check) == min(counts.to_check, need["limit"])


@settings(deadline=None, max_examples=tried(250))
@given(NEEDS, LAND, STARTS)
def test_what_is_shown_says_so(need: dict[str, Any], land: list[Candidate], starts: list[int | None]) -> None:
    """A match has every must passed; a row to check has none failed and one unknown; placements lie on the land."""
    found = run(need, land, starts)
    for match in found.matches:
        assert all(c.verdict.value == "pass" for c in match.criteria if c.role.value == "must")
    for match in found.to_check:
        assert not any(c.blocks for c in match.criteria)
        assert any(c.asks for c in match.criteria)
    for match in (*found.matches, *found.to_check):
        if match.fit is not None and match.fit.placement is not None:
            land_of = match.candidate
            assert land_of.buildable is not None
            assert land_of.geometry is not None
            assert land_of.buildable.covers(match.fit.placement)
            gap = match.fit.placement.distance(land_of.geometry.boundary)
            assert gap >= need.get("setback_m", 0) * land_of.scale - 1e-9


@settings(deadline=None, max_examples=tried(100))
@given(NEEDS, LAND, STARTS)
def test_a_longer_page_shows_the_shorter_one_first(
    need: dict[str, Any], land: list[Candidate], starts: list[int | None]
) -> None:
    short, long = run(need, land, starts), run({**need, "limit": 100}, land, starts)
    assert [m.candidate.id for m in short.matches] == [m.candidate.id for m in long.matches][: need["limit"]]
