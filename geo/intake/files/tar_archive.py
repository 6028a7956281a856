"""The entries of a tar archive that is not packed any more, each checked before it is opened."""

import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from geo.intake.files import archive
from geo.intake.problems import Unreadable

_BLOCK = 512
_MOST_HEADER = 1 << 20
"""A name or a table of extended headers larger than this is an attack: tarfile reads each of them at once."""


@contextmanager
def entries(path: Path) -> Iterator[list[archive.Entry]]:
    """The files inside, as long as the context lasts.

    Raises:
        Unreadable: damaged, cut, with links, devices or sparse members, or unsafe as ``archive.check`` says.
    """
    try:
        with _Careful(path) as file, tarfile.open(fileobj=file, mode="r:") as opened:
            yield archive.check(_files(opened, path.stat().st_size))
    except Unreadable:
        raise
    except (tarfile.TarError, ValueError, EOFError, IndexError, OverflowError) as error:
        raise Unreadable("archive.damaged", name=path.name) from error


class _Careful(io.FileIO):
    """The file under a tar, of which no header may be larger than is reasonable."""

    def read(self, size: int | None = -1, /) -> bytes:
        """At most 1 MiB and a bit at once: more is only ever asked for by a header."""
        if size is None or not 0 <= size <= _MOST_HEADER + _BLOCK:
            raise ValueError("a header larger than any archive has")
        return super().read(size)


def _files(opened: tarfile.TarFile, size: int) -> Iterator[archive.Entry]:
    end = 0
    for count, info in enumerate(opened):
        if count > 2 * archive.MAX_ENTRIES:  # folders count for nothing, but not without end
            raise Unreadable("archive.too_many", most=archive.MAX_ENTRIES)
        end = max(end, info.offset_data + -(-info.size // _BLOCK) * _BLOCK)
        if info.isdir():
            continue
        _check(info)
        yield archive.Entry(info.name, info.size, info.size, partial(_content, opened, info))
    if end + _BLOCK > size:  # a whole tar ends with empty blocks
        raise Unreadable("archive.truncated")


def _content(opened: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    content = opened.extractfile(info)
    assert content is not None  # noqa: S101 - only plain files become entries
    return content


def _check(info: tarfile.TarInfo) -> None:
    if info.issym() or info.islnk():
        raise Unreadable("archive.link", name=info.name)
    if not info.isreg():
        raise Unreadable("archive.device", name=info.name)
    if info.issparse():
        raise Unreadable("archive.sparse", name=info.name)
