"""A base filled at an earlier revision says the same after the upgrade as one that was filled at the newest."""

from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from geo.derive import work
from geo.match.need.need import Need
from geo.match.search import search
from geo.store.database import AUDIENCES, Actor, Database, Role
from geo.store.items.collection import PARCELS
from geo.store.items.extent import extent
from geo.store.items.page import page
from geo.store.items.question import Question
from geo.store.tiles.kept import KeptTiles
from geo.store.tiles.tiles import Place
from geo.store.upgrade import downgrade, is_current, upgrade
from tests import land_rows as rows
from tests.conftest import SAMPLE_DAY, SRID

BEFORE = "0008"
"""What was published last."""
HERE = (Place(0, 0, 0), Place(9, 182, 262), Place(12, 1461, 2103))
VISIBILITIES = ("public", "partners", "agency", "private")


def fill(database: Database) -> None:
    """Land of every visibility, offered and as prospects under it, with a zone, a constraint, edits and a deletion."""
    with database.connection(Role.WORKER) as connection:
        own = rows.organisation(connection, "EPCI A")
        rows.zone(connection, "Z", rows.square(-500, -500, 9_000))
        rows.commune(connection, "69381", rows.square(-500, -500, 9_000))
        rows.constraint(connection, "C", rows.square(500, 0))
        rows.substation(connection, "N", 100, 100, free_mw=5)
        for n, seen in enumerate(VISIBILITIES):
            here = rows.square(n * 400, 0, 300)
            rows.parcel(connection, seen, here, visibility=seen, responsible=own, name=f"Lot {seen}")
            rows.parcel(connection, f"under {seen}", here.buffer(-10), origin="cadastre", market="prospect")
        rows.parcel(connection, "gone", rows.square(8_000, 8_000), deleted_on=SAMPLE_DAY)
        connection.execute(text("update core.parcel set price_eur_m2 = 40 where key = 'public'"))


def told(database: Database) -> dict[str, Any]:
    """What every audience is told: features, extents, tiles and a match; without the moments of derivation."""
    found = dict[str, Any]()
    for role in AUDIENCES:
        actor = None if role is Role.PUBLIC else Actor(2, "territory")
        with database.connection(role, actor) as connection:
            made = page(connection, role, Question(), limit=100)
            found[f"{role} page"] = (made.returned, made.matched, made.features)
            found[f"{role} extent"] = extent(connection, PARCELS, SRID)
        with closing(KeptTiles(database)) as kept:
            found[f"{role} tiles"] = [kept.tile(role, actor, place) for place in HERE]
        need = Need.model_validate({"land_m2": {"min": 5_000}, "include": ["prospect"]})
        answer = search(database, role, actor, need, SAMPLE_DAY, with_questions=True)
        found[f"{role} match"] = {name: answer[name] for name in answer if name not in ("version", "digest")}
    return found


@pytest.mark.parametrize("derived", [True, False])
def test_what_was_filled_before_is_served_after(admin: URL, database: Database, *, derived: bool) -> None:
    """``derived``: by the newest code, whose derivations the older schema still holds; else all is stale."""
    if derived:
        fill(database)
        work.derive(database, as_of=SAMPLE_DAY)
        before = told(database)
        database.close()
        downgrade(admin, srid=SRID, revision=BEFORE)
    else:
        database.close()
        downgrade(admin, srid=SRID, revision=BEFORE)
        fill(database)
        database.close()
    engine = create_engine(admin, poolclass=NullPool)
    with engine.connect() as connection:
        assert connection.scalar(text("select to_regclass('core.tile')")) is None
    engine.dispose()
    upgrade(admin, srid=SRID)
    assert is_current(admin)
    newest = Database(admin, pool_size=2)
    try:
        if derived:
            assert told(newest) == before
        work.derive(newest, as_of=SAMPLE_DAY)
        after = told(newest)
        if derived:
            assert after == before
        work.derive(newest, as_of=SAMPLE_DAY, everything=True)
        assert told(newest) == after
        assert len({after[f"{role} page"][2] for role in AUDIENCES}) == len(AUDIENCES)
    finally:
        newest.close()
