"""One throw-away cluster and one template for the run, one database a test."""

import fcntl
import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
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
from tests.compiling import take_turns

# One commit has one answer: the everyday suite tries the same examples everywhere. `make search` and the
# slow proofs look for new ones; how many more is told by tests/breadth.py.
settings.register_profile("same", derandomize=True, max_examples=25)
settings.register_profile("search", derandomize=False)
settings.load_profile("same")
take_turns()

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


def pytest_sessionstart() -> None:
    """What is imported and collected stays to the end: looking through it for garbage is in vain."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on garbage is what tests leave."""
    gc.freeze()
    gc.enable()


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


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder ``name`` of this run, filled by the first worker that asks for it while others wait."""
    folder = _folder() / name
    with (_folder() / f"{name}.turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o755)
            make(folder)
            (folder / "made").touch()
    return folder


@pytest.fixture(scope="session")
def template(cluster: Running) -> str:
    """The name of a database at the newest schema, to be copied."""

    def make(_: Path) -> None:
        make_database(admin_url(cluster, "template"))
        upgrade(admin_url(cluster, "template"), srid=SRID)
        # A first connection writes down what every later one needs to know; a copy of the files has it
        with create_engine(admin_url(cluster, "template"), poolclass=NullPool).connect():
            pass

    made_once("template", make)
    return "template"


NUMBER = count()
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def _tell(cluster: Running, statement: str) -> None:
    engine = create_engine(admin_url(cluster, "postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@contextmanager
def copied(cluster: Running, template: str, name: str) -> Iterator[URL]:
    """A copy of the template under a name of this worker, addressed as its superuser; dropped at the end."""
    _tell(cluster, f"create database {WORKER}_{name} template {template} strategy file_copy")
    try:
        yield admin_url(cluster, f"{WORKER}_{name}")
    finally:
        _tell(cluster, f"drop database {WORKER}_{name} with (force)")


def filled_template(cluster: Running, template: str, name: str, fill: Callable[[URL], None]) -> str:
    """``name``, a database to be copied: of this run, filled by the first worker that asks for it."""

    def make(_: Path) -> None:
        _tell(cluster, f"drop database if exists {name}")
        _tell(cluster, f"create database {name} template {template} strategy file_copy")
        fill(admin_url(cluster, name))

    made_once(name, make)
    return name


@pytest.fixture(scope="session")
def sample_template(cluster: Running, template: str) -> str:
    """The name of a database with the sample, loaded and derived as of SAMPLE_DAY, to be copied."""

    def fill(address: URL) -> None:
        database = Database(address, pool_size=2)
        load(database, REPO / "sample_parcels.geojson", Options(), srid=SRID)
        work.derive(database, as_of=SAMPLE_DAY)
        database.close()

    return filled_template(cluster, template, "with_sample", fill)


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
