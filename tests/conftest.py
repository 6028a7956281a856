"""One throw-away cluster for the run, templates a worker, one database a test."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from geo.cluster import Running, open_cluster, stop
from geo.derive import work
from geo.intake.load import Options, load
from geo.store.database import Database
from geo.store.upgrade import make_database, upgrade

# One commit has one answer: the everyday suite tries the same examples everywhere. `make search` and the
# slow proofs look for new ones; how many more is told by tests/breadth.py.
settings.register_profile("same", derandomize=True, max_examples=25)
settings.register_profile("search", derandomize=False)
settings.load_profile("same")

SRID = 2154
SAMPLE_DAY = date(2026, 11, 22)
REPO = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("EMPRISE_SHARED_DATA", REPO.parent / "shared" / "data"))


MEMORY = Path("/dev/shm")
ROOM_NEEDED = 4 * 1024**3


def _ground() -> Path:
    """Where clusters are made: in memory when it is large enough, else in the system's temporary folder.

    A database is some 400 files, and a disk (ext4) is slow to make files where many were deleted a moment ago: on
    one, copying a database takes twenty times as long as in memory.
    """
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).total >= ROOM_NEEDED
    return MEMORY if roomy else Path(tempfile.gettempdir())


GROUND = _ground()


def _folder() -> Path:
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    return GROUND / f"emprise-tests-{os.getuid()}-{run}"


def pytest_sessionfinish() -> None:
    """Leave nothing behind: the last process of a run has left the cluster by then."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        for folder in GROUND.glob(f"emprise-tests-{os.getuid()}-*"):
            owner = folder / "of"
            if owner.is_file() and owner.read_text() == str(os.getpid()):
                shutil.rmtree(folder, ignore_errors=True)


def _clear_killed_runs() -> None:
    """A run that was killed left its folder, and maybe its server, behind."""
    for folder in GROUND.glob(f"emprise-tests-{os.getuid()}-*"):
        owner = folder / "of"
        if owner.is_file() and not Path(f"/proc/{owner.read_text()}").exists():
            stop(folder)
            shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a module makes once for its tests is made once: they all go to one worker."""
    for item in items:
        if isinstance(item, pytest.Function) and _shares_with_its_module(item):
            item.add_marker(pytest.mark.xdist_group(item.module.__name__))


def _shares_with_its_module(item: pytest.Function) -> bool:
    made = item._fixtureinfo.name2fixturedefs.values()
    return any(fixture.scope == "module" for known in made for fixture in known[-1:])


@pytest.fixture(scope="session")
def cluster() -> Iterator[Running]:
    """The cluster of this test run, shared by its workers."""
    _clear_killed_runs()
    _folder().mkdir(mode=0o755, exist_ok=True)
    controller = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    (_folder() / "of").write_text(str(controller))
    with open_cluster(_folder(), durable=False) as running:
        yield running


def admin_url(cluster: Running, database: str) -> URL:
    """The address of a database as the superuser of the cluster."""
    query = {"host": str(cluster.socket_dir), "port": str(cluster.port)}
    return URL.create("postgresql+psycopg", username=cluster.superuser, database=database, query=query)


@pytest.fixture(scope="session")
def template(cluster: Running) -> str:
    """The name of a database at the newest schema, to be copied."""
    name = f"template_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    make_database(admin_url(cluster, name))
    upgrade(admin_url(cluster, name), srid=SRID)
    # A first connection writes down what every later one needs to know; a copy of the files has it
    with create_engine(admin_url(cluster, name), poolclass=NullPool).connect():
        return name


NUMBER = count()


@contextmanager
def copied(cluster: Running, template: str, name: str) -> Iterator[URL]:
    """A copy of the template under a name, addressed as its superuser; dropped at the end."""
    engine = create_engine(admin_url(cluster, "postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {template}_{name} template {template} strategy file_copy"))
    try:
        yield admin_url(cluster, f"{template}_{name}")
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"drop database {template}_{name} with (force)"))
        engine.dispose()


@pytest.fixture(scope="session")
def sample_template(cluster: Running, template: str) -> Iterator[str]:
    """The name of a database with the sample, loaded and derived as of SAMPLE_DAY, to be copied."""
    with copied(cluster, template, "with_sample") as address:
        database = Database(address, pool_size=2)
        load(database, REPO / "sample_parcels.geojson", Options(), srid=SRID)
        work.derive(database, as_of=SAMPLE_DAY)
        database.close()
        yield str(address.database)


@pytest.fixture
def admin(cluster: Running, template: str) -> Iterator[URL]:
    """A fresh database for one test, addressed as its superuser."""
    with copied(cluster, template, str(next(NUMBER))) as address:
        yield address


@pytest.fixture
def database(admin: URL) -> Iterator[Database]:
    """A fresh database for one test, with an engine for each role."""
    made = Database(admin, pool_size=2)
    yield made
    made.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files; a test that needs it is skipped, visibly, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"real files are absent: no folder {SHARED} (set EMPRISE_SHARED_DATA)")
    return SHARED
