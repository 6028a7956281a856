"""How many features a list tells of: counted up to ten thousand, beyond that about, and how often the base is asked."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.ogc.numbers import KEPT_S, MOST, Numbers, key_of
from api.security.principal import Principal
from geo.cluster import Running
from geo.store.cql2.terms import Kind
from geo.store.database import Role
from geo.store.items.collection import COLLECTIONS
from geo.store.items.question import Order, Question, of_markets
from tests.api.conftest import quick_settings
from tests.api.sent import sent_meanwhile
from tests.api.serving import serving
from tests.store.items.test_stream import filled

PARCELS = 25_000
SEEN = PARCELS * 9 // 10


@pytest.fixture(scope="module")
def client(cluster: Running, template: str) -> Iterator[httpx.Client]:
    """25,000 parcels, one in ten private."""
    for database in filled(cluster, template, PARCELS):
        settings = quick_settings()
        with serving(create_app(settings, database), settings) as made:
            yield made.client


def asked(client: httpx.Client, collection: str = "parcels", **parameters: Any) -> dict[str, Any]:
    answer = client.get(f"/collections/{collection}/items", params=parameters)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


@pytest.mark.parametrize("turn", ["first", "remembered"])
def test_few_are_counted_and_many_are_estimated(client: httpx.Client, turn: str) -> None:
    few = asked(client, market="for_sale", limit=1)
    assert few["numberMatched"] == PARCELS // 50
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


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_an_empty_collection_has_none(own_service: Any, collection: str) -> None:
    found = asked(own_service.client, collection)
    assert (found["numberMatched"], found["features"]) == (0, [])
    described = own_service.client.get(f"/collections/{collection}").json()
    assert "extent" not in described or "spatial" not in described["extent"]


def test_estimates_are_forgotten() -> None:
    now = [0.0]
    numbers = Numbers(lambda: now[0])
    numbers.remember("a", 50_000)
    numbers.remember("near", 12_000)
    assert (numbers.known("a"), numbers.known("near"), numbers.known("b")) == (50_000, None, None)
    now[0] = KEPT_S - 1
    assert numbers.known("a") == 50_000
    now[0] = KEPT_S
    assert numbers.known("a") is None
    numbers.remember("first", 50_000)
    for number in range(MOST):
        numbers.remember(str(number), 50_000)
    assert (numbers.known("first"), numbers.known("0")) == (None, 50_000)


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
