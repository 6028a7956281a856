"""Where land files lie: alone, inside an archive, or many in a folder."""

import os
from pathlib import Path

from geo.intake.files import archive, edigeo
from geo.intake.problems import Unreadable

LOADABLE = (".shp", edigeo.HEADER, *archive.MAPS, *archive.TABLES, ".zip", ".tar", ".tgz", ".gz", ".bz2")
"""What the files of a folder must be called to be tried; what they are, their bytes tell."""

MOST_FILES = 10_000


def split(path: Path) -> tuple[Path, str | None]:
    """The file on disk, and the member inside it that ``path`` goes on to name (None: all of the file).

    Inside may be written as a path (``a.zip/b/c.gpkg``) or after an exclamation mark (``a.zip!b/c.gpkg``).

    Raises:
        Unreadable: there is no such file, or its name is no text that could be kept.
    """
    try:
        str(path).encode()
        found = _found(path)
    except UnicodeEncodeError as error:
        raise Unreadable("source.name", path=str(path)) from error
    except OSError as error:  # a name longer than names may be, a folder that may not be looked into
        raise Unreadable("source.missing", path=str(path)) from error
    if found is None:
        raise Unreadable("source.missing", path=str(path))
    return found


def _found(path: Path) -> tuple[Path, str | None] | None:
    if path.is_file():
        return path, None
    outer, mark, inner = str(path).partition("!")
    if mark and Path(outer).is_file():
        return Path(outer), inner.strip("/")
    for parent in path.parents:
        if parent.is_file():
            return parent, path.relative_to(parent).as_posix()
    return None


def files_of(path: Path) -> tuple[list[Path], list[Path]]:
    """What to load for ``path``: itself, or the land files of a folder in name order, folders inside it included.

    Second come the files of the folder left aside: they are of no kind that is read, nor parts of one that is.

    Raises:
        Unreadable: a folder without any land file, or with more than 10,000 files.
    """
    if not path.is_dir():
        return [path], []
    files = _walk(path)
    taken = [file for file in files if file.suffix.lower() in LOADABLE]
    if not taken:
        raise Unreadable("source.empty_folder", path=str(path))
    stems = {file.with_suffix("") for file in taken if file.suffix.lower() == ".shp"}
    exchanges = {file.parent for file in taken if file.suffix.lower() == ".thf"}
    left = [
        file
        for file in files
        if file not in taken and file.with_suffix("") not in stems and file.parent not in exchanges
    ]
    return taken, left


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        found += [Path(base) / name for name in sorted(names) if not name.startswith(".")]
        if len(found) > MOST_FILES:
            raise Unreadable("source.too_many", path=str(folder), most=MOST_FILES)
    return sorted(found)
