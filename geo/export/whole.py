"""A file that appears whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CannotExportError(ValueError):
    """Nothing is written. ``code`` is stable, ``params`` are what its sentence is filled with."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(f"{code} {params}")
        self.code, self.params = code, params


@contextmanager
def replacing(path: Path, *, force: bool) -> Iterator[Path]:
    """Where to write: beside ``path``, which it becomes when the block ends well; else it is removed.

    Raises:
        CannotExportError: ``path`` exists and ``force`` is not set (it may hold edits), or its folder does not.
    """
    check(path, force=force)
    partial = path.with_name(f".{path.stem}-{os.getpid()}.partial{path.suffix}")
    try:
        yield partial
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        check(path, force=force)
        partial.replace(path)
    finally:
        for left in (partial, *(partial.with_name(partial.name + tail) for tail in ("-journal", "-wal", "-shm"))):
            left.unlink(missing_ok=True)


def check(path: Path, *, force: bool) -> None:
    """Refuse a path that cannot be written, before anything is read. Raises CannotExportError."""
    if not path.parent.is_dir():
        raise CannotExportError("no_folder", path=str(path), folder=str(path.parent))
    if path.is_dir() or (path.exists() and not force):
        raise CannotExportError("exists", path=str(path))
