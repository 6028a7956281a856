"""Reads go past the framework: what is declared is what is read, and the answers are the same."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.faults import Faults
from api.openapi.answers import ITEMS, LISTS
from api.reads.routes import Route, reads
from api.security.parameters import DeclaredRoutes
from api.security.request_id import RequestId
from api.security.request_line import RequestLine
from tests.api.serving import Served

TILE = "/collections/parcels/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}"


@pytest.fixture(scope="module")
def routes(bare: Served) -> dict[str, Route]:
    """The reads of the application, by the template of their path."""
    declared = DeclaredRoutes(bare.app)
    return {declared.of(route.endpoint).path: route for route in reads(bare.app) if route.endpoint is not None}


@pytest.mark.parametrize("path", [*LISTS, *ITEMS, TILE, "/", "/collections", "/collections/parcels"])
def test_the_reads_asked_most_go_past_the_framework(routes: dict[str, Route], path: str) -> None:
    assert routes[path].calls is not None


def test_what_is_not_an_answer_yet_is_left_to_the_framework(routes: dict[str, Route]) -> None:
    assert routes["/livez"].calls is None
    assert routes["/things"].calls is None


def test_what_is_read_is_what_is_declared(bare: Served, routes: dict[str, Route]) -> None:
    declared, looked_at = DeclaredRoutes(bare.app), 0
    for route in routes.values():
        if route.calls is None or route.endpoint is None:
            continue
        names = {name for call in route.calls for place, name in call.readers if place == "query"}
        assert names == declared.of(route.endpoint).parameters
        looked_at += len(names)
    assert looked_at > 200


def test_a_function_is_called_once_a_request(routes: dict[str, Route]) -> None:
    for route in routes.values():
        called = [call.function for call in route.calls or ()]
        assert len(called) == len(set(called))


class ByTheFramework:
    """The application's routes as the framework alone runs them."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._below: ASGIApp = RequestId(Faults(RequestLine(AsyncExitStackMiddleware(app.router))))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = self._app
        await self._below(scope, receive, send)


@pytest.fixture(scope="module")
def framework(standing_service: Served) -> httpx.AsyncClient:
    """A client of the routes as the framework runs them, with no service around."""
    transport = httpx.ASGITransport(app=ByTheFramework(standing_service.app))
    return httpx.AsyncClient(transport=transport, base_url=str(standing_service.client.base_url))


@pytest.mark.parametrize(
    "asked",
    [
        "/collections/parcels/items?limit=3",
        "/collections/parcels/items?limit=abc",
        "/collections/parcels/items?limit=abc&bbox=1,2",
        "/collections/parcels/items?limit=0&skipGeometry=maybe&probability=2",
        "/collections/parcels/items?frobnicate=1&limit=abc",
        "/collections/parcels/items?price_eur_m2=3",
        "/collections/parcels/items?f=pdf",
        "/collections/parcels/items?f=html&limit=2",
        "/collections/parcels/items?ready_by=2027-01-01&probability=0.5&sortby=-ready_on&limit=2",
        "/collections/parcels/items?ready_by=yesterday",
        "/collections/parcels/items?name=" + "x" * 300,
        "/collections/zones/items?typezone=U&datetime=2020-01-01/..",
        "/collections/zones/items?bbox=4,45,5",
        "/collections/parcels/items/999999999",
        "/collections/parcels/items/abc",
        "/collections/parcels/items/0",
        "/collections/cadastre/items/69381000AB0001",
        "/collections/parcels/tiles/WebMercatorQuad/14/1/1",
        "/collections/parcels/tiles/WebMercatorQuad/99/1/1",
        "/collections/parcels/tiles/WebMercatorQuad/14/1/1?f=png",
        "/collections/parcels/queryables",
        "/collections/parcels/schema?lang=en",
        "/collections?f=html",
        "/collections?f=xml",
        "/collections/parcels/items/1?f=csv",
        "/conformance",
        "/",
    ],
)
def test_the_answer_is_that_of_the_framework(
    standing_service: Served, framework: httpx.AsyncClient, asked: str
) -> None:
    headers = {"X-Request-Id": "the-same-of-both", "Accept-Encoding": "identity"}
    mine = standing_service.client.get(asked, headers=headers)
    theirs = asyncio.run(framework.get(asked, headers=headers))
    assert mine.status_code == theirs.status_code
    assert _still(mine) == _still(theirs)
    for name in ("content-type", "link", "content-crs", "vary"):
        assert mine.headers.get(name, "").partition(", Accept-Encoding")[0] == theirs.headers.get(name, "")


def _still(answer: httpx.Response) -> object:
    """What an answer says but for the moment it is of."""
    if "json" not in answer.headers["content-type"]:
        return answer.content
    told = answer.json()
    told.pop("timeStamp", None)
    return told
