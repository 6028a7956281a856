"""Edits through the desktop views: checked, kept as overrides with actor and reason, of one's own land alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
import shapely
from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from geo.derive import work
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.store.desktop_login import Desk, a_desk


@pytest.fixture
def desk(admin: URL, database: Database) -> Iterator[Desk]:
    with a_desk(admin, database) as made:
        yield made


def test_an_edit_is_an_override_with_actor_and_reason(desk: Desk) -> None:
    parcel = desk.parcels["own_public"]
    desk.ask("update parcels set name = 'Lot 1', reason = 'visite' where id = :i", i=parcel)
    operation, actor, reason = desk.history(parcel)
    assert (operation, reason) == ("update", "visite")
    assert actor.startswith("desktop:")
    desk.ask("update parcels set power_mw = 12 where id = :i", i=parcel)
    assert desk.history(parcel)[2].startswith(f"QGIS, {actor}, ")
    with desk.database.connection(Role.WORKER) as connection:
        kept = connection.execute(text("select overrides, version from core.parcel where id = :i"), {"i": parcel}).one()
        marked = connection.scalar(text("select count(*) from core.dirty where parcel = :i"), {"i": parcel})
    assert set(kept.overrides) == {"name", "power_mw"}
    assert (kept.overrides["name"]["by"], kept.version, marked) == (actor, 3, 1)


def test_what_an_edit_left_stale_is_told(desk: Desk) -> None:
    """And may come back as it was read, by a program that writes whole rows."""
    parcel = desk.parcels["own_public"]
    work.derive(desk.database, as_of=date(2026, 3, 2))
    stale = "select stale from parcels where id = :i"
    assert [row.stale for row in desk.ask(stale, i=parcel)] == [False]
    desk.ask("update parcels set geom = st_translate(geom, 5, 0) where id = :i", i=parcel)
    assert [row.stale for row in desk.ask(stale, i=parcel)] == [True]
    desk.ask("update parcels set name = 'Lot 1', stale = false where id = :i", i=parcel)
    assert [row.stale for row in desk.ask(stale, i=parcel)] == [True]
    work.derive(desk.database, as_of=date(2026, 3, 2))
    assert [row.stale for row in desk.ask(stale, i=parcel)] == [False]


def test_the_actor_cannot_be_forged(desk: Desk) -> None:
    parcel = desk.parcels["own_public"]
    with desk.engine.begin() as connection:
        connection.execute(text("select set_config('emprise.actor', 'session:1', true)"))
        connection.execute(text("select set_config('emprise.why', 'délibération', true)"))
        connection.execute(text("update parcels set name = 'X' where id = :i"), {"i": parcel})
    assert desk.history(parcel)[1].startswith("desktop:")
    assert desk.history(parcel)[2] == "délibération"


def refused(desk: Desk, statement: str, error: type[Exception], **values: Any) -> str:
    with pytest.raises(error) as told:
        desk.ask(statement, **values)
    return str(told.value)


def test_land_of_others_is_not_edited(desk: Desk) -> None:
    for statement in ("update parcels set name = 'X' where id = :i", "delete from parcels where id = :i"):
        said = refused(desk, statement, ProgrammingError, i=desk.parcels["other_public"])
        assert "EPCI B" in said
        desk.ask(statement, i=desk.parcels["other_private"])
    with desk.database.connection(Role.WORKER) as connection:
        assert connection.scalar(text("select count(*) from core.parcel where version > 1")) == 0


def hexed(shape: shapely.Polygon) -> str:
    return str(shapely.to_wkb(shapely.set_srid(shapely.MultiPolygon([shape]), 2154), hex=True, include_srid=True))


def test_land_is_drawn_and_taken_out(desk: Desk) -> None:
    outline = hexed(rows.square(3_000, 0))
    made = desk.ask(
        "insert into parcels (name, market, geom) values ('Neuf', 'for_sale', cast(:g as geometry)) returning id",
        g=outline,
    )
    (parcel,) = (row.id for row in made)
    (row,) = desk.ask("select origin, responsible, visibility from parcels where id = :i", i=parcel)
    assert tuple(row) == ("drawn", "EPCI A", "agency")
    assert desk.history(parcel)[0] == "insert"
    desk.ask("delete from parcels where id = :i", i=parcel)
    assert desk.ask("select id from parcels where id = :i", i=parcel) == []
    with desk.database.connection(Role.WORKER) as connection:
        assert connection.scalar(text("select deleted_on from core.parcel where id = :i"), {"i": parcel}) is not None


BOWTIE = "SRID=2154;MULTIPOLYGON(((842000 6519000,842100 6519100,842100 6519000,842000 6519100,842000 6519000)))"
FAR = "SRID=2154;MULTIPOLYGON(((842000 16519000,842100 16519000,842100 16519100,842000 16519000)))"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (f"geom = '{BOWTIE}'", "Self-intersection"),
        (f"geom = '{FAR}'", "outside"),
        ("geom = null", "needs an outline"),
        (
            "geom = 'SRID=2154;MULTIPOLYGON(((842000 6519000,842100 6519000,842000 6519000,842000 6519000)))'",
            "encloses no area",
        ),
        ("surface_m2 = 12", "surface_m2"),
        ("responsible = 'EPCI B', origin = 'friche'", "origin, responsible"),
        ("market = 'soldé'", "market"),
    ],
)
def test_edits_are_checked(desk: Desk, change: str, said: str) -> None:
    statement = f"update parcels set {change} where id = {desk.parcels['own_public']}"
    with pytest.raises(DBAPIError, match=said), desk.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with desk.database.connection(Role.WORKER) as connection:
        assert connection.scalar(text("select count(*) from core.parcel where version > 1")) == 0


def test_small_faults_are_mended(desk: Desk) -> None:
    spike = """SRID=2154;MULTIPOLYGON(((842000 6519000,842100 6519000,842100 6519100,842050 6519100,
        842050 6519100.5,842050 6519100,842000 6519100,842000 6519000)))"""
    parcel = desk.parcels["own_public"]
    desk.ask("update parcels set geom = cast(:g as geometry) where id = :i", g=spike, i=parcel)
    (row,) = desk.ask("select st_area(geom) as area, st_isvalid(geom) as valid from parcels where id = :i", i=parcel)
    assert (row.area, row.valid) == (pytest.approx(10_000), True)


def test_two_edits_at_once_lose_nothing(desk: Desk) -> None:
    """Of two columns of one parcel, each from what stood before both: the later one writes what it changed."""
    parcel = desk.parcels["own_public"]
    later = "update parcels set power_mw = 12, reason = 'later' where id = :p"
    with ThreadPoolExecutor(1) as elsewhere, desk.engine.begin() as first:
        first.execute(text("update parcels set market = 'optioned', reason = 'first' where id = :p"), {"p": parcel})
        waiting = elsewhere.submit(desk.ask, later, p=parcel)
        while not desk.waiting():
            assert not waiting.done()
        first.commit()
    waiting.result(timeout=10)
    assert desk.ask("select market, power_mw from parcels where id = :p", p=parcel) == [("optioned", 12)]


def test_the_market_is_not_typed_in_while_a_commitment_says_it(desk: Desk) -> None:
    parcel = desk.parcels["own_public"]
    with desk.database.connection(Role.WORKER) as connection:
        connection.execute(
            text("""insert into core.commitment (parcel, kind, effective_on, actor)
                    values (:p, 'option', core.today() - 1, 'test')"""),
            {"p": parcel},
        )
    assert desk.ask("select market from parcels where id = :id", id=parcel)[0].market == "optioned"
    desk.ask("update parcels set name = 'Lot vu', market = 'optioned' where id = :id", id=parcel)
    with pytest.raises(DBAPIError, match=f"the market of parcel {parcel} follows commitment"):
        desk.ask("update parcels set market = 'sold' where id = :id", id=parcel)
