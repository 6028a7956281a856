"""Two processes' columns of one base follow every edit, also one that commits late; nobody learns of hidden ones."""

import shutil
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from geo.derive import work
from geo.match.counting import count
from geo.match.need.reading import read_need
from geo.match.screen import files, following
from geo.match.screen.columns import FACTS, columns_of, no_kinds
from geo.match.screen.following import Screen
from geo.match.screen.land import Land
from geo.match.search import search
from geo.store import feed, feed_rows
from geo.store.database import Actor, Database, Role
from tests import land_rows as rows

AS_OF = date(2026, 11, 22)
NEED = read_need({"land_m2": {"min": 5_000}})
Actors = tuple[tuple[Role, Actor | None], ...]


@pytest.fixture
def audiences(database: Database) -> Actors:
    """Land of every visibility, of two organisations, a consent, a covered prospect; and everyone who may look."""
    with database.connection(Role.WORKER) as connection:
        one, other = rows.organisation(connection, "une"), rows.organisation(connection, "autre", "agency")
        for number, visibility in enumerate(("public", "partners", "agency", "private") * 2):
            facts: dict[str, Any] = {"visibility": visibility, "responsible": (one, other)[number // 4]}
            rows.parcel(connection, f"T{number}", rows.square(number * 500, 0), price_eur_m2=10.0 + number, **facts)
        rows.parcel(connection, "C1", rows.square(1_500, 0), origin="cadastre", market="prospect")
    with database.connection(Role.COMPANY, Actor(organisation=one)) as connection:
        made = text("insert into project (organisation, code_name) values (:o, 'P') returning id")
        project = connection.scalar(made, {"o": one})
    with database.connection(Role.WORKER) as connection:
        hidden = connection.scalar(text("select id from core.parcel where key = 'T3'"))
        connection.execute(
            text("insert into core.consent (parcel, project, until, granted_by) values (:p, :j, '2100-01-01', :o)"),
            {"p": hidden, "j": project, "o": one},
        )
    work.derive(database, as_of=AS_OF)
    return (
        (Role.PUBLIC, None),
        (Role.COMPANY, Actor()),
        (Role.COMPANY, Actor(organisation=one, project=project)),
        (Role.PLANNER, Actor(organisation=one, organisation_kind="territory")),
        (Role.PLANNER, Actor(organisation=other, organisation_kind="agency")),
        (Role.ADMIN, None),
    )


@pytest.fixture
def screens(tmp_path: Path) -> tuple[Screen, Screen]:
    """Two processes of one machine: they share a folder."""
    return Screen(tmp_path), Screen(tmp_path)


def ids(land: Land) -> list[int]:
    return sorted(land.ids(land.rows))


def view_ids(database: Database, role: Role, actor: Actor | None) -> list[int]:
    with database.connection(role, actor) as connection:
        return list(connection.scalars(text("select id from candidate order by id")))


def test_who_asked_last_is_kept(
    database: Database, screens: tuple[Screen, Screen], audiences: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The public asks between all others: its land is made once."""
    monkeypatch.setattr(following, "AUDIENCES_KEPT", 2)
    one, _ = screens
    known, _ = one.land(database, *audiences[0])
    for other in audiences[1:]:
        one.land(database, *other)
        again, _ = one.land(database, *audiences[0])
        assert again is known


def test_columns_have_the_rows_of_each_view(database: Database, audiences: Actors, screens: Any) -> None:
    seen = []
    for role, actor in audiences:
        land, _ = screens[0].land(database, role, actor)
        assert ids(land) == view_ids(database, role, actor)
        priced = ~np.isnan(land.column("price", land.rows))
        assert priced.any() == (role is not Role.PUBLIC)
        seen.append(tuple(ids(land)))
    assert len(set(seen)) == len(audiences)


def test_a_base_without_land_gets_its_first(database: Database, screens: Any) -> None:
    counts = count(database, Role.PUBLIC, None, NEED, AS_OF)
    assert (counts.considered, counts.rejected) == (0, {})
    assert len(screens[0].land(database, Role.PUBLIC, None)[0].rows) == 0
    with database.connection(Role.WORKER) as connection:
        rows.parcel(connection, "T")
    for screen in screens:
        assert len(screen.land(database, Role.PUBLIC, None)[0].rows) == 1


def test_an_edit_is_followed_by_both(database: Database, audiences: Actors, screens: Any) -> None:
    for screen in screens:
        screen.land(database, Role.PUBLIC, None)
    assert screens[0].state.kept.folder == screens[1].state.kept.folder
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel set power_mw = 33 where key = 'T0'"))
        connection.execute(text("update core.parcel set visibility = 'public' where key = 'T1'"))
        connection.execute(text("update core.parcel set deleted_on = '2026-01-01' where key = 'T4'"))
    work.derive(database, as_of=AS_OF)
    for screen in screens:
        land, _ = screen.land(database, Role.PUBLIC, None)
        assert ids(land) == view_ids(database, Role.PUBLIC, None)
        assert 33.0 in land.column("power", land.rows)
        assert not land.column("stale", land.rows).any()


def test_columns_that_another_version_made_are_not_read(database: Database, screens: Any) -> None:
    """What a column is made of may change with the service, where the land does not."""
    screens[0].land(database, Role.PUBLIC, None)
    folder = screens[0].state.kept.folder
    assert files.read(folder) is not None
    meta = folder / files.META
    meta.write_text(meta.read_text().replace(feed_rows.RECIPE, "another"))
    assert files.read(folder) is None


def test_what_commits_late_is_not_lost(database: Database, audiences: Actors, screens: Any) -> None:
    """An edit is begun, others come and go and are followed, then it commits: its number is long past."""
    screen, _ = screens
    screen.land(database, Role.PUBLIC, None)
    with database.connection(Role.WORKER) as late:
        late.execute(text("update core.parcel set power_mw = 41 where key = 'T0'"))
        with database.connection(Role.WORKER) as connection:
            connection.execute(text("update core.parcel set power_mw = 42 where key = 'T4'"))
        land, _ = screen.land(database, Role.PUBLIC, None)
        assert {41.0, 42.0} & set(land.column("power", land.rows)) == {42.0}
    land, _ = screen.land(database, Role.PUBLIC, None)
    assert {41.0, 42.0} <= set(land.column("power", land.rows))


def test_a_change_one_may_not_see_moves_no_version(database: Database, audiences: Actors, screens: Any) -> None:
    first, second = screens
    before = [first.land(database, *who)[1] for who in audiences]
    assert before == [second.land(database, *who)[1] for who in audiences]
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel set power_mw = 7 where key = 'T3'"))
        connection.execute(text("delete from core.dirty"))
    after = [second.land(database, *who)[1] for who in audiences]
    moved = [now != then for now, then in zip(after, before, strict=True)]
    may_see = [_sees(database, who) for who in audiences]
    assert moved == may_see == [False, False, True, True, False, True]


def _sees(database: Database, who: tuple[Role, Actor | None]) -> bool:
    with database.connection(*who) as connection:
        return bool(connection.scalar(text("select count(*) from candidate where source_id = 'T3'")))


def test_files_are_made_anew_with_what_changed(
    database: Database, audiences: Actors, screens: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "MOST_LATE", 1)
    first, second = screens
    for screen in screens:
        screen.land(database, Role.ADMIN, None)
    for number in range(4):
        with database.connection(Role.WORKER) as connection:
            connection.execute(text("update core.parcel set power_mw = :n where key in ('T0', 'T1')"), {"n": number})
        for screen in screens:
            land, _ = screen.land(database, Role.ADMIN, None)
            power = land.column("power", land.rows)
            assert power[~np.isnan(power)].tolist() == [number, number]
    assert first.state.kept.folder.name > "columns-000000001"
    assert first.state.kept.folder == second.state.kept.folder
    with database.connection(Role.WORKER) as connection:
        (chunk,) = feed_rows.rows(connection, FACTS)
    expected = columns_of(chunk, no_kinds())
    everything = first.state.whole
    order = np.argsort(everything.column("id", everything.rows))
    for name in ("id", "power", "surface", "stamp", "lon"):
        np.testing.assert_array_equal(everything.column(name, everything.rows)[order], expected.columns[name])


def _forgotten(database: Database) -> None:
    """Cut the feed: while any transaction of the cluster is older, also one of another base, all is kept."""
    old = text("select count(*) from core.parcel_change where at < now() - interval '1 day'")
    for _ in range(600):
        with database.connection(Role.WORKER) as connection:
            feed.forget(connection)
            if connection.scalar(old) == 0:
                return
        time.sleep(0.1)
    pytest.fail("nothing was forgotten")


def _grown_old(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel_change set at = now() - interval '2 days'"))


def test_a_feed_that_was_forgotten_is_read_all_anew(database: Database, audiences: Actors, screens: Any) -> None:
    screen, _ = screens
    screen.land(database, Role.ADMIN, None)
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel set power_mw = 9 where key = 'T0'"))
    _grown_old(database)
    _forgotten(database)
    with database.connection(Role.WORKER) as connection:
        assert feed.changed_since(connection, screen.state.moment.snapshot) is None
    land, _ = screen.land(database, Role.ADMIN, None)
    assert 9.0 in land.column("power", land.rows)


@pytest.mark.parametrize("commits_late", [True, False])
def test_a_feed_that_is_cut_still_tells_what_changed_since_yesterday(
    database: Database, audiences: Actors, commits_late: bool
) -> None:
    """Also since a moment with a write after it, and one begun before it that commits before or after the cut."""
    _ended(database)
    with database.connection(Role.WORKER) as late:
        changed = {late.scalar(text("update core.parcel set power_mw = 1 where key = 'T0' returning id"))}
        _grown_old(database)
        with database.connection(Role.WORKER) as connection:
            moment = feed.stand_still(connection)
        with database.connection(Role.WORKER) as connection:
            changed.add(connection.scalar(text("update core.parcel set power_mw = 2 where key = 'T4' returning id")))
        if commits_late:
            _forgotten(database)
    _forgotten(database)
    with database.connection(Role.WORKER) as connection:
        assert feed.changed_since(connection, moment.snapshot) == sorted(changed)
        assert feed.nothing_changed(connection, moment) is None


def _ended(database: Database) -> None:
    """Wait until all that changed so far was written by transactions older than any that runs."""
    ended = text("""select not exists (select from core.parcel_change
        where txn >= pg_snapshot_xmin(pg_current_snapshot()))""")
    for _ in range(600):
        with database.connection(Role.WORKER) as connection:
            if connection.scalar(ended):
                return
        time.sleep(0.1)
    pytest.fail("a transaction of the cluster does not end")


def test_counts_are_those_of_the_answer(database: Database, audiences: Actors) -> None:
    for role, actor in audiences:
        answer: Any = search(database, role, actor, NEED, AS_OF)
        counts = count(database, role, actor, NEED, AS_OF)
        told = {name: getattr(counts, name) for name in ("considered", "proved", "open", "to_check", "rejected")}
        assert told == answer["counts"]
        assert counts.data == answer["version"]["data"]


EDITS = st.lists(st.tuples(st.sampled_from("01234567"), st.integers(0, 9), st.booleans()), max_size=6)


def test_any_edits_leave_columns_as_they_are_read_anew(database: Database, audiences: Actors, tmp_path: Path) -> None:
    followed = Screen(tmp_path / "followed")

    @settings(deadline=None, max_examples=8)
    @given(EDITS)
    def edited(edits: list[tuple[str, int, bool]]) -> None:
        for key, power, is_shown in edits:
            facts = {"k": f"T{key}", "p": power, "v": "public" if is_shown else "private"}
            with database.connection(Role.WORKER) as connection:
                connection.execute(text("update core.parcel set power_mw = :p, visibility = :v where key = :k"), facts)
        anew = Screen(tmp_path / "anew")
        shutil.rmtree(anew.folder, ignore_errors=True)
        for who in audiences:
            (land, version), (expected, wanted) = (one.land(database, *who) for one in (followed, anew))
            assert (ids(land), version) == (ids(expected), wanted)

    edited()
