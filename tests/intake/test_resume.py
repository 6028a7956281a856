"""A load that is killed goes on from what it had staged, and ends as if nothing had happened."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, text

from geo.intake import stager
from geo.intake.crew import Crew, Hand
from geo.intake.files import bytestream, featurestream
from geo.intake.load import Options, load
from geo.intake.report import Report
from geo.intake.stager import Step
from geo.store.database import Database, Role
from tests.conftest import REPO, SRID
from tests.intake.test_load import feature, history, write

ROWS = 6_000
PIECE_BYTES, READ_BYTES = 1 << 18, 4 << 10
"""Smaller pieces than those of a load, so that fewer rows are as many chunks."""

LOADER = """
import sys
from pathlib import Path
from sqlalchemy import make_url
from geo.intake.load import Options, load
from geo.store.database import Database
from geo.intake import stager
from geo.intake.files import bytestream, featurestream

stager.WORTH = 1
featurestream.PIECE_BYTES, bytestream._READ = map(int, sys.argv[3:])

if __name__ == "__main__":
    told = lambda step: print(step.phase, step.rows, step.done, step.total, flush=True)
    load(Database(make_url(sys.argv[1])), Path(sys.argv[2]), Options(keep_going=True), srid=2154, progress=told)
"""
OPTIONS = Options(keep_going=True)


@pytest.fixture(autouse=True)
def crews(monkeypatch: pytest.MonkeyPatch) -> list[Crew]:
    """Children are called in even for a file of a few chunks; those who were."""
    called: list[Crew] = []

    class Watched(Crew):
        def __init__(self, hands: Sequence[Hand]) -> None:
            super().__init__(hands)
            called.append(self)

    monkeypatch.setattr(stager, "WORTH", 1)
    monkeypatch.setattr(featurestream, "PIECE_BYTES", PIECE_BYTES)
    monkeypatch.setattr(bytestream, "_READ", READ_BYTES)
    monkeypatch.setattr(stager, "Crew", Watched)
    return called


def test_children_read_a_large_file(admin: URL, database: Database, big: Path, crews: list[Crew]) -> None:
    load(database, big, OPTIONS, srid=SRID)
    assert len(crews) == 1
    del crews[:]
    stager.WORTH = 1_000
    load(database, big, OPTIONS, srid=SRID)
    assert not crews


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows enough for children, with one said twice, two in dispute, one that cannot be read and one mended."""
    many = [feature(str(n), n % 300) for n in range(ROWS)]
    for n, one in enumerate(many):
        for point in one["geometry"]["coordinates"][0]:
            point[1] += 0.002 * (n // 300)
    many[ROWS // 2 - 250] = many[3]
    many[ROWS // 2] = feature("5", 2.5)
    many[ROWS // 2 + 250]["geometry"] = None
    many[ROWS // 2 + 500]["properties"]["terr_m2_prix"] = "12,5"
    path = tmp_path_factory.mktemp("resume") / "terrains.geojson.gz"
    with gzip.open(path, "wt", compresslevel=1) as file:
        json.dump({"type": "FeatureCollection", "features": many}, file)
    return path


def killed(admin: URL, path: Path, rows: int) -> None:
    """A load that is killed, children and all, once it has gone through so many rows."""
    address, sizes = admin.render_as_string(hide_password=False), (str(PIECE_BYTES), str(READ_BYTES))
    command = [sys.executable, "-c", LOADER, address, str(path), *sizes]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPO, start_new_session=True)
    assert child.stdout is not None
    for line in child.stdout:
        phase, done, *_ = line.split()
        assert phase == "read", "it is killed before all is staged"
        if int(done) >= rows:
            break
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()


def chunks(database: Database) -> list[tuple[int, int]]:
    with database.connection(Role.WORKER) as connection:
        rows = connection.execute(text("select delivery, number from staging.chunk order by 1, 2"))
        return [(row.delivery, row.number) for row in rows]


def deliveries(database: Database) -> list[str]:
    with database.connection(Role.WORKER) as connection:
        return list(connection.scalars(text("select status from core.delivery order by id")))


def facts(report: Report) -> dict[str, Any]:
    said: Any = report.to_json()
    return {name: value for name, value in said.items() if name != "delivery"}


def parcels(database: Database) -> list[Any]:
    with database.connection(Role.WORKER) as connection:
        rows = text("select key, digest, st_asbinary(geom) as geom, price_eur_m2 from core.parcel order by key")
        return [tuple(row) for row in connection.execute(rows)]


def test_killed_it_goes_on_and_ends_the_same(database: Database, admin: URL, big: Path) -> None:
    killed(admin, big, ROWS // 2)
    until = time.monotonic() + 30
    before = chunks(database)
    while time.monotonic() < until and (later := chunks(database)) != before:
        before = later  # the server is still ending what the killed ones had begun
        time.sleep(0.5)
    assert before, "something is staged"
    assert parcels(database) == [], "and nothing is merged"
    assert history(database) == 0
    steps: list[Step] = []
    resumed = load(database, big, OPTIONS, srid=SRID, progress=steps.append)
    assert deliveries(database) == ["merged"], "it is the same delivery"
    assert {delivery for delivery, _ in before} == {resumed.delivery}
    counts = resumed.layers["parcels"]
    assert (counts.read, counts.kept, counts.identical, counts.rejected) == (ROWS, ROWS - 4, 1, 3)
    assert counts.repaired == 1
    first, with_base = facts(resumed), parcels(database)
    with database.connection(Role.WORKER) as connection:
        for table in ("core.dirty", "core.parcel", "core.import", "core.delivery"):
            connection.execute(text(f"delete from {table}"))
    whole = load(database, big, OPTIONS, srid=SRID)
    assert facts(whole) == first
    assert parcels(database) == with_base


def test_a_changed_file_or_option_starts_afresh(database: Database, admin: URL, big: Path, tmp_path: Path) -> None:
    killed(admin, big, ROWS // 4)
    load(database, big, Options(keep_going=True, visibility="public"), srid=SRID)
    assert deliveries(database) == ["staging", "merged"]
    other = write(tmp_path / "terrains.geojson.gz", [feature("1")])
    load(database, other, OPTIONS, srid=SRID)
    assert deliveries(database) == ["staging", "merged", "merged"]


def test_two_processes_that_stage_the_same_chunk_keep_it_once(database: Database, tmp_path: Path) -> None:
    """The child of a killed parent may end its chunk while the next load does the same one."""
    from geo.intake.source import open_source
    from geo.intake.staging import stage_chunk
    from geo.store.layers import LAYERS
    from geo.store.merging import staging

    path = write(tmp_path / "t.geojson", [feature("1")])
    targets = {"parcels": staging.target(7, LAYERS["parcels"])}
    with database.connection(Role.WORKER) as connection:
        staging.create(connection, 7, LAYERS["parcels"])
    for _ in range(2):
        with open_source(path, srid=SRID) as source, database.connection(Role.WORKER) as connection:
            driver: Any = connection.connection.driver_connection
            for chunk in source.chunks():
                stage_chunk(driver, chunk, targets, 7, SRID)
    assert chunks(database) == [(7, 0)]
    with database.connection(Role.WORKER) as connection:
        assert staging.count(connection, 7, LAYERS["parcels"]) == 1
