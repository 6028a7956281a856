"""Kept tiles: as the land is now, whoever changes it and whenever they commit; each sight its own; never too many."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from geo.cluster import Running
from geo.store.database import AUDIENCES, Actor, Role
from geo.store.tiles.kept import LOOK, RECIPE, KeptTiles, prune
from geo.store.tiles.makers import MOST_UNDER_WAY, CrowdedError
from geo.store.tiles.tiles import MERGED, Place, values
from tests.decoding import decoded
from tests.store.kept_land import HERE, LOOKED_AT, Land, kept_land

SEEN = {"public": 1, "company": 2, "other": 2, "agency": 3, "own": 4, "admin": 4}
KEPT = text("select count(*) from core.tile")
EDITS = {
    "name": "update core.parcel set name = 'new' where id = :id",
    "market": "update core.parcel set market = 'sold' where id = :id",
    "hidden": "update core.parcel set visibility = 'private' where id = :id",
    "shown": "update core.parcel set visibility = 'public' where id = :id",
    "deleted": "update core.parcel set deleted_on = core.today() where id = :id",
    "surface": "update core.parcel_derived set surface_m2 = 5 where parcel = :id",
    "industry": "update core.parcel_derived set industry = 'allowed' where parcel = :id",
    "moved": """update core.parcel_served set doc = 'moved', geom_3857 = st_translate(geom_3857, 900, 900)
        where parcel = :id""",
    "unserved": "delete from core.parcel_served where parcel = :id",
    "covered": """update core.parcel_derived set covered_by = (select min(id) from core.parcel where id <> :id)
        where parcel = :id""",
    "dated": """with s as (insert into core.readiness_state (digest, states) values ('', '{}') returning id),
        r as (insert into core.readiness (state_id, need_class, as_of, catalogue, p50, p80, ready_class, start,
              start_cleared)
              select id, 'owner', core.today(), 'test', '2030-01-01', '2031-01-01', '6_12', '', '' from s)
        update core.parcel_derived set state_id = (select id from s) where parcel = :id""",
    "of a commune": "update core.parcel_derived set commune_insee = '69123' where parcel = :id",
}
CHANGES: dict[str, set[str]] = {"hidden": {"agency"}, "shown": {"public", "other"}, "of a commune": set()}
"""Whose tiles an edit of the agency's parcel changes, where not those of the two that see it."""


@pytest.fixture
def land(cluster: Running, template: str) -> Iterator[Land]:
    with kept_land(cluster, template) as made:
        yield made


@pytest.fixture(scope="module")
def standing(cluster: Running, template: str) -> Iterator[Land]:
    """The tiles of everyone as they were first made, for tests that only read them."""
    with kept_land(cluster, template, "tiles_standing") as made:
        made.everything()
        yield made


def edit(connection: Connection, land: Land, name: str, parcel: str = "agency") -> None:
    connection.execute(text(EDITS[name]), {"id": land.parcels[parcel]})


@contextmanager
def held_up(land: Land, sight: str, zoom: int) -> Iterator[None]:
    """Whoever makes this tile waits when it is to be kept: another transaction is about to keep it."""
    first = text("""insert into core.tile (sight, zoom, col, row, recipe, day, made_at, content, drawn, merged)
        values (:sight, :zoom, :col, :row, '', core.today(), pg_current_snapshot(), '', 0, 0)""")
    with land.database.connection(Role.WORKER) as connection:
        connection.execute(first, {"sight": sight} | values(HERE[zoom]))
        try:
            yield
        finally:
            connection.rollback()


def test_a_tile_that_takes_long_holds_up_no_other(land: Land) -> None:
    with ThreadPoolExecutor() as readers, held_up(land, "public", 12):
        slow = readers.submit(land.tile, "public", 12)
        for other in (("public", 9), ("admin", 12)):
            assert readers.submit(land.tile, *other).result(timeout=5) == land.live(*other)
        assert not slow.done()
    assert slow.result() == land.live("public", 12)


def test_a_tile_is_made_once_for_all_who_want_it_and_few_are_under_way(land: Land) -> None:
    public, admin = land.readers["public"], land.readers["admin"]
    with held_up(land, "public", 12), held_up(land, "admin", 12):
        made, new = land.kept.making(*public, HERE[12])
        assert new
        assert land.kept.making(*public, HERE[12]) == (made, False)
        assert land.kept.making(*admin, HERE[12])[1]
        for row in range(MOST_UNDER_WAY - 2):
            land.kept.making(*public, Place(12, row, 0))
        with pytest.raises(CrowdedError):
            land.kept.making(*public, Place(12, 0, 1))
        assert land.kept.making(*public, HERE[12]) == (made, False)
    land.kept.close()
    assert made.result() == land.live("public", 12)
    assert land.tile("public", 9) == land.live("public", 9), "and it goes on after"


def test_a_tile_is_a_matter_of_who_sees_not_of_who_asks(land: Land) -> None:
    with held_up(land, "admin", 12):
        asking = [Actor(actor=f"key:{request}", request=str(request)) for request in range(2)]
        made = [land.kept.making(Role.ADMIN, actor, HERE[12])[0] for actor in asking]
        assert made[0] is made[1]


def test_who_waits_for_a_tile_sees_the_edits_before_their_question(land: Land) -> None:
    """Not only those before the question of whom it is made for."""
    with ThreadPoolExecutor() as readers:
        with held_up(land, "public", 12):
            readers.submit(land.tile, "public", 12)
            until_one_waits(land)
            with land.database.connection(Role.WORKER) as connection:
                edit(connection, land, "name", "public")
            after = readers.submit(land.tile, "public", 12)
            time.sleep(0.1)  # it waits as well
        assert after.result() == land.live("public", 12)


def until_one_waits(land: Land) -> None:
    """Until a session of the worker waits for another's transaction."""
    waiting = text("select count(*) from pg_locks where not granted and locktype = 'transactionid'")
    until = time.monotonic() + 10
    with create_engine(land.database.url, poolclass=NullPool).connect() as connection:
        while not connection.scalar(waiting):
            assert time.monotonic() < until
            time.sleep(0.02)


def test_a_tile_is_kept_for_each_sight_and_shows_what_it_may(land: Land) -> None:
    made = land.everything()
    for (reader, zoom), found in made.items():
        assert found.drawn + found.merged == SEEN[reader], (reader, zoom)
        assert found == land.live(reader, zoom)
    with land.database.connection(Role.WORKER) as connection:
        assert connection.scalar(KEPT) == len(LOOKED_AT) * len(SEEN)
        connection.execute(text("update core.tile set content = 'kept'"))
    assert {found.content for found in land.everything().values()} == {b"kept"}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_shows_at_once_to_those_who_see_it_and_changes_no_byte_for_others(land: Land, name: str) -> None:
    """By a process that keeps no tiles, through another than the one that made them."""
    readers = ("public", "other", "agency", "own")
    before = land.everything(*readers)
    with land.database.connection(Role.WORKER) as connection:
        edit(connection, land, name)
    with closing(Land(land.database, land.parcels, land.readers).kept) as another:
        keys = [(reader, zoom) for reader in readers for zoom in LOOKED_AT]
        after = {(reader, zoom): another.tile(*land.readers[reader], HERE[zoom]) for reader, zoom in keys}
    assert after == land.everything_live(*readers)
    assert after == land.everything(*readers)
    changed = {key[0] for key in before if before[key] != after[key]}
    assert changed == CHANGES.get(name, {"agency", "own"})


@pytest.mark.parametrize("name", ["name", "deleted", "dated"])
def test_a_transaction_that_commits_late_is_not_missed(land: Land, name: str) -> None:
    """The tile is made while the edit is there and not yet true, after a later edit that is."""
    with land.database.connection(Role.WORKER) as late:
        edit(late, land, name)
        with land.database.connection(Role.WORKER) as quick:
            edit(quick, land, "market", "public")
        before = land.everything()
        assert before == land.everything()
    after = land.everything()
    assert after == land.everything_live()
    assert after["admin", 12] != before["admin", 12]


def test_an_edit_that_is_taken_back_changes_nothing(land: Land) -> None:
    before = land.everything()
    with land.database.connection(Role.WORKER) as connection:
        edit(connection, land, "name")
        connection.rollback()
    assert land.everything() == before


def test_dates_and_names_of_places_show_at_once(land: Land) -> None:
    with land.database.connection(Role.WORKER) as connection:
        edit(connection, land, "dated")
        edit(connection, land, "of a commune")
    land.everything()
    for change in (
        "update core.readiness set ready_class = 'immediate'",
        "delete from core.readiness",
        """insert into core.commune (insee, name, departement, digest, geom)
           select '69123', 'Lyon', '69', '', geom from core.parcel limit 1""",
        "update core.commune set name = 'Autre'",
    ):
        before = land.tile("admin", 12)
        with land.database.connection(Role.WORKER) as connection:
            connection.execute(text(change))
        assert land.tile("admin", 12) == land.live("admin", 12) != before, change


def test_a_consent_opens_the_parcel_in_the_tiles_of_one_project(land: Land) -> None:
    with land.database.connection(Role.WORKER) as connection:
        owner = connection.scalar(text("select responsible from core.parcel limit 1"))
    with land.database.connection(Role.PLANNER, Actor(owner, "territory")) as connection:
        made = text("insert into project (organisation, code_name) values (:own, 'P') returning id")
        project = connection.scalar(made, {"own": owner})
    land.readers["with consent"] = (Role.COMPANY, Actor(project=project))
    assert land.tile("with consent", 12).drawn == land.tile("company", 12).drawn == 2
    with land.database.connection(Role.WORKER) as connection:
        given = text("""insert into core.consent (parcel, project, until, granted_by)
            values (:parcel, :project, core.today(), :own)""")
        connection.execute(given, {"parcel": land.parcels["private"], "project": project, "own": owner})
    assert (land.tile("with consent", 12).drawn, land.tile("company", 12).drawn) == (3, 2)


def test_low_zooms_made_of_counts_are_what_they_are_live(land: Land, tmp_path: Path) -> None:
    """With small parcels in many cells and squares beside the large ones, and some hidden."""
    with land.database.connection(Role.WORKER) as connection:
        connection.execute(
            text("""
            with made as (
                insert into core.parcel (source, key, origin, market, visibility, digest, geom)
                select s.id, 'S' || n, 'terrain', 'sold', (array['public', 'public', 'private'])[1 + n % 3], '',
                       st_multi(st_makeenvelope(x, y, x + 30 + n, y + 30 + n, 2154))
                from core.source s, generate_series(1, 400) n
                cross join lateral (select 800000 + n * 7919 % 90000 as x, 6480000 + n * 104729 % 90000 as y) xy
                returning id, geom),
            derived as (insert into core.parcel_derived (parcel, surface_m2) select id, st_area(geom) from made)
            insert into core.parcel_served (parcel, geom_4326, geom_3857, doc)
            select id, st_transform(geom, 4326), st_transform(geom, 3857), '' from made""")
        )
    for reader in ("public", "admin"):
        for zoom in (0, 9):
            kept, live = land.tile(reader, zoom), land.live(reader, zoom)
            assert (kept.drawn, kept.merged) == (live.drawn, live.merged)
            mine, theirs = (decoded(one.content, HERE[zoom], tmp_path)[MERGED] for one in (kept, live))
            assert list(mine["count"]) == list(theirs["count"])
            assert abs(mine.surface_m2 - theirs.surface_m2).max() <= 400
            step = 40_075_016 / 2**zoom / 4096
            assert mine.geometry.distance(theirs.geometry).max() <= 2 * step


@pytest.mark.parametrize("reader", SEEN)
def test_a_kept_tile_is_found_by_its_key(standing: Land, reader: str) -> None:
    asked = values(HERE[12]) | {"recipe": RECIPE}
    with standing.database.connection(*standing.readers[reader]) as connection:
        connection.execute(text("set local enable_seqscan = off"))
        shown = "\n".join(connection.scalars(text(f"explain {LOOK}"), asked))
    assert "tile_pkey" in shown, shown
    assert "Seq Scan" not in shown, shown


@pytest.mark.parametrize("role", AUDIENCES)
def test_nobody_reads_what_is_kept_for_another(standing: Land, role: Role) -> None:
    with standing.database.connection(role, Actor(organisation=999)) as connection:
        assert connection.scalar(text("select count(*) from tile")) == (0 if role is Role.PLANNER else len(LOOKED_AT))
        assert connection.scalar(text("select has_table_privilege('core.tile', 'select')")) is False
        assert connection.scalar(text("select has_table_privilege('core.tile_mark', 'select')")) is False


def test_tiles_and_marks_do_not_grow_without_end(land: Land) -> None:
    land.everything()
    with land.database.connection(Role.WORKER) as connection:
        edit(connection, land, "name", "public")
    kept = land.everything()
    marks = text("select count(*) from core.tile_mark")
    with land.database.connection(Role.WORKER) as connection:
        horizon = prune(connection, None)
        there = connection.scalar(marks)
        prune(connection, horizon)
        assert connection.scalar(marks) == there, "a reader may still be making a tile"
    old = horizon | {"at": horizon["at"].replace(year=2020)}
    with land.database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.tile_count set made_at = pg_current_snapshot()"))
        connection.execute(text("update core.tile set made_at = pg_current_snapshot()"))
        prune(connection, old, most=1_000)
        assert connection.scalar(marks) == 0
        assert 0 < (connection.scalar(text("select sum(octet_length(content)) from core.tile")) or 0) <= 1_000
        connection.execute(text("update core.tile set day = day - 1"))
        prune(connection, old)
        assert connection.scalar(KEPT) == 0
    assert land.everything() == kept


def test_a_tile_of_a_base_from_elsewhere_is_not_taken(land: Land) -> None:
    before = land.everything()
    with land.database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.tile set content = 'other', made_at = '900000000:900000000:'"))
    assert land.everything() == before


def test_a_change_of_very_many_parcels_marks_every_tile(land: Land) -> None:
    many = "select core.mark_tiles(array_fill(geom_3857, array[20001])) from core.parcel_served limit 1"
    engine = create_engine(land.database.url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(many))
        marked = "select zoom, count(*) from core.tile_mark where xid = pg_current_xact_id() group by zoom"
        assert connection.execute(text(marked)).all() == [(-1, 1)]


def test_tiles_far_away_are_kept_when_one_is_edited(land: Land) -> None:
    land.everything()
    far = Place(12, 1400, 2050)
    land.kept.tile(Role.PUBLIC, None, far)
    with land.database.connection(Role.WORKER) as connection:
        edit(connection, land, "name", "public")
        connection.execute(text("update core.tile set content = 'kept'"))
    with closing(KeptTiles(land.database)) as another:
        assert another.tile(Role.PUBLIC, None, far).content == b"kept"
    assert land.tile("public", 12) == land.live("public", 12)
