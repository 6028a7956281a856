"""The server dies, or leaves things that look as if it had not."""

import os
import signal
import subprocess
from pathlib import Path

import psycopg
import pytest

from geo.cluster import State, open_cluster, server, status
from geo.cluster.account import account_for, run_as
from geo.cluster.binaries import find_binaries
from geo.cluster.place import find_place
from geo.cluster.postmaster import orphans, read_postmaster, serves
from tests.cluster.sql import ask


def test_killed_server_recovers_what_was_committed(home: Path) -> None:
    with open_cluster(home) as running:
        ask(running, "create table kept as select generate_series(1, 1000) as n")
        os.kill(running.pid, signal.SIGKILL)
    assert (home / "cluster" / "data" / "postmaster.pid").exists()
    assert status(home).state is State.STOPPED
    with open_cluster(home) as running:
        assert ask(running, "select count(*) from kept") == 1000


def test_orphans_of_a_killed_server_are_ended_before_the_next(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backend in a long computation does not notice that its server died, and still has the shared memory."""
    monkeypatch.setattr(server, "ORPHAN_SECONDS", 0.5)
    name = find_place(home).cluster_name
    with open_cluster(home, durable=False) as running:
        connection = psycopg.connect(running.conninfo("emprise_super", "postgres"), autocommit=True)
        backend = connection.info.backend_pid
        os.kill(backend, signal.SIGSTOP)
        os.kill(running.pid, signal.SIGKILL)
    assert backend in orphans(name)
    with open_cluster(home, durable=False) as running:
        assert backend not in orphans(name)
        assert ask(running, "select 1") == 1
    connection.close()


def test_a_stale_pid_file_of_a_dead_process(home: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    _write_pid_file(home, gone.pid)
    with open_cluster(home, durable=False) as running:
        assert ask(running, "select 1") == 1


def test_a_stale_pid_file_whose_number_another_process_took(home: Path) -> None:
    """After a restart of a container the old number is often somebody else's, of the same account."""
    account = account_for(home / "cluster")
    run_as(account, ["sh", "-c", f"setsid sleep 60 >/dev/null 2>&1 & echo $! > {home}/cluster/sleeper"])
    sleeper = int((home / "cluster" / "sleeper").read_text())
    try:
        _write_pid_file(home, sleeper)
        assert not serves(sleeper, home / "cluster" / "data")
        with open_cluster(home, durable=False) as running:
            assert ask(running, "select 1") == 1
        assert Path(f"/proc/{sleeper}").exists()
    finally:
        os.kill(sleeper, signal.SIGKILL)


def test_a_server_started_by_hand_is_adopted(home: Path) -> None:
    data, account = home / "cluster" / "data", account_for(home / "cluster")
    started = run_as(account, [find_binaries().program("pg_ctl"), "start", "-w", "-D", str(data), "-l", "/dev/null"])
    assert started.returncode == 0, started.stderr
    by_hand = read_postmaster(data)
    with open_cluster(home, durable=False) as running:
        assert by_hand is not None
        assert running.pid == by_hand.pid
    assert status(home).state is State.STOPPED


def test_a_server_whose_socket_is_gone_is_replaced(home: Path) -> None:
    with open_cluster(home, durable=False) as lost:
        for name in lost.socket_dir.iterdir():
            name.unlink()
        with open_cluster(home, durable=False) as running:
            assert running.pid != lost.pid
            assert ask(running, "select 1") == 1


def test_login_rules_are_renewed_in_an_adopted_server(home: Path) -> None:
    with open_cluster(home, durable=False):
        identities = home / "cluster" / "data" / "pg_ident.conf"
        right = identities.read_text()
        identities.write_text("# emptied\n")
        with open_cluster(home, durable=False) as running:
            assert identities.read_text() == right
            assert ask(running, "select 1") == 1


def _write_pid_file(home: Path, pid: int) -> None:
    """As a server that was killed leaves it: seven lines and its state."""
    data = home / "cluster" / "data"
    file = data / "postmaster.pid"
    file.write_text(f"{pid}\n{data}\n1700000000\n5432\n{home}/cluster/socket\n\n  123456    654321\nready   \n")
    owner = data.stat()
    os.chown(file, owner.st_uid, owner.st_gid)
    file.chmod(0o600)
    lock = home / "cluster" / "socket" / ".s.PGSQL.5432.lock"
    lock.write_bytes(file.read_bytes())
    os.chown(lock, owner.st_uid, owner.st_gid)
