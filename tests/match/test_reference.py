"""Set, order and counts equal those of an independent reference, on random small cases."""

from datetime import date
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.land.vocabulary import Industry, Market, Origin
from geo.match.answer import answer
from geo.match.need.reading import read_need
from geo.match.parcel.candidate import Candidate
from tests.breadth import tried
from tests.match.parcels import AS_OF, VERSIONS, Dates, parcel, rectangle
from tests.match.reference import rectangles as reference

DAYS = st.none() | st.dates(date(2026, 6, 1), date(2029, 6, 1))


def facts(id_: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "id": st.just(id_),
            "origin": st.sampled_from(["terrain", "terrain", "friche", "cadastre"]),
            "market": st.sampled_from(
                ["for_sale", "for_sale", "for_lease", "optioned", "sold", "prospect", "unknown", None]
            ),
            "commune_insee": st.sampled_from(["69123", "69123", "38185", None]),
            "industry": st.sampled_from(
                ["allowed", "allowed", "conditional", "after_plan_change", "forbidden", "unknown"]
            ),
            "etat_occup": st.sampled_from([None, "friche", "inoccupé"]),
            "price_eur_m2": st.none() | st.integers(5, 120).map(float),
            "power_mw": st.none() | st.integers(0, 20).map(float),
            "length": st.integers(60, 400).map(float),
            "width": st.integers(30, 250).map(float),
            "angle": st.integers(0, 179).map(float),
            "start": DAYS,
        }
    )


PARCELS = st.integers(1, 7).flatmap(lambda n: st.tuples(*(facts(i) for i in range(1, n + 1)))).map(list)
BUILDING = st.fixed_dictionaries({"length_m": st.integers(20, 220), "width_m": st.integers(10, 120)})
LAND = st.sampled_from([{"min": 5_000}, {"min": 10_000, "max": 60_000}, {"max": 40_000}])
OPTIONAL = {
    "use": st.just("industrie"),
    "tenure": st.sampled_from(["buy", "lease"]),
    "place": st.just({"communes": ["69123"]}),
    "brownfield": st.just("only"),
    "price_max_eur_m2": st.integers(10, 100),
    "power_mw": st.integers(1, 15),
    "start_by": st.dates(date(2026, 9, 1), date(2029, 1, 1)).map(date.isoformat),
}
WISHABLE = ["price_max_eur_m2", "power_mw", "start_by", "use"]


@st.composite
def needs(draw: st.DrawFn) -> dict[str, Any]:
    need: dict[str, Any] = draw(st.fixed_dictionaries({}, optional=OPTIONAL))
    if draw(st.booleans()):
        need |= {"buildings": [draw(BUILDING)], "setback_m": draw(st.integers(0, 15))}
    if "buildings" not in need or draw(st.booleans()):
        need["land_m2"] = draw(LAND)
    wished = draw(st.sets(st.sampled_from(WISHABLE), max_size=3)) if draw(st.booleans()) else set()
    named = [name for name in sorted(wished) if name in need or name in ("use", "start_by", "price_max_eur_m2")]
    need["wishes"] = {name: {"weight": float(draw(st.integers(1, 5)))} for name in named}
    need["include"] = draw(st.sampled_from([[], ["prospect"]]))
    need["limit"] = draw(st.integers(1, 4))
    return need


def candidate(known: dict[str, Any]) -> Candidate:
    return parcel(
        known["id"],
        rectangle(known["length"], known["width"], known["angle"]),
        origin=Origin("terrain" if known["origin"] == "friche" else known["origin"]),
        market=None if known["market"] is None else Market(known["market"]),
        industry=Industry(known["industry"]),
        surface_m2=known["length"] * known["width"],
        **{name: known[name] for name in ("commune_insee", "etat_occup", "price_eur_m2", "power_mw")},
    )


@settings(deadline=None, max_examples=tried(400))
@given(needs(), PARCELS)
def test_equals_the_reference(need: dict[str, Any], parcels: list[dict[str, Any]]) -> None:
    if "buildings" in need:
        assume(all(reference.is_clear_cut(need, known) for known in parcels))
    starts = {known["id"]: known["start"] for known in parcels}
    expected = reference.answer(need, parcels, starts, AS_OF)
    found = answer(
        read_need(need),
        [candidate(known) for known in parcels],
        lambda one: None if starts[one.id] is None else Dates(starts[one.id]),
        as_of=AS_OF,
        versions=VERSIONS,
    )
    assert [match.candidate.id for match in found.matches] == expected["matches"]
    assert [match.candidate.id for match in found.to_check] == expected["to_check"]
    counts = found.counts
    assert {
        "considered": counts.considered,
        "proved": counts.proved,
        "open": counts.open,
        "to_check": counts.to_check,
        "rejected": counts.rejected,
    } == expected["counts"]


def test_the_reference_knows_carvers_inequality() -> None:
    """ACC: a 644 x 100 m block lies in a square of 34 ha only when turned; 644 x 200 m does not."""
    side = 583.1
    assert reference.rectangle_in_rectangle(644, 100, side, side)
    assert not reference.rectangle_in_rectangle(644, 200, side, side)
    assert reference.rectangle_in_rectangle(100, 50, 50, 100)
    assert not reference.rectangle_in_rectangle(100, 50, 99, 50)
