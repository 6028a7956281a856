"""Folders of one process alone; what a killed process left of its own goes when the next one needs one."""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

PREFIX = "emprise-private-"


class PrivateFolder:
    """A folder that is removed with all in it by :meth:`close`; its maker holds a lock on it as long as it lives.

    A number of a process would not tell whether it lives: another one may have it by now.
    """

    def __init__(self) -> None:
        _clear_abandoned()
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
            with suppress(FileNotFoundError):  # somebody who cleared just now may have taken it for abandoned
                self._lock = os.open(self.path, os.O_RDONLY)
                fcntl.flock(self._lock, fcntl.LOCK_EX)
                if self.path.exists():
                    return
                os.close(self._lock)

    def close(self) -> None:
        """Remove it."""
        shutil.rmtree(self.path)
        os.close(self._lock)

    def __enter__(self) -> Path:
        """The folder."""
        return self.path

    def __exit__(self, *_: object) -> None:
        """Remove it."""
        self.close()


def _clear_abandoned() -> None:
    """Remove the folders that nobody holds; another account's cannot be."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            _remove_free(folder)


def _remove_free(folder: Path) -> None:
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    finally:
        os.close(lock)
