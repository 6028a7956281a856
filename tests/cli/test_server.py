"""Commands on a PostgreSQL server of one's own: DATABASE_URL for the service, DATABASE_ADMIN_URL for upgrades."""

import json
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from geo.cluster import Running
from geo.store.upgrade import make_database
from tests.cli.conftest import environment
from tests.cli.forked import Forked
from tests.cli.test_start import answered, free_port
from tests.conftest import REPO, WORKER, admin_url


@pytest.fixture
def server(cluster: Running, template: str) -> Iterator[URL]:
    """An empty database on a server, addressed as its administrator; the roles exist already, from the template."""
    address = admin_url(cluster, f"{WORKER}_server")
    make_database(address)
    yield address
    engine = create_engine(admin_url(cluster, "postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"drop database {address.database} with (force)"))
    engine.dispose()


@pytest.fixture
def emprise(server: URL, forked: Forked) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    def run(*arguments: str, code: int = 0, admin: bool = False) -> "subprocess.CompletedProcess[str]":
        ended = forked.run(arguments, surroundings(server, admin=admin), timeout=120)
        assert ended.returncode == code, ended.stdout + ended.stderr
        return ended

    return run


def surroundings(server: URL, *, admin: bool = False) -> dict[str, str]:
    """The environment of a command on the server; only an upgrade is given the administrator's address."""
    plain = server.set(drivername="postgresql")
    made = environment(Path("/nonexistent"))
    made["DATABASE_URL"] = plain.set(username="emprise_public").render_as_string(hide_password=False)
    if admin:
        made["DATABASE_ADMIN_URL"] = plain.render_as_string(hide_password=False)
    return made


def test_a_server_is_upgraded_only_when_told(emprise: Callable[..., "subprocess.CompletedProcess[str]"]) -> None:
    assert "emprise db upgrade" in emprise("doctor", code=1).stderr
    assert "DATABASE_ADMIN_URL" in emprise("db", "upgrade", code=1).stderr
    assert "révision" in emprise("db", "upgrade", admin=True).stdout
    assert "!!" not in emprise("doctor").stdout


def test_an_upgrade_of_a_database_that_is_not_there_says_how_to_make_it(
    emprise: Callable[..., "subprocess.CompletedProcess[str]"], server: URL
) -> None:
    engine = create_engine(server.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"drop database {server.database}"))
    said = emprise("db", "upgrade", admin=True, code=1).stderr
    assert f"« {server.database} »" in said
    example = said.partition("`")[2].partition("`")[0]
    subprocess.run(shlex.split(example), env=surroundings(server), check=True, timeout=60)
    assert "révision" in emprise("db", "upgrade", admin=True).stdout


def test_doctor_tells_what_is_wrong(emprise: Callable[..., "subprocess.CompletedProcess[str]"], server: URL) -> None:
    emprise("db", "upgrade", admin=True)
    engine = create_engine(server, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("create table public.owned (x int)"))
        connection.execute(text("alter table public.owned owner to emprise_planner"))
        connection.execute(text("alter table core.project no force row level security"))
        connection.execute(text("comment on schema as_public is 'another version'"))
    engine.dispose()
    told = emprise("doctor", code=1).stdout
    wrong = [line for line in told.splitlines() if line.startswith("!!")]
    assert len(wrong) == 3
    assert any("emprise_planner" in line for line in wrong)
    assert any("project" in line for line in wrong)


def test_worker_and_service_share_a_server(
    emprise: Callable[..., "subprocess.CompletedProcess[str]"], server: URL
) -> None:
    emprise("db", "upgrade", admin=True)
    emprise("load", "sample_parcels.geojson", "--no-derive")
    assert "attendent d'être recalculés (600 / 600)" in emprise("doctor", code=1).stdout
    assert "600 terrains recalculés" in emprise("worker", "--once").stdout
    port = free_port()
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    child = subprocess.Popen(command, cwd=REPO, env=surroundings(server), stderr=subprocess.PIPE, text=True)
    try:
        page = json.loads(answered(f"http://127.0.0.1:{port}/collections/parcels/items?limit=1"))
    finally:
        child.send_signal(signal.SIGTERM)
        _, logged = child.communicate(timeout=60)
    assert page["numberReturned"] == 1
    assert child.returncode == 0
    lines = [json.loads(line) for line in logged.splitlines()]
    assert any(line.get("route") == "/collections/parcels/items" for line in lines)
