"""Profiles are kept beside the land they are of, made for changed land only, by any number of processes."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
import shapely
from sqlalchemy import URL, Row, text

from geo.derive import profile, work
from geo.derive.parts import RECIPES, Part
from geo.fit.profile import VERSION, Profile, Told
from geo.store.database import Database, Role
from tests import land_rows as rows
from tests.conftest import REPO

AS_OF = date(2026, 11, 22)
LEFT = text("select count(*) from core.dirty")

# Derives in small batches, and says how far it is after each
DERIVE = f"""
import sys
from datetime import date
from sqlalchemy import make_url
from geo.derive import work
from geo.store.database import Database
work.BATCH = 5
database = Database(make_url(sys.argv[1]), pool_size=1)
work.derive(database, as_of=date.fromisoformat("{AS_OF}"), progress=lambda done, _: print(done, flush=True))
"""


def deriving(admin: URL) -> "subprocess.Popen[str]":
    """A process that derives."""
    address = admin.render_as_string(hide_password=False)
    return subprocess.Popen([sys.executable, "-c", DERIVE, address], cwd=REPO, stdout=subprocess.PIPE, text=True)


def profiles(database: Database) -> dict[int, bytes | None]:
    """The profile of each parcel."""
    with database.connection(Role.WORKER) as connection:
        found = connection.execute(text("select parcel, profile from core.parcel_derived"))
        return {row.parcel: row.profile for row in found}


def many(database: Database, count: int) -> None:
    with database.connection(Role.WORKER) as connection:
        for n in range(count):
            rows.parcel(connection, f"P{n}", rows.square(120 * (n % 10), 120 * (n // 10), 50 + n))


def told(stored: bytes | None, length: float, width: float, setback: float = 0.0) -> Told:
    profile = Profile.from_bytes(stored or b"")
    assert profile is not None
    return profile.tell(length, width, setback)


def test_the_profile_is_of_the_buildable_area_and_a_setback_is_from_the_parcel(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        parcel = rows.parcel(connection, "T")
        rows.constraint(connection, "flood", rows.square(60, 0, 100))
    work.derive(database, as_of=AS_OF)
    stored = profiles(database)[parcel]
    assert told(stored, 98, 59) is Told.YES
    assert told(stored, 98, 62) is Told.NO
    assert told(stored, 78, 39, 10) is Told.YES
    assert told(stored, 80, 49, 10) is not Told.NO
    assert told(stored, 84, 49, 10) is Told.NO


def test_land_without_an_outline_or_with_an_unusable_one_has_none(database: Database) -> None:
    with database.connection(Role.WORKER) as connection:
        point = rows.ewkb(shapely.Point(*rows.LYON))
        pointed = rows.parcel(connection, "P", None, geom=None, location=point)
        built = rows.parcel(connection, "B", rows.square(500, 0))
        rows.building(connection, "over", rows.square(500, 0, 100))
    work.derive(database, as_of=AS_OF)
    assert profiles(database)[pointed] is None
    assert told(profiles(database)[built], 10, 10) is Told.NO


def test_only_changed_land_is_measured_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    many(database, 3)
    work.derive(database, as_of=AS_OF)
    first, measured = profiles(database), list[int]()
    real = profile._profile

    def noted(row: Row[Any]) -> bytes | None:
        measured.append(row.id)
        return real(row)

    monkeypatch.setattr(profile, "_profile", noted)
    with database.connection(Role.WORKER) as connection:
        rows.constraint(connection, "beside", rows.square(-30, -30, 31), effect="restricts")
        rows.building(connection, "on the second", rows.square(130, 10, 20))
    work.derive(database, as_of=AS_OF)
    second = profiles(database)
    (changed,) = measured
    assert {parcel for parcel in first if first[parcel] != second[parcel]} == {changed}


def test_an_older_recipe_is_made_anew(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    many(database, 2)
    work.derive(database, as_of=AS_OF)
    before = profiles(database)
    with database.connection(Role.WORKER) as connection:
        connection.execute(text("update core.parcel_derived set profile = '\\x00'"))
    monkeypatch.setitem(RECIPES, Part.PROFILE, RECIPES[Part.PROFILE] + 1)
    assert work.derive(database, as_of=AS_OF) == 2
    assert profiles(database) == before


def test_the_recipe_is_that_of_the_bytes() -> None:
    assert RECIPES[Part.PROFILE] == VERSION


def test_a_process_that_is_killed_loses_nothing_and_two_share_the_rest(
    database: Database, admin: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(database, 40)
    killed = deriving(admin)
    assert killed.stdout is not None
    assert int(killed.stdout.readline()) == 5
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait(timeout=30)
    killed.stdout.close()
    with database.connection(Role.WORKER) as connection:
        left = connection.scalar(LEFT)
    assert left is not None
    assert 0 < left <= 35
    monkeypatch.setattr(work, "BATCH", 5)
    with ThreadPoolExecutor(2) as workers:
        ends = list(workers.map(lambda _: work.derive(database, as_of=AS_OF), range(2)))
    assert sum(ends) == left, "each parcel is done once"
    assert min(ends) > 0
    found = profiles(database)
    assert len(found) == 40
    assert all(told(stored, 45, 45) is Told.YES for stored in found.values())
