"""Forty parcels with all sorts of facts, some unknown, as the public is served them."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from shapely import Polygon
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from geo.cluster import Running
from geo.derive import work
from geo.store.cql2 import terms
from geo.store.cql2.compiler import condition
from geo.store.cql2.terms import DEGREES, Places
from geo.store.cql2.text import read_text
from geo.store.database import Database, Role
from geo.store.items.page import page
from geo.store.items.question import Question
from geo.store.views.views import PARCEL, columns
from tests import land_rows as rows
from tests.conftest import copied

NAMES = [
    "Les Mûriers",
    "les muriers",
    "ÉCHANGEUR",
    "Échangeur nord",
    "ZA 100 %",
    "l'usine",
    "a_b",
    "",
    None,
    "Zone\\Sud",
]
PARCELS = 40


@dataclass(frozen=True, slots=True)
class Land:
    """The database, the features it serves, and what may be asked of them."""

    database: Database
    features: list[dict[str, Any]]
    queryables: dict[str, terms.Term]


@pytest.fixture(scope="session")
def land(cluster: Running, template: str) -> Iterator[Land]:
    """The same parcels for every test: filters only read."""
    with copied(cluster, template, "cql2") as address:
        _fill(address)
        database = Database(address, pool_size=2)
        work.derive(database, as_of=date(2026, 11, 22))
        with database.connection(Role.PUBLIC) as connection:
            found = page(connection, Role.PUBLIC, Question(), limit=PARCELS)
        features = json.loads(b"[" + found.features + b"]")
        assert len(features) == PARCELS
        yield Land(database, features, dict(terms.queryables(columns(PARCEL, Role.PUBLIC))))
        database.close()


def found(land: Land, written: str | dict[str, Any], places: Places = DEGREES) -> set[int]:
    """The ids of the parcels that a filter, in text or JSON, finds for the public."""
    tree = read_text(written) if isinstance(written, str) else written
    where, values = condition(tree, land.queryables, 2154, places)
    with land.database.connection(Role.PUBLIC) as connection:
        return set(connection.scalars(text(f"select id from parcel where {where}"), values))


def _fill(address: Any) -> None:
    drawn = random.Random(20_261_122)
    engine = create_engine(address, poolclass=NullPool)
    with engine.begin() as connection:
        for number in range(PARCELS):
            east, north = 842_000 + 90 * (number % 8), 6_519_000 + 90 * (number // 8)
            corners = [(east + drawn.uniform(0, 99), north + drawn.uniform(0, 99)) for _ in range(3)]
            rows.parcel(
                connection,
                f"T-{number:02}",
                Polygon(corners),
                name=drawn.choice(NAMES),
                market=drawn.choice(["for_sale", "optioned", "sold", "unknown"]),
                surface_stated_m2=drawn.choice([None, 100, 2500.5, 2500.556]),
                power_mw=drawn.choice([None, 0, 1.5, 20]),
                observed_on=drawn.choice([None, date(2026, 1, 1) + timedelta(drawn.randrange(300))]),
                visibility="public",
                synthetic=drawn.random() < 0.5,
            )
        connection.execute(
            text("update core.parcel set updated_at = '2026-01-01' :: timestamptz + id * interval '9 h'")
        )
    engine.dispose()
