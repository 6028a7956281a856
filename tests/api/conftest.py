"""A service without database for the rules that need none, and one over a fresh database."""

import dataclasses
import io
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy import URL

from api.app import create_app
from api.logs import configure_logs
from api.settings import Settings
from geo.cluster import Running
from geo.store.database import Database
from tests.api import example
from tests.api.serving import Served, serving
from tests.conftest import copied

NOWHERE = URL.create("postgresql+psycopg", host="/nonexistent", database="nowhere")


def quick_settings(**changes: object) -> Settings:
    """Settings with short waits, so that tests of time-outs are quick."""
    values: dict[str, object] = {
        "data_dir": Path("/nonexistent"),
        "head_timeout_s": 1.0,
        "body_timeout_s": 1.0,
        "anonymous_posts_per_minute": 100_000,
        "sign_in_failures_per_minute": 100_000,
        "cors_origins": ("https://writer.example",),
    }
    return Settings.model_validate(values | changes)


@pytest.fixture(scope="session", autouse=True)
def quiet_logs() -> None:
    """Logs as short lines that pytest shows with a failure (the library's default draws whole stacks)."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()])


def with_examples(settings: Settings, database: Database) -> FastAPI:
    """The service with the example routes."""
    app = create_app(settings, database)
    app.include_router(example.router)
    return app


def database_out_of_reach(settings: Settings) -> FastAPI:
    """The service with the example routes and no database to be found."""
    return with_examples(settings, Database(NOWHERE))


@pytest.fixture(scope="session")
def bare() -> Iterator[Served]:
    """The service and the example routes, its database out of reach."""
    settings = quick_settings()
    with serving(database_out_of_reach(settings), settings) as served:
        yield served


@pytest.fixture(scope="session")
def standing_admin(cluster: Running, template: str) -> Iterator[URL]:
    """One database for all tests here that leave no trace another would stumble on."""
    with copied(cluster, template, "api") as address:
        yield address


@pytest.fixture(scope="session")
def standing(standing_admin: URL) -> Iterator[Database]:
    """The same, with an engine for each role."""
    made = Database(standing_admin, pool_size=2)
    yield made
    made.close()


@pytest.fixture(scope="session")
def standing_service(standing: Database) -> Iterator[Served]:
    """The service and the example routes over the standing database."""
    settings = quick_settings()
    with serving(with_examples(settings, standing), settings) as made:
        yield made


@pytest.fixture(scope="session")
def standing_plants(cluster: Running, template: str) -> Iterator[tuple[Served, Database, dict[str, int]]]:
    """The service over the land of known plants (tests/api/plants.py), for all tests that change nothing of it."""
    from tests.api.plants import planted

    with planted(cluster, template, "plants") as made:
        yield made


@pytest.fixture
def served(standing_service: Served) -> Iterator[Served]:
    """The service over the standing database, with a client that has no cookies yet."""
    with httpx.Client(base_url=standing_service.client.base_url, timeout=20) as client:
        yield dataclasses.replace(standing_service, client=client)


@pytest.fixture
def own_service(database: Database) -> Iterator[Served]:
    """The service and the example routes over a fresh database, for tests that damage it."""
    settings = quick_settings()
    with serving(with_examples(settings, database), settings) as made:
        yield made


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged as production logs it; everything is put back afterwards."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logs("info", stream)
    client = logging.getLogger("httpx")  # of the test: it logs the addresses it asks for
    client.setLevel(logging.WARNING)
    yield stream
    root.handlers = handlers
    root.setLevel(level)
    client.setLevel(logging.NOTSET)
    structlog.configure(**before)
