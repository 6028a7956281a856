"""One process: a fresh start, a second one, what the server is and is not."""

import os
import stat
import time
from pathlib import Path

import psycopg
import pytest

from geo.cluster import LOGIN_ROLES, ClusterError, State, Stopped, open_cluster, status, stop
from geo.cluster.postmaster import live_postmaster
from tests.cluster.sql import ask


def test_a_fresh_start_keeps_what_is_written(ground: Path) -> None:
    home = ground / "not" / "there" / "yet"
    with open_cluster(home) as running:
        ask(running, "create table kept as select 42 as answer")
        assert ask(running, "select current_user") == running.superuser == "emprise_super"
    with open_cluster(home) as again:
        assert ask(again, "select answer from kept") == 42
        assert again.pid != running.pid
    assert live_postmaster(home / "cluster" / "data") is None


def test_a_durable_cluster_syncs_and_has_checksums(ground: Path) -> None:
    with open_cluster(ground) as running:
        wanted = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on",
                  "jit": "off", "server_encoding": "UTF8", "listen_addresses": "", "TimeZone": "UTC"}  # fmt: skip
        assert {name: ask(running, f"show {name}") for name in wanted} == wanted


def test_postgis_comes_with_it(home: Path) -> None:
    with open_cluster(home, durable=False) as running:
        assert ask(running, "select count(*) from pg_available_extensions where name = 'postgis'") == 1


def test_the_server_is_never_root(home: Path) -> None:
    with open_cluster(home, durable=False) as running:
        uids = Path(f"/proc/{running.pid}/status").read_text().partition("\nUid:")[2].split("\n")[0].split()
    assert "0" not in uids
    assert uids == [str((home / "cluster" / "data").stat().st_uid)] * 4


def test_the_server_is_in_a_session_of_its_own(home: Path) -> None:
    with open_cluster(home, durable=False) as running:
        assert os.getsid(running.pid) not in (os.getsid(0), 0)


def test_folders_and_socket_are_private(home: Path) -> None:
    with open_cluster(home, durable=False) as running:
        for folder in (running.folder, running.socket_dir, running.folder / "data", running.folder / "log"):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
        assert list((home / "cluster" / "log").glob("postgresql-*.log"))


def test_every_login_role_is_let_in_by_account(home: Path) -> None:
    with open_cluster(home, durable=False) as running:
        for role in LOGIN_ROLES[1:]:
            ask(running, f"create role {role} login")
            assert ask(running, "select current_user", role) == role
        ask(running, "create role stranger login")
        with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
            ask(running, "select 1", "stranger")


def test_settings_after_the_include_win(home: Path) -> None:
    with (home / "cluster" / "data" / "postgresql.conf").open("a") as file:
        file.write("max_connections = 17\n")
    with open_cluster(home, durable=False) as running:
        assert ask(running, "show max_connections") == "17"


def test_an_error_inside_still_stops_the_server(home: Path) -> None:
    with pytest.raises(ZeroDivisionError), open_cluster(home, durable=False):
        _ = 1 / 0
    assert status(home).state is State.STOPPED


def test_open_work_is_rolled_back_by_the_stop(home: Path) -> None:
    with open_cluster(home, durable=False) as running:
        ask(running, "create table pending (n int)")
        left_open = psycopg.connect(running.conninfo("emprise_super", "postgres"))
        left_open.execute("insert into pending values (1)")
    left_open.close()
    with open_cluster(home, durable=False) as running:
        assert ask(running, "select count(*) from pending") == 0


def test_second_start_is_quick(home: Path) -> None:
    started = time.monotonic()
    with open_cluster(home, durable=False):
        assert time.monotonic() - started < 5


def test_a_nasty_folder_name(ground: Path) -> None:
    with open_cluster(ground / 'l\'été "à" $HOME `false`, 50% \\ ', durable=False) as running:
        assert ask(running, "select 1") == 1


def test_status_and_stop_of_nothing(ground: Path) -> None:
    assert status(ground / "nothing").state is State.ABSENT
    assert stop(ground / "nothing") is Stopped.WAS_NOT_RUNNING
    assert not (ground / "nothing").exists()


def test_status_and_stop_through_a_life(home: Path) -> None:
    before = status(home)
    assert (before.state, before.in_use, before.server) == (State.STOPPED, False, None)
    assert before.major is not None
    assert before.major >= 15
    with open_cluster(home, durable=False) as running:
        during = status(home)
        assert (during.state, during.in_use, during.server) == (State.RUNNING, True, running)
        assert stop(home) is Stopped.IN_USE
        assert ask(running, "select 1") == 1
        assert stop(home, even_if_used=True) is Stopped.STOPPED
    assert stop(home) is Stopped.WAS_NOT_RUNNING


def test_data_of_another_major_version_is_left_alone(home: Path) -> None:
    data = home / "cluster" / "data"
    (data / "PG_VERSION").write_text("9\n")
    before = sorted(path.name for path in data.iterdir())
    with pytest.raises(ClusterError, match=r"^made_by_other .*9"), open_cluster(home):
        pass
    assert sorted(path.name for path in data.iterdir()) == before


def test_a_refusal_of_the_server_is_told_with_its_reason(home: Path) -> None:
    with (home / "cluster" / "data" / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = 'a lot'\n")
    with pytest.raises(ClusterError, match=r'^does_not_start .*"shared_buffers": "a lot"'), open_cluster(home):
        pass
    assert status(home).in_use is False


def test_a_relative_home_is_the_same_cluster(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home.parent)
    with open_cluster(Path("home"), durable=False) as running:
        assert running.folder == home / "cluster"
