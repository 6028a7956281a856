"""How many features a list tells of: counted up to ten thousand, beyond that about, and how often the base is asked."""

from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import text

from api.app import create_app
from api.deps import Session
from api.ogc.numbers import KEPT_S, MOST, Number, Numbers, key_of
from api.ogc.property_parameters import known
from api.security.principal import Principal
from geo.cluster import Running
from geo.store.cql2.compiler import Clause, condition
from geo.store.cql2.terms import Kind
from geo.store.cql2.text import read_text
from geo.store.database import PLANNED_ONCE, Database, Role
from geo.store.items import counting
from geo.store.items.collection import COLLECTIONS, PARCELS
from geo.store.items.hits import hits
from geo.store.items.page import COUNTED
from geo.store.items.question import Order, Question, of_markets
from geo.store.reading import digest
from tests.api.conftest import quick_settings
from tests.api.sent import sent_meanwhile
from tests.api.serving import serving
from tests.conftest import SRID
from tests.store.items.grid import PARCELS as PLACED
from tests.store.items.grid import large

SEEN = PLACED * 9 // 10


@pytest.fixture(scope="module")
def base(cluster: Running, template: str) -> Iterator[Database]:
    """25,000 parcels, one in ten private."""
    yield from large(cluster, template, "numbers")


@pytest.fixture(scope="module")
def client(base: Database) -> Iterator[httpx.Client]:
    settings = quick_settings()
    with serving(create_app(settings, base), settings) as made:
        yield made.client


def asked(client: httpx.Client, collection: str = "parcels", **parameters: Any) -> dict[str, Any]:
    answer = client.get(f"/collections/{collection}/items", params=parameters)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


@pytest.mark.parametrize("turn", ["first", "remembered"])
def test_few_are_counted_and_many_are_estimated(client: httpx.Client, turn: str) -> None:
    few = asked(client, market="for_sale", limit=1)
    assert few["numberMatched"] == PLACED // 50
    assert "numberEstimated" not in few
    many = asked(client, limit=3)
    assert "numberMatched" not in many
    assert abs(many["numberEstimated"] - SEEN) < 0.05 * SEEN
    (following,) = (link["href"] for link in many["links"] if link["rel"] == "next")
    rest = client.get(following).json()
    assert rest["numberEstimated"] == many["numberEstimated"]
    assert [one["id"] for one in many["features"] + rest["features"]] == [1, 2, 3, 4, 5, 6]


def test_what_is_hidden_is_in_no_estimate(client: httpx.Client) -> None:
    """One in ten is private: an estimate by the planner's statistics would not know which."""
    hidden = asked(client, filter="name IS NULL AND id > 0", limit=1)
    assert abs(hidden["numberEstimated"] - SEEN) < 0.05 * SEEN


QUERIES = [{}, {"market": "sold"}, {"market": "for_sale"}, {"bbox": "4.84,45.755,4.86,45.764"},
           {"sortby": "-surface_m2"}, {"filter": "surface_m2 > 5"}, {"datetime": "2020-01-01/.."}]  # fmt: skip


@pytest.mark.parametrize("limit", [1, 1_000])
@pytest.mark.parametrize("query", QUERIES)
def test_a_page_asks_the_base_once(client: httpx.Client, query: dict[str, str], limit: int) -> None:
    """And a second time, for the first page of more than are counted: about how many. However many rows it has."""
    asked(client, **query, limit=limit)
    with sent_meanwhile() as sent:
        asked(client, **query, limit=limit)
    assert len(sent) == 1, sent


SELDOM = "source_id LIKE 'T-2%'"
"""6,111 of 25,000, one in ten of them hidden; nothing finds them but to look at each."""


def test_what_takes_long_to_count_is_estimated_though_it_is_little(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "AFFORDED", 2_000.0)
    with sent_meanwhile() as sent:
        page = asked(client, filter=SELDOM, limit=5)
    assert "numberMatched" not in page
    assert abs(page["numberEstimated"] - 5_500) < 2_000
    assert not [one for one in sent if "counted as materialized" in one], "it is not counted all the same"
    (following,) = (link["href"] for link in page["links"] if link["rel"] == "next")
    assert client.get(following).json()["numberEstimated"] == page["numberEstimated"]
    whole = asked(client, filter="source_id = 'T-21'", limit=5)
    assert (whole["numberMatched"], len(whole["features"])) == (1, 1), "a page that has all has counted them"


def test_it_is_counted_where_that_is_afforded(client: httpx.Client) -> None:
    assert asked(client, filter=f"{SELDOM} AND id > 0", limit=5)["numberMatched"] == 5_500


QUESTIONS = {
    "index": "market = 'for_sale'",
    "few": "id < 300",
    "none": "source_id = 'T'",
    "some": SELDOM,
    "many": "surface_m2 > 5",
    "part of a name": "name LIKE '%zzz%'",
}


@pytest.mark.parametrize("written", QUESTIONS.values(), ids=QUESTIONS)
def test_what_is_looked_at_is_known_before(base: Database, written: str) -> None:
    """Rows really looked at, of all tables, beside what was said in pages: a row is a tenth of one, or all of it."""
    named = known(Role.PUBLIC, PARCELS)
    question = Question((condition(read_text(written), named, SRID),))
    sql = f"(analyze, timing off, format json) select from ({hits(question)}) h limit {COUNTED + 1}"
    with base.connection(Role.PUBLIC) as connection:
        (found,) = connection.execute(text(f"explain {sql}"), question.values()).scalar_one()
    looked = rows_of(found["Plan"])
    assert looked / 10 <= counting.looked_at(found["Plan"]) <= 5 * looked + PLACED / 50


@pytest.mark.parametrize(
    ("written", "once"),
    [
        ("market = 'for_sale'", True),
        ("market = 'sold'", True),
        ("name IN ('Lot 7', 'Lot 8') AND market = 'for_sale'", True),
        ("id < 9 AND observed_on < DATE('2020-01-01') AND updated_at > TIMESTAMP('2020-01-01T00:00:00Z')", False),
        ("S_INTERSECTS(geometry, BBOX(4.86, 45.76, 4.865, 45.764))", True),
        ("A_CONTAINS(areas, ('epci/200046977'))", False),
        ("name IS NULL", True),
    ],
)
def test_a_statement_is_planned_once_where_any_values_are_found_so(base: Database, written: str, once: bool) -> None:
    question = Question((condition(read_text(written), known(Role.PUBLIC, PARCELS), SRID),))
    numbers = Numbers()
    found = numbers.found(Session(base, Principal(), "-"), question)
    assert found == Number(None, PLANNED_ONCE if once else None)
    assert numbers.ways.known(digest(Role.PUBLIC, hits(question))), "the statement itself is not kept"
    with base.connection(Role.PUBLIC) as connection:
        left = connection.scalars(text("select name from pg_prepared_statements where name = 'hits'")).all()
        assert (left, connection.scalar(text("show plan_cache_mode"))) == ([], "auto")


def test_a_plan_that_fails_does_not_harm_the_next_one(base: Database) -> None:
    """What was prepared for it outlives its transaction."""
    one = Database(base.url, pool_size=1)
    fails = Question((Clause("1 / 0 = id", {}),))  # found by the planner, not before
    for _ in range(2):
        with pytest.raises(psycopg.errors.DivisionByZero), one.connection(Role.PUBLIC) as connection:
            counting.plan_for_any(connection, fails)
    with one.connection(Role.PUBLIC) as connection:
        assert counting.plan_for_any(connection, Question())
    one.close()


def rows_of(plan: dict[str, Any]) -> float:
    """Rows that a plan looked at in tables and indexes."""
    parts = [one for one in plan.get("Plans", ()) if one["Parent Relationship"] not in ("InitPlan", "SubPlan")]
    own = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) if not parts else 0
    return float(own * plan["Actual Loops"] + sum(map(rows_of, parts)))


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_an_empty_collection_has_none(own_service: Any, collection: str) -> None:
    found = asked(own_service.client, collection)
    assert (found["numberMatched"], found["features"]) == (0, [])
    described = own_service.client.get(f"/collections/{collection}").json()
    assert "extent" not in described or "spatial" not in described["extent"]


def test_estimates_are_forgotten() -> None:
    now = [0.0]
    numbers = Numbers(lambda: now[0])
    many = Number.of_many(50_000)
    numbers.remember("a", many)
    numbers.remember("near", Number.of_many(12_000))
    assert (numbers.known("a"), numbers.known("near"), numbers.known("b")) == (many, Number(None), None)
    now[0] = KEPT_S - 1
    assert numbers.known("a") == Number(50_000)
    now[0] = KEPT_S
    assert numbers.known("a") is None
    numbers.remember("first", many)
    for number in range(MOST):
        numbers.remember(str(number), many)
    assert (numbers.known("first"), numbers.known("0")) == (None, many)


def test_nobody_gets_anothers_estimate() -> None:
    question, other = Question(), Question((of_markets(["sold"]),))
    keys = {
        key_of(Principal(), question),
        key_of(Principal(), other),
        key_of(Principal(Role.PLANNER, 1, "territory"), question),
        key_of(Principal(Role.PLANNER, 2, "territory"), question),
        key_of(Principal(Role.COMPANY, 1, "company", 7), question),
        key_of(Principal(Role.COMPANY, 1, "company", 8), question),
        *(key_of(Principal(), Question(collection=one)) for one in COLLECTIONS.values()),
    }
    assert len(keys) == 6 + len(COLLECTIONS) - 1
    assert key_of(Principal(), Question(orders=(Order("id", Kind.NUMBER),))) == key_of(Principal(), question)
