"""Locks that the operating system drops when their process dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.cluster.errors import ClusterError, refused

POLL_SECONDS = 0.02


class Use:
    """One process's share of a cluster, held until `leave` or the end of the process."""

    def __init__(self, file: Path, uid: int, gid: int) -> None:
        self._fd = _open(file, uid, gid)
        self._owner = os.getpid()
        try:
            fcntl.flock(self._fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as problem:
            os.close(self._fd)
            raise refused("cannot_lock", problem, file=file) from problem

    @property
    def is_ours(self) -> bool:
        """False in a forked child, which shares the file but has not opened the cluster itself."""
        return self._owner == os.getpid()

    def leave(self) -> bool:
        """Give the share back; True when nobody else holds one. Call it under the start lock."""
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            _release(self._fd)


def is_used(file: Path) -> bool:
    """Whether any process holds a share. Call it under the start lock."""
    try:
        fd = os.open(file, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        _release(fd)
    return False


@contextmanager
def only_one(file: Path, uid: int, gid: int, *, timeout: float) -> Iterator[None]:
    """Hold `file` alone while starting or stopping; ClusterError when another holds it for `timeout` seconds."""
    fd = _open(file, uid, gid)
    try:
        deadline = time.monotonic() + timeout
        while not _taken(fd):
            if time.monotonic() > deadline:
                raise ClusterError("busy", folder=file.parent, seconds=round(timeout))
            time.sleep(POLL_SECONDS)
        yield
    finally:
        _release(fd)


def _taken(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _release(fd: int) -> None:
    """Unlock before closing: a forked child may hold the same open file, and would keep the lock."""
    fcntl.flock(fd, fcntl.LOCK_UN)
    os.close(fd)


def _open(file: Path, uid: int, gid: int) -> int:
    """Open a lock file, made when missing and owned by the cluster's account."""
    try:
        fd = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        if os.fstat(fd).st_uid != uid:
            os.fchown(fd, uid, gid)
    except OSError as problem:
        raise refused("cannot_lock", problem, file=file) from problem
    return fd
