"""The operating-system account the server runs under, which is never root."""

import os
import pwd
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.cluster.errors import ClusterError, refused

# Tried in this order when root starts the server; Debian's package makes the first.
SERVICE_ACCOUNTS = ("postgres", "nobody")
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TZDIR")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of this machine, with its primary group only."""

    name: str
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        """Whether this process already runs as this account."""
        return self.uid == os.geteuid()


def account_for(owned: Path) -> Account:
    """The account for the cluster kept in `owned`: its owner when it exists, else ours, else a service account.

    Root never keeps the cluster for itself. Raises ClusterError when the folder belongs to somebody else, or when
    no account will do.
    """
    owner = _owner(owned)
    if os.geteuid() != 0:
        if owner is not None and owner != os.geteuid():
            raise ClusterError("other_owner", folder=owned, owner=name_of(owner))
        return _by_uid(os.geteuid())
    return _by_uid(owner) if owner else _service_account()


def name_of(uid: int) -> str:
    """The name of a user id, or the id itself when it has no name."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def run_as(account: Account, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run `command` as `account` in a session of its own, so that Ctrl-C in a terminal never reaches it.

    No PG* variable of ours gets through: they would change which server is made. Raises ClusterError when the
    account cannot be taken or the program cannot run.
    """
    other = None if account.is_ours else account
    try:
        return subprocess.run(
            command,
            cwd="/",
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            start_new_session=True,
            umask=0o077,
            user=other.uid if other else None,
            group=other.gid if other else None,
            extra_groups=None if other is None else [],
        )
    except OSError as problem:
        raise refused("cannot_run", problem, program=command[0], account=account.name) from problem


def obstacle(folder: Path, account: Account) -> Path | None:
    """The first parent of `folder`, or `folder` itself, that `account` may not pass through; None when it may.

    Parts that do not exist yet are no obstacle. Reads the permission bits only: whoever is root here must ask
    for another account, and the bits are what stops it in practice (`/root` is 0700).
    """
    for part in (*reversed(folder.parents), folder):
        if not part.exists():
            return None
        if not _may_pass(part.stat(), account):
            return part
    return None


def _may_pass(status: os.stat_result, account: Account) -> bool:
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def give(path: Path, account: Account, mode: int) -> None:
    """Make `path` the account's, with exactly `mode`. Raises ClusterError when the file system will not."""
    try:
        if path.stat().st_uid != account.uid:
            os.chown(path, account.uid, account.gid)
        path.chmod(mode)
        kept = path.stat()
    except OSError as problem:
        raise refused("cannot_give", problem, path=path, account=account.name) from problem
    if stat.S_IMODE(kept.st_mode) != mode or kept.st_uid != account.uid:
        raise ClusterError("keeps_no_rights", path=path)


def _owner(folder: Path) -> int | None:
    try:
        return folder.stat().st_uid
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise refused("cannot_look", problem, folder=folder) from problem


def _by_uid(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise ClusterError("nameless_user", uid=uid) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _service_account() -> Account:
    for name in SERVICE_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise ClusterError("no_service_account")


def _environment() -> dict[str, str]:
    """What a server process may know of our environment."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
