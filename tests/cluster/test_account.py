"""Under which account things run, and where it may go."""

import os
import pwd
from pathlib import Path

import pytest

from geo.cluster import ClusterError
from geo.cluster.account import Account, account_for, give, name_of, obstacle, run_as

SOMEBODY = Account("somebody", 64000, 64000)


@pytest.fixture
def nobody() -> Account:
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def test_never_root(tmp_path: Path) -> None:
    account = account_for(tmp_path / "not-there")
    assert account.uid != 0
    assert os.geteuid() in (0, account.uid)


@pytest.mark.usefixtures("as_root")
def test_root_takes_the_owner_of_the_folder(tmp_path: Path, nobody: Account) -> None:
    os.chown(tmp_path, nobody.uid, nobody.gid)
    assert account_for(tmp_path) == nobody


@pytest.mark.usefixtures("as_root")
def test_root_without_a_service_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.cluster.account.SERVICE_ACCOUNTS", ("no-such-user", "nobody"))
    assert account_for(tmp_path / "new").name == "nobody"
    monkeypatch.setattr("geo.cluster.account.SERVICE_ACCOUNTS", ("no-such-user",))
    with pytest.raises(ClusterError, match=r"^no_service_account "):
        account_for(tmp_path / "new")


@pytest.mark.usefixtures("as_root")
def test_an_owner_without_a_name(tmp_path: Path) -> None:
    os.chown(tmp_path, SOMEBODY.uid, SOMEBODY.gid)
    assert name_of(SOMEBODY.uid) == "64000"
    with pytest.raises(ClusterError, match=r"^nameless_user .*64000"):
        account_for(tmp_path)


def test_a_folder_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ClusterError, match=r"^cannot_look .*ENOTDIR"):
        account_for(tmp_path / "file" / "cluster")


def test_run_as_ourselves_hides_settings_of_other_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGDATA", "/elsewhere")
    monkeypatch.setenv("PGOPTIONS", "-c fsync=off")
    us = Account(name_of(os.geteuid()), os.geteuid(), os.getegid())
    answer = run_as(us, ["sh", "-c", "env; pwd; umask"])
    assert "PG" not in answer.stdout
    assert answer.stdout.splitlines()[-2:] == ["/", "0077"]


@pytest.mark.usefixtures("as_root")
def test_run_as_another_has_none_of_our_groups(nobody: Account) -> None:
    assert run_as(nobody, ["id", "-u"]).stdout.split() == [str(nobody.uid)]
    assert run_as(nobody, ["id", "-G"]).stdout.split() == [str(nobody.gid)]


def test_run_as_tells_what_cannot_run() -> None:
    us = Account(name_of(os.geteuid()), os.geteuid(), os.getegid())
    with pytest.raises(ClusterError, match=r"^cannot_run .*/no/such/program"):
        run_as(us, ["/no/such/program"])


@pytest.mark.usefixtures("as_root")
def test_obstacle_is_the_first_folder_that_cannot_be_passed(ground: Path) -> None:
    inner = ground / "barred" / "inner"
    inner.mkdir(parents=True)
    wanted = inner / "not-there"
    assert obstacle(wanted, SOMEBODY) is None
    (ground / "barred").chmod(0o700)
    assert obstacle(wanted, SOMEBODY) == ground / "barred"
    owner = (ground / "barred").stat()
    assert obstacle(wanted, Account("owner", owner.st_uid, 64000)) is None
    (ground / "barred").chmod(0o610)
    assert obstacle(wanted, Account("member", 64000, owner.st_gid)) is None
    assert obstacle(wanted, Account("owner", owner.st_uid, owner.st_gid)) == ground / "barred"


def test_give_refuses_a_disk_that_keeps_no_permissions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    us = Account(name_of(os.geteuid()), os.geteuid(), os.getegid())
    monkeypatch.setattr(Path, "chmod", lambda *_: None)
    tmp_path.joinpath("open").mkdir(mode=0o755)
    with pytest.raises(ClusterError, match=r"^keeps_no_rights "):
        give(tmp_path / "open", us, 0o700)


def test_give_tells_what_failed(tmp_path: Path) -> None:
    us = Account(name_of(os.geteuid()), os.geteuid(), os.getegid())
    with pytest.raises(ClusterError, match=r"^cannot_give .*ENOENT"):
        give(tmp_path / "missing", us, 0o700)
