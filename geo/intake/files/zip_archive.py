"""The entries of a zip archive, each checked before it is opened."""

import errno
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from geo.intake.files import archive
from geo.intake.problems import Unreadable

_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)
"""What zipfile raises on damaged archives (NotImplementedError for odd methods is a RuntimeError)."""


@contextmanager
def entries(path: Path) -> Iterator[list[archive.Entry]]:
    """The files inside, as long as the context lasts.

    Raises:
        Unreadable: damaged, encrypted, with links, or unsafe as :func:`geo.intake.files.archive.check` says.
    """
    with _damage(path), zipfile.ZipFile(path) as opened:
        if len(opened.filelist) > archive.MAX_ENTRIES:
            raise Unreadable("archive.too_many", most=archive.MAX_ENTRIES)
        yield archive.check(_files(opened))


def is_workbook(path: Path) -> bool:
    """Whether a zip is a spreadsheet (XLSX) by its members; False when it cannot be opened."""
    try:
        with zipfile.ZipFile(path) as opened:
            return "xl/workbook.xml" in opened.NameToInfo
    except _DAMAGE:
        return False


def _files(opened: zipfile.ZipFile) -> Iterator[archive.Entry]:
    for info in opened.infolist():
        if info.is_dir():
            continue
        if info.flag_bits & 0x1:
            raise Unreadable("archive.encrypted", name=info.filename)
        mode = info.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise Unreadable("archive.link", name=info.filename)
        yield archive.Entry(info.filename, info.file_size, info.compress_size, partial(opened.open, info))


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except Unreadable:
        raise
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise  # the disk's trouble (full, broken), not the archive's
        raise Unreadable("archive.damaged", name=path.name) from error
