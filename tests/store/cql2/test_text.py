"""CQL2 text read into the JSON form: as the ``cql2`` package does, in a time that grows with the text alone."""

import random
import time

import cql2
import pytest

from geo.store.cql2.faults import FilterFault
from geo.store.cql2.text import MOST_CHARACTERS, read_text
from tests.store.conftest import Land
from tests.store.cql2.filters import LEAVES, on_shape

QGIS = [
    "(zone_type = 'UE')",
    '"surface_m2" > 5',
    "CASEI(name) LIKE CASEI('x%')",
    "S_INTERSECTS(geometry,BBOX(4.8,45.6,4.9,45.7))",
    "S_INTERSECTS(geometry,POINT(4.8 45.6))",
    "observed_on > DATE('2026-01-01')",
    "updated_at > TIMESTAMP('2026-01-01T00:00:00Z')",
    "( - (5)) = power_mw",
    "name = 'a\\\\b'",
    "((name IS NULL) OR (name NOT IN ('x','y')))",
]
"""What QGIS sends (qgsoapifcql2textexpressioncompiler.cpp), and geopandas users type."""

OTHERS = [
    "a BETWEEN 1 AND 2 AND b = 3",
    "NOT a = 1 AND b = 2 OR c = 3",
    "a not between 1 and 2 or not b is not null",
    "é = 'l''usine' and \"l'\" = '' and \"a\"\"b\" = 'x'",
    "order = 1 AND in_x = 2 AND notes = 3",
    "a = 0.5 OR a = 5 OR a = 1e3 OR a = -1.5E-3",
    "S_WITHIN(g, MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5),(5 5,5.1 5,5.1 5.1,5 5))))",
    "S_TOUCHES(g, LINESTRING(0 0, 1 1)) AND S_EQUALS(g, MULTIPOINT(0 0,1 1))",
    "S_TOUCHES(g, MULTIPOINT((0 0),(1 1)))",
    "S_INTERSECTS(g, GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1)))",
    "S_INTERSECTS(g, POINT Z (1 2 3))",
    "T_DURING(INTERVAL(a,b), INTERVAL('2020-01-01','..'))",
    "T_AFTER(a, INTERVAL('..','2020-01-01T00:00:00Z'))",
    "ACCENTI(CASEI(a)) = ACCENTI(CASEI('É'))",
    "true AND NOT false AND a",
    "a = \t'x'\r\n AND b=1",
]


@pytest.mark.parametrize("written", QGIS + OTHERS)
def test_reads_as_the_package_does(written: str) -> None:
    assert read_text(written) == cql2.parse_text(written).to_json()


def test_reads_random_comparisons_as_the_package_does(land: Land) -> None:
    draw = random.Random(3)  # but shapes, whose 17th digit the package loses
    for _ in range(500):
        written = draw.choice([leaf for leaf in LEAVES if leaf is not on_shape])(draw, land)
        assert read_text(written) == cql2.parse_text(written).to_json(), written


@pytest.mark.parametrize(("written", "value"), [("5.", 5.0), (".5", 0.5), ("--2", 2), ("-(3)", -3)])
def test_numbers_may_be_written_as_the_standard_says(written: str, value: float) -> None:
    assert read_text(f"a = {written}") == {"op": "=", "args": [{"property": "a"}, value]}


def test_an_apostrophe_may_also_be_escaped_as_the_standard_says() -> None:
    assert read_text(r"a = 'l\'usine'") == {"op": "=", "args": [{"property": "a"}, "l'usine"]}


@pytest.mark.parametrize(
    ("written", "code", "near"),
    [
        ("zone_type = ", "filter.unfinished", "zone_type ="),
        ("(a = 1", "filter.unfinished", "(a = 1"),
        ("", "filter.empty", None),
        ("  \n", "filter.empty", None),
        ("a = 1 b = 2", "filter.malformed", "b = 2"),
        ("a == 1", "filter.malformed", "= 1"),
        ("a = 'x", "filter.malformed", "'x"),
        ("a = 1; drop table parcel", "filter.malformed", "; drop table parcel"),
        ("a + 1 = 2", "filter.malformed", "+ 1 = 2"),
        ("a = b = c", "filter.malformed", "= c"),
        ("a IN ()", "filter.malformed", ")"),
        ("a LIKE", "filter.unfinished", "a LIKE"),
        ("S_INTERSECTS(g, POINT EMPTY)", "filter.malformed", "EMPTY)"),
        ("a = 4_0", "filter.malformed", "4_0"),
        ("a = ٤", "filter.malformed", "٤"),
        ("a = 'x' -- and more", "filter.malformed", "-- and more"),
    ],
)
def test_tells_where_a_text_is_wrong(written: str, code: str, near: str | None) -> None:
    with pytest.raises(FilterFault) as refused:
        read_text(written)
    assert refused.value.code == code
    assert refused.value.params.get("near") == near
    if code == "filter.malformed":
        assert written.index(str(near)) + 1 == refused.value.params["character"]


def test_a_text_too_long_is_not_read() -> None:
    with pytest.raises(FilterFault, match=r"filter\.too_long"):
        read_text("a = '" + "x" * MOST_CHARACTERS + "'")


@pytest.mark.parametrize(
    "nested",
    [
        lambda n: "(" * n,
        lambda n: "(" * n + "a= " + ")" * n,
        lambda n: "(" * n + "a=1 b" + ")" * n,
        lambda n: "NOT(" * n + "a=1 b" + ")" * n,
        lambda n: "(" * n + " AND ".join(["a=1"] * n) + " AND" + ")" * n,
        lambda n: "a=" + "-" * n + "(" * n + "1",
        lambda n: "a=" + "f(" * n + "1 2" + ")" * n,
    ],
)
def test_a_wrong_text_costs_in_proportion_to_its_length(nested: object) -> None:
    """Eighteen open brackets take the package seconds, each two more four times as long."""
    assert callable(nested)

    def cost(n: int) -> float:
        started = time.process_time()
        for _ in range(5):
            with pytest.raises(FilterFault):
                read_text(nested(n))
        return time.process_time() - started

    cost(10)
    assert cost(800) < 800 * max(cost(100), 0.002)
