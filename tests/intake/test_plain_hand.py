"""A large cadastre is staged by threads that take plain rows a chunk at a time: base and report are as without them."""

import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from geo.intake import stager
from geo.intake.crew import Crew
from geo.intake.load import Options, load
from geo.intake.plain_hand import PlainHand
from geo.store.database import Database, Role
from tests.conftest import SRID
from tests.intake.layers.test_plain_cadastre import ODD, parcel
from tests.intake.test_resume import facts
from tests.intake.written_files import collection

ROWS = 4_500
OPTIONS = Options(layer="cadastre", keep_going=True)


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows of a few chunks, one in fifty with something odd, one there twice."""
    rng = random.Random(4)
    features = [parcel(number, rng) for number in range(ROWS)]
    for one in rng.sample(features, ROWS // 50):
        rng.choice(ODD[:28])(one)
    features[ROWS // 2] = features[1]
    path = tmp_path_factory.mktemp("plain") / "cadastre.geojson"
    path.write_bytes(collection(features))
    return path


def emptied(database: Database) -> tuple[Any, ...]:
    """What is in the base, which is empty afterwards."""
    with database.connection(Role.WORKER) as connection:
        facts = "idu, commune_insee, prefixe, section, numero, contenance_m2, arpente, created_on, updated_on"
        rows = connection.execute(
            text(f"select {facts}, digest, raw, st_asewkb(geom) from core.cadastral_parcel order by idu")
        )
        found = tuple(tuple(row) for row in rows)
        for table in ("core.cadastral_parcel", "core.import", "core.delivery"):
            connection.execute(text(f"delete from {table}"))
    return found


def test_it_comes_to_the_same(database: Database, big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hands: list[object] = []

    class Watched(Crew):
        def __init__(self, some: Any) -> None:
            super().__init__(some)
            hands.extend(some)

    monkeypatch.setattr(stager, "Crew", Watched)
    monkeypatch.setattr(stager, "WORTH", 1_000)
    expected = facts(load(database, big, OPTIONS, srid=SRID)), emptied(database)
    assert not hands
    monkeypatch.setattr(stager, "WORTH", 0)
    found = facts(load(database, big, OPTIONS, srid=SRID)), emptied(database)
    assert hands
    assert all(isinstance(hand, PlainHand) for hand in hands)
    assert found == expected
    assert len(found[1]) > 0.95 * ROWS
